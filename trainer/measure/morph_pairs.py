"""Which trained styles may become each other weight by weight: measured along the whole way.

Networks trained from one start lie in one valley, where the straight line between them stays
low (Frankle et al., "Linear mode connectivity", 2020); others meet grey in the middle.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from trainer.clip.judges import ClipModels, Judge
from trainer.measure.card import embed, similarities, untrained_score
from trainer.measure.look import contrast
from trainer.measure.motion import levels_between
from visualizer.errors import StyleError
from visualizer.style.interpolate import fits, interpolate
from visualizer.style.measure.reference_states import draw, fixed_moments
from visualizer.style.morph_pairs import MORPHS
from visualizer.style.style import Architecture, Style, style_sha256
from visualizer.system.files import replacing

POINTS = 33
"""On the way from one style to the other, both ends among them."""
MOMENTS = 2
LEAST_CONTRAST = 0.6
"""Of the smaller of the ends' contrasts."""
LARGEST_STEP = 3.0
"""No step between two neighbours is larger than so many mean steps: none is a jump."""
LEAST_GAIN = 0.5
"""Of the smaller of the ends' gains over untrained networks, toward the nearer prompt."""

Gains = Callable[[Style], float]
"""How much nearer a style's pictures are to either prompt than those of untrained networks."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One measured pair.

    contrast: the least on the way, as a share of the ends' smaller one. step: the largest
    change between neighbours, in mean changes. gain: the least on the way, as a share of the
    ends' smaller one; None where the cheaper measures already failed.
    """

    styles: tuple[str, str]
    sha256: tuple[str, str]
    contrast: float
    step: float
    gain: float | None
    good: bool

    def sentence(self) -> str:
        """What a person wants to know."""
        gain = "not asked" if self.gain is None else f"{self.gain:.0%}"
        verdict = "may morph" if self.good else "will fade"
        return (
            f"{self.styles[0]} and {self.styles[1]} {verdict}: contrast {self.contrast:.0%},"
            f" largest step {self.step:.1f} of the mean, gain {gain}"
        )


def candidates(styles: Sequence[Style]) -> list[tuple[Style, Style]]:
    """The pairs of trained styles whose weights can be mixed at all."""
    return [
        (a, b)
        for a, b in itertools.combinations(styles, 2)
        if a.prompt is not None and b.prompt is not None and fits(a, b)
    ]


def measure_pair(a: Style, b: Style, gains: Gains) -> Pair:
    """Walk from one style to the other. ``gains`` is asked only where the rest is good."""
    way = [interpolate(a, b, share) for share in np.linspace(0.0, 1.0, POINTS).tolist()]
    moments = fixed_moments(a.z_names, MOMENTS)
    seen = [[draw(style, z) for z in moments] for style in way]
    contrasts = [min(contrast(picture) for picture in pictures) for pictures in seen]
    steps = [
        float(np.mean([levels_between(x, y) for x, y in zip(before, after, strict=True)]))
        for before, after in itertools.pairwise(seen)
    ]
    least = min(contrasts) / max(min(contrasts[0], contrasts[-1]), 1e-9)
    largest = max(steps) / max(float(np.mean(steps)), 1e-9)
    gain = None
    if least >= LEAST_CONTRAST and largest <= LARGEST_STEP:
        gain = _least_gain(way, gains)
    return Pair(
        styles=(a.name, b.name),
        sha256=(style_sha256(a), style_sha256(b)),
        contrast=least,
        step=largest,
        gain=gain,
        good=gain is not None and gain >= LEAST_GAIN,
    )


def _least_gain(way: Sequence[Style], gains: Gains) -> float:
    """The least gain on the way, as a share of the ends' smaller one.

    Asked from the middle outwards, where a way that fails is worst, and no longer once it has:
    strangers cost a tenth of the time then.
    """
    ends = max(min(gains(way[0]), gains(way[-1])), 1e-9)
    middle = len(way) // 2
    least = 1.0
    for style in sorted(way[1:-1], key=lambda style: abs(way.index(style) - middle)):
        least = min(least, gains(style) / ends)
        if least < LEAST_GAIN:
            break
    return least


def save_pairs(pairs: Sequence[Pair], folder: Path) -> Path:
    """Write what was measured beside the styles. Raises StyleError."""
    path = folder / MORPHS
    rows = {"points": POINTS, "pairs": [asdict(pair) for pair in pairs]}
    with replacing(path, StyleError) as temporary:
        temporary.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return path


class MorphGains:
    """Remembers what every prompt scores by chance: that takes longer than a whole walk."""

    def __init__(self, models: ClipModels) -> None:
        self._models = models
        self._known = functools.cache(self._judge)

    def toward(self, a: Style, b: Style) -> Gains:
        """How much nearer to either's prompt a style is than untrained networks of its shape."""

        def gains(style: Style) -> float:
            ends = [self._known(end.prompt or "", end.architecture) for end in (a, b)]
            # One guide for all: the picture is looked at once.
            seen = embed(style, ends[0][0].guide, fixed_moments(style.z_names, MOMENTS))
            return max(
                float(similarities(seen, judge.target).mean()) - chance for judge, chance in ends
            )

        return gains

    def _judge(self, prompt: str, architecture: Architecture) -> tuple[Judge, float]:
        judge = self._models.judges_of(prompt).first
        return judge, untrained_score(architecture, judge.guide, judge.target)
