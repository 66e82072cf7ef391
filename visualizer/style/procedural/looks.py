"""Looks: how the last hidden layer of an untrained style turns fields into colours.

A *field* is a smooth random function of the picture, of mean 0 and deviation 1. A look is a
list of neurons, each a soft step tanh(sharpness * (field - threshold)), and of the colour
change that goes with each step. Thin ridges are two opposite steps close together.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from visualizer.style.procedural.dice import Dice
from visualizer.style.procedural.palette import oklch_to_srgb, to_logit

Float = NDArray[np.float64]

LOOKS = ("silk", "filaments", "agate", "ember", "glass")
HUE_SCHEMES_DEG = (
    (0.0, 35.0, 70.0),
    (0.0, -30.0, 150.0),
    (0.0, 40.0, 180.0),
    (0.0, 60.0, 200.0),
    (0.0, -50.0, -100.0),
    (0.0, 25.0, -140.0),
)
"""Analogous and complementary hues: main, second, accent."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as logits, (3,) each: darkest first, and an accent apart from them."""

    ground: Float
    deep: Float
    body: Float
    light: Float
    accent: Float
    glow: Float


def draw_palette(dice: Dice, hue_deg: float | None = None) -> Palette:
    """One harmonious palette; ``hue_deg`` takes the place of the hue that is drawn."""
    drawn_deg = dice.number(0.0, 360.0)
    hue = drawn_deg if hue_deg is None else hue_deg
    second, accent = HUE_SCHEMES_DEG[dice.below(len(HUE_SCHEMES_DEG))][1:]
    chroma = dice.number(0.09, 0.17)

    def colour(lightness: float, share: float, turn_deg: float) -> Float:
        tone = (hue + turn_deg) % 360.0
        if lightness < 0.7:
            tone = _clear_of_mud(tone)
        return to_logit(oklch_to_srgb(lightness, share * chroma, tone))

    return Palette(
        ground=colour(dice.number(0.06, 0.16), 0.3, second),
        deep=colour(dice.number(0.28, 0.4), 0.9, second),
        body=colour(dice.number(0.5, 0.64), 1.2, 0.0),
        light=colour(dice.number(0.78, 0.9), 0.7, -0.4 * second),
        accent=colour(dice.number(0.6, 0.74), 1.3, accent),
        glow=colour(0.96, 0.25, 0.5 * accent),
    )


def _clear_of_mud(hue_deg: float) -> float:
    """Dark yellow is olive: such hues go to rust or to green, whichever is nearer."""
    if 62.0 < hue_deg < 142.0:
        return 55.0 if hue_deg < 102.0 else 155.0
    return hue_deg


@dataclass(slots=True)
class Neurons:
    """The neurons of a look so far.

    quantiles: (fields, 41) of each field, from its least to its greatest value.
    max_sharpness: (fields,), keeps every edge at least two pixels wide at 720p.
    base: (3,) logits of the colour where no step is taken.
    """

    quantiles: Float
    max_sharpness: Float
    base: Float
    fields: list[int] = field(default_factory=list)
    sharpness: list[float] = field(default_factory=list)
    threshold: list[float] = field(default_factory=list)
    colour: list[Float] = field(default_factory=list)

    def at(self, index: int, share: float) -> float:
        """The value of a field below which lies this share of the picture."""
        grid = np.linspace(0.0, 1.0, self.quantiles.shape[1])
        return float(np.interp(share, grid, self.quantiles[index]))

    def step(self, index: int, sharpness: float, threshold: float, change: Float) -> None:
        """Add ``change`` to the colour's logits where the field is above the threshold."""
        self.fields.append(index)
        self.sharpness.append(min(sharpness, float(self.max_sharpness[index])))
        self.threshold.append(threshold)
        self.colour.append(0.5 * change)
        self.base += 0.5 * change

    def ridge(self, index: int, centre: float, half_width: float, change: Float) -> None:
        """Add ``change`` in a band around a contour of the field."""
        width = max(half_width, 1.0 / float(self.max_sharpness[index]))
        sharpness = 1.6 / width
        peak = np.tanh(1.6)
        self.step(index, sharpness, centre - width, change / peak)
        self.step(index, sharpness, centre + width, -change / peak)


def compose(look: str, dice: Dice, palette: Palette, quantiles: Float, cap: Float) -> Neurons:
    """Draw the neurons of a look."""
    neurons = Neurons(quantiles, cap, palette.ground.copy())
    _LOOKS[look](neurons, dice, palette)
    _relief(neurons, dice)
    return neurons


