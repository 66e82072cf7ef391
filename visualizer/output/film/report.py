"""What a film's ``--report`` says, and the parts of the loop that take the notes for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from visualizer.contracts import Frame, Picture, Renderer, Scene, Tap
from visualizer.output.film.film import Film
from visualizer.output.film.frame_hash import FrameHash
from visualizer.style.style import Style, style_sha256
from visualizer.types import GpuTime


class TimedRenderer:
    """Notes how long drawing takes, and never waits for it: that would make the film slower.

    name: of what draws. gpu_time: the newest draw whose time the GPU has told by now. now_s: a
    clock; tests bring their own. asked_s: time spent in drawing calls.
    """

    def __init__(
        self,
        renderer: Renderer,
        name: str,
        gpu_time: Callable[[], GpuTime | None],
        now_s: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._renderer = renderer
        self._gpu_time = gpu_time
        self._now_s = now_s
        self.name = name
        self.asked_s = 0.0
        self._begun_s: float | None = None
        self._draws = 0
        self._newest = gpu_time()
        self._gpu_ms = 0.0
        self._measured = 0

    def draw(self, scene: Scene) -> Picture:
        """Draw one scene."""
        start_s = self._now_s()
        if self._begun_s is None:
            self._begun_s = start_s
        picture = self._renderer.draw(scene)
        self._draws += 1
        self._note(self._gpu_time())
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
    """An observer that writes down when onsets fired, and the tempo heard last.

    holding: whether this frame is held below what flashes. flashes_held: frames that were.
    """

    def __init__(self, first: int, holding: Callable[[], bool] = lambda: False) -> None:
        self._first = first
        self._holding = holding
        self.flashes_held = 0
        self.onsets_s: list[float] = []
        self.bpm: float | None = None

    def see(self, frame: Frame) -> None:
        """Note every hop's onset, not only one a frame; those before the film are left out."""
        if frame.tick.index >= self._first:
            self.onsets_s += [hop.time_s for hop in frame.hops if hop.onset]
            self.flashes_held += self._holding()
        self.bpm = frame.features.beat.bpm


def film_report(  # noqa: PLR0913, PLR0917 - a film has that many sides
    film: Film,
    frame_hash: FrameHash,
    notes: Notes,
    renderer: TimedRenderer,
    style: Style,
    scale: float,
) -> dict[str, Any]:
    """The report of a finished film; call it as soon as the film is in its place."""
    timing = film_timing(renderer, film.tap, film.shown, film.waited_s, frame_hash.spent_s)
    return timing | {
        "frames": film.shown,
        "fps": f"{film.fps.numerator}/{film.fps.denominator}",
        "width": film.width,
        "height": film.height,
        "duration_s": float(film.shown / film.fps),
        "frames_sha256": frame_hash.hexdigest,
        "onsets_s": notes.onsets_s,
        "bpm": notes.bpm,
        "flashes_held": notes.flashes_held,
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


def film_timing(
    renderer: TimedRenderer, tap: Tap, frames: int, encode_s: float, hash_s: float = 0.0
) -> dict[str, Any]:
    """Where the loop's time went in a film of so many frames, in stages that never overlap.

    encode_s: waited for the encoder. hash_s: spent on the pictures' hash.

    timing_s: network is drawing; readback the way from there into memory, conversion included;
    encode what the loop waited for the encoder, which works beside it. per_frame_ms: the same for
    each frame; other is the loop itself, and what it waits for the sound, which is heard beside
    the drawing; hash what this report alone needs.
    overhead_share: readback and other, of all that a film without a report would take.
    """
    total_s = renderer.elapsed_s()
    network_s = renderer.drawing_s(tap.waited_s)
    readback_s = renderer.asked_s + tap.waited_s + tap.copied_s - network_s
    stages_s = {"network": network_s, "readback": readback_s, "encode": encode_s}
    other_s = total_s - sum(stages_s.values()) - hash_s
    frames_s = {"total": total_s, **stages_s, "other": other_s, "hash": hash_s}
    return {
        "timing_s": {"total": total_s, **stages_s},
        "per_frame_ms": {name: 1e3 * s / frames for name, s in frames_s.items()},
        "overhead_share": (readback_s + other_s) / (total_s - hash_s),
    }
