"""Finds out, once for each driver and width, which way of compiling draws fastest."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from statistics import median

import moderngl
import numpy as np
from numpy.typing import NDArray

from visualizer.contracts import Scene, ScenePart
from visualizer.errors import ChladniError, GraphicsError
from visualizer.render.autotune.tuning_cache import KeptTunings, kept_for, known_tunings
from visualizer.render.gl.compute import knows_compute
from visualizer.render.gl.context import driver_of
from visualizer.render.renderer import Renderer
from visualizer.render.shader_text.layout import width_class
from visualizer.render.shader_text.tuning import (
    Compute,
    Tuning,
    Tunings,
    candidates,
    everywhere,
)
from visualizer.style.style import Architecture, Style
from visualizer.types import Modulation

log = logging.getLogger(__name__)

SIZES = ((320, 180), (640, 360), (1280, 720))
LARGE_S = 0.05
"""The picture grows until the table's takes so long. In a small one a GPU waits for the program,
and llvmpipe has too few tiles for its threads; in a large one a wide network takes seconds."""
GROUP_S = 0.02
"""Draws that follow each other for so long are timed as one."""
ROUNDS_S = 1.0
"""Time for the rounds of one width, of which there are at least three."""
SLOW_COMPILE_S = 10.0
"""Nothing else is tried after a candidate that took longer, except for the table's own: that is
drawn if nothing else is, and says little of the others. On llvmpipe 128 wide takes it 11 to 14 s,
and compute, which is faster there, half as long."""
BETTER = 0.95
"""What replaces the table's takes at most this part of its time: less is chance."""
LEVEL = 1.0 / 255.0

Clock = Callable[[], float]
Told = Callable[[int, int], object]
"""Hears how many steps are done, and of how many."""


def _tell_nobody(_done: int, _total: int) -> None:
    """Nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A candidate that can be drawn: ``draw`` asks for a frame, ``finish`` waits for all."""

    tuning: Tuning | Compute
    draw: Callable[[], object]
    finish: Callable[[], object]
    seconds: list[float] = field(default_factory=list)

    def time(self, draws: int, clock: Clock) -> float:
        """Seconds a frame of so many."""
        began_s = clock()
        for _ in range(draws):
            self.draw()
        self.finish()
        return (clock() - began_s) / draws

    def frame_ms(self) -> float | None:
        """What a frame took, half of the times; None before it was timed."""
        return 1e3 * median(self.seconds) if self.seconds else None


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a width. ms, usual_ms: of a frame, with it and with the table's.

    Both are None where there was nothing to race against.
    """

    width: int
    tuning: Tuning | Compute
    ms: float | None = None
    usual_ms: float | None = None


class Steps:
    """Tells how far a measurement is: one step for each candidate, and one for their race.

    told: called with the steps that are done, and how many there are.
    """

    def __init__(self, total: int, told: Told) -> None:
        self._total = total
        self._told = told
        self._before = 0

    def each(self, choice: Sequence[Tuning | Compute]) -> Iterator[Tuning | Compute]:
        """A width's candidates, each one told."""
        for number, tuning in enumerate(choice):
            self._told(self._before + number, self._total)
            yield tuning

    def finish(self, choice: Sequence[Tuning | Compute]) -> None:
        """A width's steps, also those that were left out."""
        self._before += len(choice) + 1
        self._told(self._before, self._total)


def widths_of(styles: Iterable[Style]) -> frozenset[int]:
    """The widths of which the styles' programs are."""
    return frozenset(width_class(style.architecture.width) for style in styles)


def tunings_for_film(
    context: moderngl.Context, styles: Iterable[Style], *, tune: bool, told: Told
) -> Tunings | None:
    """What was measured on this driver, now or before; None is the table's.

    Measures where a width is new to the driver and ``tune`` asks for it, which takes seconds:
    two films are alike, the first one on a machine and the next. Raises GraphicsError.
    """
    if not tune:
        return None
    return self_tune(context, widths_of(styles), kept_for(context), told)


def self_tune(
    context: moderngl.Context,
    widths: Collection[int],
    kept: KeptTunings,
    told: Told = _tell_nobody,
    clock: Clock = time.perf_counter,
) -> Tunings:
    """The best tuning of these widths, the table's or an earlier start's of all others.

    Takes seconds for a width that is new to the driver, and nothing where what is found could
    not be kept: two starts would then draw with different roundings. Needs a current context.
    """
    known = known_tunings(context, kept)
    missing = set(widths) - set(kept.read())
    if not missing or not kept.can_keep():
        return known
    named = " and ".join(map(str, sorted(missing)))
    log.info("measuring how this GPU draws networks %s wide; once for each driver", named)
    found = measure(context, missing, kept, told, clock)
    return {**known, **{finding.width: finding.tuning for finding in found}}