def _ramp(n: Neurons, stops: list[tuple[float, float, Float]]) -> None:
    """Steps of the first field to new colours: (share of the picture below, sharpness, colour)."""
    before = n.base.copy()
    for share, sharpness, colour in stops:
        n.step(0, sharpness, n.at(0, share), colour - before)
        before = colour


def _relief(n: Neurons, dice: Dice) -> None:
    """Light and shade from the finest field: even surfaces look painted, folded ones woven."""
    depth = dice.number(0.25, 0.5)
    for share in (0.3, 0.7):
        n.step(3, 1.3, n.at(3, share), np.full(3, depth))
    # Shade more than light: surfaces that are lit all over go flat.
    n.base -= 1.4 * depth


def _silk(n: Neurons, dice: Dice, p: Palette) -> None:
    s = dice.number(1.2, 2.2)
    _ramp(n, [(0.25, s, p.deep), (0.5, s * 1.3, p.body), (0.78, s * 1.6, p.light)])
    n.step(1, 5.0, n.at(1, 0.62), 0.75 * (p.accent - p.body))
    n.ridge(0, n.at(0, 0.86), 0.10, 0.8 * (p.glow - p.light))
    for share in (0.2, 0.38):
        n.step(2, 2.0, n.at(2, share), np.full(3, 0.45))
    n.base -= 0.45


def _filaments(n: Neurons, dice: Dice, p: Palette) -> None:
    _ramp(n, [(0.55, 1.2, p.deep - 0.5)])
    count = 4 + dice.below(3)
    for i in range(count):
        share = (i + 0.5) / count
        colour = (p.body, p.light, p.accent)[i % 3]
        n.ridge(0, n.at(0, share), dice.number(0.05, 0.14), colour - p.ground)
    n.ridge(1, n.at(1, dice.number(0.35, 0.65)), 0.07, p.accent - p.ground)
    n.step(2, 1.5, n.at(2, 0.35), np.full(3, 1.1))
    n.base -= 1.1


def _agate(n: Neurons, dice: Dice, p: Palette) -> None:
    order = [p.deep, p.body, p.ground, p.light, p.body, p.deep, p.accent, p.ground, p.light]
    start = dice.below(3)
    chosen = order[start : start + 6]
    cuts = np.sort(dice.uniform(0.08, 0.95, len(chosen)))
    _ramp(n, [(float(c), dice.number(4.0, 14.0), k) for c, k in zip(cuts, chosen, strict=True)])
    n.step(1, 2.5, n.at(1, 0.5), 0.6 * (p.accent - p.body))
    n.base -= 0.3 * (p.accent - p.body)
    n.step(2, 2.0, n.at(2, 0.3), np.full(3, 0.8))
    n.base -= 0.7


def _ember(n: Neurons, dice: Dice, p: Palette) -> None:
    s = dice.number(2.0, 4.0)
    _ramp(n, [(0.5, s, p.deep), (0.66, s * 1.4, p.body), (0.82, s * 2.0, p.light)])
    n.ridge(0, n.at(0, 0.93), 0.12, 0.7 * (p.glow - p.light))
    n.ridge(1, n.at(1, 0.5), 0.1, 0.8 * (p.accent - p.ground))
    n.step(2, 2.5, n.at(2, 0.3), np.full(3, 1.4))
    n.base -= 1.2


def _glass(n: Neurons, dice: Dice, p: Palette) -> None:
    n.base[:] = p.deep
    n.step(0, 8.0, n.at(0, 0.5), p.body - p.deep)
    n.step(1, 8.0, n.at(1, 0.55), 0.7 * (p.accent - p.body))
    n.step(2, 1.5, n.at(2, 0.6), 0.8 * (p.light - p.body))
    for index in (0, 1):
        half = dice.number(0.08, 0.14)
        n.ridge(index, n.at(index, (0.5, 0.55)[index]), half, p.ground - p.body - 0.8)
    n.ridge(0, n.at(0, 0.18), 0.08, p.ground - p.deep - 0.5)
    n.ridge(0, n.at(0, 0.82), 0.08, p.ground - p.body - 0.5)


_LOOKS = {
    "silk": _silk,
    "filaments": _filaments,
    "agate": _agate,
    "ember": _ember,
    "glass": _glass,
}
