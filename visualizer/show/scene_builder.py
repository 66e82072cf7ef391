"""From the state of the show to the scene that is drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from visualizer.contracts import Frame, Morph, Scene, ScenePart
from visualizer.show.modulation import Modulator
from visualizer.show.session import Layer
from visualizer.show.smoothing import FoldGlide, Glide, GlidingHands, Held
from visualizer.style.style import Style
from visualizer.types import MAX_STEP_S, Modulation


class SceneBuilder:
    """Keeps one Mover for each style on the stage, and the performer's hands."""

    def __init__(self) -> None:
        self._movers: dict[Style, Mover] = {}
        self._hands = GlidingHands()

    def scene(self, frame: Frame) -> Scene:
        """What to draw in this frame. Call it for every frame, drawn or not."""
        session = frame.session
        held = self._hands.step(session.hands, frame.tick.dt_s)
        layers = session.layers
        on_stage = [layer.style for layer in layers]
        on_stage += [layer.toward for layer in layers if layer.toward is not None]
        self._movers = {style: self._mover(style, frame) for style in on_stage}
        moved = {style: mover.step(frame, held) for style, mover in self._movers.items()}
        return Scene(
            tuple(_part(layer, moved) for layer in layers),
            dimmer=0.0 if session.blackout else held.dimmer,
            index=frame.tick.index,
            hue=held.hue,
        )

    def _mover(self, style: Style, frame: Frame) -> Mover:
        if style in self._movers:
            return self._movers[style]
        # A style whose file has changed goes on from where the old one was.
        before = next((m for s, m in self._movers.items() if s.name == style.name), None)
        if before is None:
            return Mover(style, frame.tick.time_s)
        return Mover(style, before.drift_s, before.fold)


class Mover:
    """What moves one style on the stage.

    drift_s: where its drift begins. fold: how it is folded at first; by default as is wanted.
    """

    def __init__(self, style: Style, drift_s: float, fold: FoldGlide | None = None) -> None:
        self._style = style
        self._modulator = Modulator(style, drift_s)
        self._audio_scale: Glide | None = None
        self._still: Modulation | None = None
        self.fold = fold

    @property
    def drift_s(self) -> float:
        """Where its drift is, in seconds of its clock."""
        return self._modulator.drift_s

    def step(self, frame: Frame, held: Held) -> Modulation:
        """The style's modulation in this frame, under the performer's hands."""
        wanted = frame.session.audio_scale
        target = self._style.audio_scale if wanted is None else wanted
        self._audio_scale = self._audio_scale or Glide(target)
        now = self._modulator.step(
            frame.features,
            frame.beat,
            frame.tick.dt_s,
            self._audio_scale.step(target, min(frame.tick.dt_s, MAX_STEP_S)),
            held.drift * (1.0 - held.frozen),
        )
        if held.frozen == 0.0:
            self._still = None
        else:
            self._still = self._still or now
            now = _between(now, self._still, held.frozen)
        # The hand's 0 is the style's own mirror.
        mirror = held.mirror or self._style.view.mirror
        self.fold = self.fold or FoldGlide(mirror)
        fold = self.fold.step(mirror, min(frame.tick.dt_s, MAX_STEP_S))
        return replace(now, zoom=now.zoom * held.zoom, fold=fold)


def _part(layer: Layer, moved: dict[Style, Modulation]) -> ScenePart:
    toward = layer.toward
    morph = None if toward is None else Morph(toward, moved[toward], layer.way)
    return ScenePart(layer.style, moved[layer.style], layer.mix, morph)


def _between(moving: Modulation, still: Modulation, way: float) -> Modulation:
    """The modulation ``way`` 0..1 from one to the other."""

    def mix(a: float, b: float) -> float:
        return a + way * (b - a)

    return Modulation(
        z=moving.z + np.float32(way) * (still.z - moving.z),
        zoom=mix(moving.zoom, still.zoom),
        turn=mix(moving.turn, still.turn),
        shift=(mix(moving.shift[0], still.shift[0]), mix(moving.shift[1], still.shift[1])),
    )