def measure(
    context: moderngl.Context,
    widths: Collection[int],
    kept: KeptTunings,
    told: Told = _tell_nobody,
    clock: Clock = time.perf_counter,
) -> list[Finding]:
    """Measure these widths, whatever is known of them; each is kept as soon as it is found.

    told: how many steps are done, of how many. Needs a current context.
    """
    driver = driver_of(context)
    choices = {width: candidates(*driver, width) for width in sorted(widths)}
    steps = Steps(sum(len(choice) + 1 for choice in choices.values()), told)
    findings = []
    for width, choice in choices.items():
        finding = _measured(context, width, choice, steps, clock)
        steps.finish(choice)
        log.debug("%d wide: %s", width, finding.tuning)
        findings.append(finding)
        try:
            kept.keep({**kept.read(), width: finding.tuning})
        except ChladniError as error:
            # A disk that is full is no reason not to play.
            log.warning("%s; the next start measures again", error)
    return findings


def fastest(trials: Sequence[Trial], clock: Clock = time.perf_counter) -> Tuning | Compute:
    """The tuning of the fastest; the first one's where none is clearly faster.

    They take turns, so that what else the machine does slows all of them.
    """
    draws = [max(1, int(GROUP_S / max(1e-6, trial.time(1, clock)))) for trial in trials]
    end_s = clock() + ROUNDS_S
    while len(trials[0].seconds) < 3 or clock() < end_s:
        for trial, count in zip(trials, draws, strict=True):
            trial.seconds.append(trial.time(count, clock))
    best = min(trials, key=lambda trial: median(trial.seconds))
    limit_s = BETTER * median(trials[0].seconds)
    return best.tuning if median(best.seconds) < limit_s else trials[0].tuning


def _measured(
    context: moderngl.Context,
    width: int,
    choice: Sequence[Tuning | Compute],
    steps: Steps,
    clock: Clock,
) -> Finding:
    with ExitStack() as opened:
        trials = _trials(context, _typical(width), steps.each(choice), opened, clock)
        match trials:
            case []:
                return Finding(width, choice[0])
            case [only]:
                return Finding(width, only.tuning)
        best = fastest(trials, clock)
        ms = {trial.tuning: trial.frame_ms() for trial in trials}
        return Finding(width, best, ms[best], ms[trials[0].tuning])


def _trials(
    context: moderngl.Context,
    style: Style,
    choice: Iterable[Tuning | Compute],
    opened: ExitStack,
    clock: Clock,
) -> list[Trial]:
    """Those that compile and draw what the first of them does; none after a slow one."""
    scene = Scene((ScenePart(style, Modulation(np.zeros(1, np.float32)), 1.0),))
    trials: list[Trial] = []
    size, expected = SIZES[0], np.zeros(0, np.float32)
    for number, tuning in enumerate(choice):
        if isinstance(tuning, Compute) and not knows_compute(context):
            continue
        began_s = clock()
        try:
            renderer = Renderer(context, *size, tunings=everywhere(tuning))
            opened.enter_context(renderer).prepare(style)
            trial = Trial(tuning, partial(renderer.draw, scene), renderer.finish)
            trial.time(1, clock)
            if not trials:
                grow(trial, renderer.resize, clock)
                size, expected = renderer.size, renderer.read_network()
        except GraphicsError as error:
            log.debug("left out, %s: %s", tuning, error)
        else:
            # NaN is close to nothing.
            if not trials or np.allclose(renderer.read_network(), expected, rtol=0.0, atol=LEVEL):
                trials.append(trial)
            else:
                log.debug("left out, %s: its colours differ", tuning)
        if number > 0 and clock() - began_s > SLOW_COMPILE_S:
            break
    return trials


def grow(trial: Trial, resize: Callable[[int, int], object], clock: Clock) -> None:
    """Draw the smallest picture that takes LARGE_S, or the largest. It is in the smallest now."""
    for size in SIZES[1:]:
        if trial.time(1, clock) >= LARGE_S:
            break
        resize(*size)
        # Drivers find room when a picture is first drawn.
        trial.time(1, clock)


def _typical(width: int) -> Style:
    """A network such as styles have, with weights that mean nothing."""
    architecture = Architecture(width, 4, "tanh", 16, 8)
    random = np.random.default_rng(width)
    tensors: Mapping[str, NDArray[np.float32]] = {
        name: (random.standard_normal(shape) / np.sqrt(width)).astype(np.float32)
        for name, shape in architecture.shapes(1).items()
    }
    return Style("typical", architecture, ("z",), (), tensors)
