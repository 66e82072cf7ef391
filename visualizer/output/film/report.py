"""What a film's ``--report`` says, and the parts of the loop that take the notes for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

from visualizer.style.style import Style, style_sha256
from visualizer.types import Frame, Picture, Scene, Tap

if TYPE_CHECKING:
    from visualizer.render.gl.timer import GpuTime


class FinishedFilm(Protocol):
    """What the report wants to know of a film."""

    width: int
    height: int
    fps: Fraction
    shown: int
    waited_s: float
    tap: Tap


class FinishedHash(Protocol):
    """What it wants to know of the pictures' hash."""

    spent_s: float

    @property
    def hexdigest(self) -> str:
        """Hash of all raw frames."""
        ...


class ClockedRenderer(Protocol):
    """A renderer that knows how long its GPU took."""

    name: str

    @property
    def gpu_time(self) -> GpuTime | None:
        """The newest draw of which that is known by now."""
        ...

    def draw(self, scene: Scene) -> Picture:
        """Draw one scene."""
        ...


class TimedRenderer:
    """Notes how long drawing takes, and never waits for it: that would make the film slower.

    now_s: a clock; tests bring their own. asked_s: time spent in drawing calls.
    """

    def __init__(
        self, renderer: ClockedRenderer, now_s: Callable[[], float] = time.perf_counter
    ) -> None:
        self._renderer = renderer
        self._now_s = now_s
        self.name = renderer.name
        self.asked_s = 0.0
        self._begun_s: float | None = None
        self._draws = 0
        self._newest = renderer.gpu_time
        self._gpu_ms = 0.0
        self._measured = 0

    def draw(self, scene: Scene) -> Picture:
        """Draw one scene."""
        start_s = self._now_s()
        if self._begun_s is None:
            self._begun_s = start_s
        picture = self._renderer.draw(scene)
        self._draws += 1
        self._note(self._renderer.gpu_time)
        self.asked_s += self._now_s() - start_s
        return picture

    def elapsed_s(self) -> float:
        """Since the first picture was begun; 0 before that."""
        return 0.0 if self._begun_s is None else self._now_s() - self._begun_s

    def drawing_s(self, waited_s: float) -> float:
        """The loop's time that went into drawing: its calls, and a share of ``waited_s``.

        waited_s: how long the loop waited for the GPU, whatever that was doing. Drawing is what
        the GPU's own clock says of it, all of it where there is no such clock.
        """
        if self._gpu_ms == 0.0:
            return self.asked_s + waited_s
        gpu_s = 1e-3 * self._gpu_ms / self._measured * self._draws
        return self.asked_s + min(waited_s, max(0.0, gpu_s - self.asked_s))

    def _note(self, newest: GpuTime | None) -> None:
        if newest is not None and newest != self._newest:
            self._newest = newest
            self._gpu_ms += newest.network_ms + newest.present_ms
            self._measured += 1


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


def film_report(  # noqa: PLR0913, PLR0917 - a film has that many sides
    film: FinishedFilm,
    frame_hash: FinishedHash,
    notes: Notes,
    renderer: TimedRenderer,
    style: Style,
    scale: float,
) -> dict[str, Any]:
    """The report of a finished film; call it as soon as the film is in its place."""
    return film_timing(film, renderer, frame_hash.spent_s) | {
        "frames": film.shown,
        "fps": f"{film.fps.numerator}/{film.fps.denominator}",
        "width": film.width,
        "height": film.height,
        "duration_s": float(film.shown / film.fps),
        "frames_sha256": frame_hash.hexdigest,
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
    }


def film_timing(film: FinishedFilm, renderer: TimedRenderer, hash_s: float = 0.0) -> dict[str, Any]:
    """Where the loop's time went, in stages that never overlap.

    timing_s: network is drawing; readback the way from there into memory, conversion included;
    encode what the loop waited for the encoder, which works beside it. per_frame_ms: the same for
    each frame; other is the loop itself, and what it waits for the sound, which is heard beside
    the drawing; hash what this report alone needs.
    overhead_share: readback and other, of all that a film without a report would take.
    """
    total_s = renderer.elapsed_s()
    network_s = renderer.drawing_s(film.tap.waited_s)
    readback_s = renderer.asked_s + film.tap.waited_s + film.tap.copied_s - network_s
    stages_s = {"network": network_s, "readback": readback_s, "encode": film.waited_s}
    other_s = total_s - sum(stages_s.values()) - hash_s
    frames_s = {"total": total_s, **stages_s, "other": other_s, "hash": hash_s}
    return {
        "timing_s": {"total": total_s, **stages_s},
        "per_frame_ms": {name: 1e3 * s / film.shown for name, s in frames_s.items()},
        "overhead_share": (readback_s + other_s) / (total_s - hash_s),
    }
