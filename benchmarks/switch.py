"""How much a change of style costs a show: late frames, and the time from a key to its picture.

    python -m benchmarks.switch [--switches 1000] [--fps 60] [--resolution 160x90] [--scale 0.5]

Needs a display. Plays the library twice in one window, in turns of a few hundred frames: with a
cut every few frames, and without any, so that what the machine does beside is seen in both.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from visualizer.contracts import Frame, Picture
from visualizer.loop import Parts, run
from visualizer.output.window.window import Window
from visualizer.render.gl.context import attach
from visualizer.render.preparer import PrepareNow
from visualizer.render.renderer import Renderer
from visualizer.show.beat.beat_clock import BeatClock
from visualizer.show.clock import LiveClock
from visualizer.show.session import Session
from visualizer.show.style_pool import StylePool, at_once
from visualizer.style.library import open_library, styles_folder
from visualizer.style.style import Style
from visualizer.types import LATE, Action, Features, Tick

EVERY = 7
"""Frames from one cut to the next; no divisor of a usual frame rate."""
TURN = 210
"""Frames of one turn, with or without cuts."""
WARM_UP = 30
"""Frames of a turn that do not count."""


class Deaf:
    """A listener that hears nothing."""

    def heard_until(self, _time_s: float) -> tuple[Features, ...]:
        """No hop."""
        return ()


class Presser:
    """A control that presses N every few frames, and notes when."""

    def __init__(self, *, pressing: bool) -> None:
        self._pressing = pressing
        self.pressed_s: float | None = None

    def poll(self, tick: Tick) -> Sequence[Action]:
        """The key, if it is time."""
        self.pressed_s = None
        if not self._pressing or tick.index % EVERY:
            return ()
        self.pressed_s = time.perf_counter()
        return (Action("next"),)


@dataclass
class Timing:
    """What was seen. periods_s: from swap to swap. answers_s: from a key to its picture's swap."""

    periods_s: list[float] = field(default_factory=list)
    answers_s: list[float] = field(default_factory=list)
    unanswered: int = 0

    def late(self, fps: float) -> int:
        """Frames that came late."""
        return sum(period_s > LATE / fps for period_s in self.periods_s)


class TimedWindow:
    """The window as a sink, with the time of every swap."""

    def __init__(self, window: Window, presser: Presser, timing: Timing) -> None:
        self._window = window
        self._presser = presser
        self._timing = timing
        self._before_s: float | None = None
        self._style: Style | None = None

    def wants(self, frame: Frame) -> bool:
        """Whether the window does."""
        return self._window.wants(frame)

    def show(self, picture: Picture, frame: Frame) -> None:
        """Show it, and take the time."""
        self._window.show(picture, frame)
        now_s = time.perf_counter()
        if frame.tick.index >= WARM_UP:
            if self._before_s is not None:
                self._timing.periods_s.append(now_s - self._before_s)
            if self._presser.pressed_s is not None:
                self._timing.answers_s.append(now_s - self._presser.pressed_s)
                self._timing.unanswered += frame.session.style is self._style
        self._before_s, self._style = now_s, frame.session.style


@contextmanager
def stage(width: int, height: int, scale: float) -> Iterator[tuple[Window, Renderer, StylePool]]:
    """A window with every style of the library resident."""
    with ExitStack() as closing:
        window = closing.enter_context(Window("Chladni: switching", width, height))
        renderer = closing.enter_context(Renderer(attach(), width, height, scale))
        renderer.warm_up_crossings()
        styles = open_library(styles_folder()).styles
        pool = StylePool(
            styles,
            PrepareNow(renderer.prepare, renderer.forget),
            random=np.random.default_rng(1),
            submit=at_once,
        )
        pool.get_ready()
        yield window, renderer, pool


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("--switches", type=int, default=1000)
    parser.add_argument("--fps", type=int, default=60)
    parser.add_argument("--resolution", default="160x90")
    parser.add_argument("--scale", type=float, default=0.5)
    options = parser.parse_args()
    width, height = map(int, options.resolution.split("x"))
    cut, calm = Timing(), Timing()
    with stage(width, height, options.scale) as (window, renderer, pool):
        while len(cut.answers_s) < options.switches:
            for timing, pressing in ((cut, True), (calm, False)):
                presser = Presser(pressing=pressing)
                first = pool.slot(1)
                if first is None:
                    raise SystemExit("error: the styles folder is empty")
                parts = Parts(
                    LiveClock(Fraction(options.fps), duration_s=TURN / options.fps),
                    Deaf(),
                    renderer,
                    pool,
                    BeatClock(),
                    controls=(presser,),
                    sinks=(TimedWindow(window, presser, timing),),
                )
                run(parts, Session(first))
        print(table(options.fps, renderer.name, cut, calm))


def table(fps: float, renderer: str, cut: Timing, calm: Timing) -> str:
    """The figures as a Markdown table."""
    answers_ms = 1e3 * np.percentile(cut.answers_s, (50, 99, 100))
    rows = [
        f"{renderer}, {fps:g} fps wanted, a cut every {EVERY} frames",
        "",
        "| | with cuts | without |",
        "|---|---|---|",
        f"| frames | {len(cut.periods_s)} | {len(calm.periods_s)} |",
        f"| cuts | {len(cut.answers_s)} | 0 |",
        f"| late frames | {cut.late(fps)} | {calm.late(fps)} |",
        f"| from swap to swap, ms (50 / 99 %) | {_periods(cut)} | {_periods(calm)} |",
        f"| cuts that were not in the key's own frame | {cut.unanswered} | |",
        "| key to picture, ms (50 / 99 % / most) | "
        + " / ".join(f"{ms:.1f}" for ms in answers_ms)
        + " | |",
    ]
    return "\n".join(rows)


def _periods(timing: Timing) -> str:
    return " / ".join(f"{1e3 * s:.1f}" for s in np.percentile(timing.periods_s, (50, 99)))


if __name__ == "__main__":
    main()
