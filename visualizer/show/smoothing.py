"""The hands on the picture glide: whatever is asked for, nothing on the screen steps.

Every value follows what was asked as a critically damped spring does: it starts softly,
never swings over, and is there within half a second.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from visualizer.show.session import Hands
from visualizer.types import MAX_STEP_S, Fold

OMEGA_PER_S = 18.0
"""The spring's own rate: after .5 s, (1 + 9) e^-9 = .0012 of the way is left."""
ARRIVED = 0.002
"""So near, and so slow, a value is taken as being there."""
FOLD_S = 0.4
"""One symmetry flows into another in this time."""


class Glide:
    """One number on its way to where it was asked to be."""

    def __init__(self, value: float) -> None:
        self.value = value
        self._speed = 0.0

    def step(self, target: float, dt_s: float) -> float:
        """The value ``dt_s`` seconds later: the spring's exact solution, at any frame rate."""
        away = self.value - target
        pull = self._speed + OMEGA_PER_S * away
        decay = math.exp(-OMEGA_PER_S * dt_s)
        away = (away + pull * dt_s) * decay
        self._speed = (self._speed - OMEGA_PER_S * pull * dt_s) * decay
        if abs(away) < ARRIVED and abs(self._speed) < ARRIVED * OMEGA_PER_S:
            away = self._speed = 0.0
        self.value = target + away
        return self.value


class FoldGlide:
    """The picture's symmetry on its way. A new wish waits until the way is over."""

    def __init__(self, mirror: int) -> None:
        self._fold = Fold(mirror, mirror)

    def step(self, mirror: int, dt_s: float) -> Fold:
        """The fold ``dt_s`` seconds later."""
        fold = self._fold
        if fold.way >= 1.0 and mirror != fold.after:
            fold = Fold(fold.after, mirror, 0.0)
        way = min(1.0, fold.way + dt_s / FOLD_S)
        self._fold = Fold(fold.before, fold.after, way)
        return Fold(fold.before, fold.after, way * way * (3.0 - 2.0 * way))


@dataclass(frozen=True, slots=True)
class Held:
    """The hands' values as they are on the picture now.

    dimmer: 0..1. hue: turns. zoom: factor. drift: rate. frozen: 0..1, how much of the picture's
    movement is held. mirror: as it was asked for; every style has a fold of its own on its way.
    """

    dimmer: float
    hue: float
    zoom: float
    drift: float
    frozen: float
    mirror: int


class GlidingHands:
    """Follows the session's hands, frame by frame. Begins where the first frame wants it."""

    def __init__(self) -> None:
        self._glides: dict[str, Glide] = {}

    def step(self, hands: Hands, dt_s: float) -> Held:
        """The hands on the picture ``dt_s`` seconds later."""
        dt_s = min(dt_s, MAX_STEP_S)
        # Zoom in octaves, so that twice and half as large are equally far.
        wanted = {
            "dimmer": hands.dimmer,
            "hue": hands.hue,
            "octaves": math.log2(hands.zoom),
            "drift": hands.drift,
            "frozen": float(hands.frozen),
        }
        if not self._glides:
            self._glides = {name: Glide(value) for name, value in wanted.items()}
        now = {name: self._glides[name].step(value, dt_s) for name, value in wanted.items()}
        return Held(
            dimmer=now["dimmer"],
            hue=now["hue"],
            zoom=2.0 ** now["octaves"],
            drift=now["drift"],
            frozen=now["frozen"],
            mirror=hands.mirror,
        )
