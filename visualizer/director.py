"""From the state of the show to the scene that is drawn."""

from __future__ import annotations

from visualizer.mapping import Modulator
from visualizer.style import Style
from visualizer.types import Frame, Layer, Scene, ScenePart


class Director:
    """Keeps one Modulator for each style on the stage and asks it what moves."""

    def __init__(self) -> None:
        self._modulators: dict[Style, Modulator] = {}

    def scene(self, frame: Frame) -> Scene:
        """What to draw in this frame. Call it for every frame, drawn or not."""
        session = frame.session
        self._modulators = {
            layer.style: self._modulators.get(layer.style)
            or Modulator(layer.style, start_s=frame.tick.time_s)
            for layer in session.layers
        }
        parts = tuple(self._part(layer, frame) for layer in session.layers)
        dimmer = 0.0 if session.blackout else session.dimmer
        return Scene(parts, dimmer=dimmer, index=frame.tick.index)

    def _part(self, layer: Layer, frame: Frame) -> ScenePart:
        scale = frame.session.audio_scale
        modulation = self._modulators[layer.style].step(
            frame.features,
            frame.features.beat,
            frame.tick.dt_s,
            layer.style.audio_scale if scale is None else scale,
        )
        return ScenePart(layer.style, modulation, layer.mix)
