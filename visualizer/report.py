"""What a film's ``--report`` says, and the parts of the loop that take the notes for it."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import Any, Protocol

from visualizer.style import Style, style_sha256
from visualizer.types import Frame, Picture, Scene


class FinishedFilm(Protocol):
    """What the report wants to know of a film."""

    width: int
    height: int
    fps: Fraction
    shown: int
    readback_s: float
    encode_s: float

    @property
    def frames_sha256(self) -> str:
        """Hash of all raw frames."""
        ...


class FinishingRenderer(Protocol):
    """A renderer that can wait for the GPU."""

    name: str

    def draw(self, scene: Scene) -> Picture:
        """Draw one scene."""
        ...

    def finish(self) -> None:
        """Wait until all that was asked for is drawn."""
        ...


class TimedRenderer:
    """Draws and waits for the GPU, so that its time is told apart from that of the readback."""

    def __init__(self, renderer: FinishingRenderer) -> None:
        self._renderer = renderer
        self.name = renderer.name
        self.begun_s: float | None = None
        self.network_s = 0.0

    def draw(self, scene: Scene) -> Picture:
        """Draw one scene to its end."""
        start_s = time.perf_counter()
        if self.begun_s is None:
            self.begun_s = start_s
        picture = self._renderer.draw(scene)
        self._renderer.finish()
        self.network_s += time.perf_counter() - start_s
        return picture


class Notes:
    """An observer that writes down when onsets fired, and the tempo heard last."""

    def __init__(self, first: int) -> None:
        self._first = first
        self.onsets_s: list[float] = []
        self.bpm: float | None = None

    def see(self, frame: Frame) -> None:
        """Note every hop's onset, not only one a frame; those before the film are left out."""
        if frame.tick.index >= self._first:
            self.onsets_s += [hop.time_s for hop in frame.hops if hop.onset]
        self.bpm = frame.features.beat.bpm


def film_report(
    film: FinishedFilm, notes: Notes, renderer: TimedRenderer, style: Style, scale: float
) -> dict[str, Any]:
    """The report of a finished film; call it as soon as the film is in its place."""
    total_s = time.perf_counter() - (renderer.begun_s or time.perf_counter())
    return {
        "frames": film.shown,
        "fps": f"{film.fps.numerator}/{film.fps.denominator}",
        "width": film.width,
        "height": film.height,
        "duration_s": float(film.shown / film.fps),
        "frames_sha256": film.frames_sha256,
        "onsets_s": notes.onsets_s,
        "bpm": notes.bpm,
        "style": {
            "name": style.name,
            "sha256": style_sha256(style),
            "parameters": style.architecture.parameters,
            "width": style.architecture.width,
            "depth": style.architecture.depth,
        },
        "renderer": renderer.name,
        "scale": scale,
        "timing_s": {
            "total": total_s,
            "network": renderer.network_s,
            "readback": film.readback_s,
            "encode": film.encode_s,
        },
    }
