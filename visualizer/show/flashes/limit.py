"""Never more than three flashes a second: what would break that is dimmed before it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from visualizer.contracts import Scene
from visualizer.show.flashes.meter import Meter
from visualizer.show.flashes.scene_light import Light, sample_points, scene_light
from visualizer.types import MAX_STEP_S, Tick

POINTS = 1000
"""Of the picture: a part of it is measured to 1 %."""
RELEASE_S = 1.0
"""From black to full, once the picture has come to rest."""
DIM = 0.045
"""A gain at which nothing flashes: white is less than any step that counts, and red 14 of 16."""
HALVINGS = 7
"""Of the range in which the gain is looked for."""
GAMMA = 2.2
"""The gain rises evenly to the eye."""


class FlashLimit:
    """Dims scenes so that none flashes too often, whatever made it.

    What is shown is known from the scenes alone, so it is the same live, in a film, and in any
    part of one: give it every scene, drawn or not. No picture is ever taken to where going black
    at once would be one flash too many, so there is always a way out.

    The first flashes pass. Then the bright phases are held down, and they stay so for as long as
    what is asked for flashes too much, though never below what cannot flash; once it has come to
    rest the light glides back.

    aspect: width / height of the picture now. held: scenes that were dimmed so far.
    """

    def __init__(self, aspect: Callable[[], float]) -> None:
        self._aspect = aspect
        self._wanted = Meter(POINTS)
        self._shown = Meter(POINTS)
        self._gain = 1.0
        self._points_of = (0.0, sample_points(POINTS, 1.0))
        self.held = 0

    @property
    def holding(self) -> bool:
        """Whether the newest scene was dimmed."""
        return self._gain < 1.0

    def step(self, scene: Scene, tick: Tick) -> Scene:
        """The scene that may be drawn in place of this one. Call it for every frame."""
        light = scene.dimmer * scene_light(scene, self._points())
        for meter in (self._wanted, self._shown):
            meter.at(tick.time_s)
        restless = bool(self._wanted.excess(light))
        self._wanted.see(light)
        most = _released(self._gain, min(tick.dt_s, MAX_STEP_S))
        if restless:
            # Dark, but never black for long: that would look like a fault.
            most = max(self._gain, min(most, DIM))
        self._gain = self._brightest(light, most)
        self._shown.see(np.float32(self._gain) * light)
        if not self.holding:
            return scene
        self.held += 1
        return replace(scene, dimmer=self._gain * scene.dimmer)

    def _brightest(self, light: Light, most: float) -> float:
        """A gain up to ``most`` that may be shown, as large as halving finds it."""
        if not self._shown.excess(np.float32(most) * light):
            return most
        low, high = 0.0, most
        for _ in range(HALVINGS):
            # Between the square roots, for what is dark is looked for as closely.
            middle = (0.5 * (low**0.5 + high**0.5)) ** 2
            if self._shown.excess(np.float32(middle) * light):
                high = middle
            else:
                low = middle
        return low

    def _points(self) -> NDArray[np.float32]:
        aspect = self._aspect()
        if aspect != self._points_of[0]:
            self._points_of = aspect, sample_points(POINTS, aspect)
        return self._points_of[1]


def _released(gain: float, dt_s: float) -> float:
    lightness = gain ** (1.0 / GAMMA) + dt_s / RELEASE_S
    return 1.0 if lightness >= 1.0 else lightness**GAMMA
