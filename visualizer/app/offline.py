"""Films and stills of a song: the main loop with an exact clock and no window."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Self

import numpy as np

from visualizer.app.film_making import checked_encoding, make_film
from visualizer.app.preflight import Preflight, check_for_film, flash_limit, run_preflight
from visualizer.app.used_files import check_film_files, check_still_files
from visualizer.audio.analysis.analyzer import Analyzer
from visualizer.audio.analysis.downmix import check_channels
from visualizer.audio.analysis.listener import Listener, ListenerAhead
from visualizer.audio.analysis.onset import DEFAULT_ONSET
from visualizer.audio.file import AudioFile
from visualizer.audio.file_source import FileSource
from visualizer.config.request import FilmRequest, Look
from visualizer.contracts import Observer, Readiness, Sink
from visualizer.controls.playlist import Playlist
from visualizer.controls.script import Script, frame_of_quit
from visualizer.errors import ChladniError, SoundError
from visualizer.loop import Parts, run
from visualizer.output.film.film import Film, check_film, check_size
from visualizer.output.film.report import TimedRenderer
from visualizer.output.still import Still, check_still
from visualizer.render.autotune.autotune import tunings_for_film
from visualizer.render.gl.context import standalone
from visualizer.render.preparer import PrepareNow
from visualizer.render.renderer import Renderer
from visualizer.render.tap import planes_tap
from visualizer.show.beat.beat_clock import BeatClock
from visualizer.show.clock import FrameClock
from visualizer.show.flashes.limit import FlashLimit
from visualizer.show.style_pool import StylePool, at_once
from visualizer.style.style import Style
from visualizer.system.files import check_target
from visualizer.system.progress import StepBar, progress

FILM_SIZE = (1920, 1080)
FILM_FPS = Fraction(30)
CHANCE = 20
"""Seed of every random choice in a film, so that two runs are alike."""


def render_film(request: FilmRequest) -> None:
    """Turn a song into a film. Raises ChladniError; an existing film is only replaced whole."""
    check_film_files(request)
    size = request.look.resolution or FILM_SIZE
    check_size(*size)
    check_film(request.out)
    encoding = checked_encoding(request.out, request.encoder, request.crf, size)
    if request.report is not None:
        check_target(request.report)
    offline = OfflineShow(request.song, request.look)
    first, frames = _span(request, offline)
    with offline, planes_tap(offline.context, *size) as tap:
        film = Film(
            request.out,
            *size,
            offline.fps,
            tap=tap,
            frames=frames,
            first=first,
            sound=offline.song.stereo_blocks(
                float(first / offline.fps), float(frames / offline.fps)
            ),
            sound_channels=offline.song.stereo_channels,
            encoding=encoding,
        )
        make_film(offline, film, request.report)


def render_still(song: Path, out: Path, at_s: float, look: Look) -> None:
    """Save the frame that the film would have at ``at_s``. Raises ChladniError."""
    check_still_files(song, out, look)
    check_still(out)
    offline = OfflineShow(song, look)
    index = round(at_s * offline.fps)
    _check_within("--at", at_s, offline)
    with offline:
        offline.play(index + 1, (Still(out, index),))


class OfflineShow:
    """The loop for one song, without a window: what a film and a still have in common.

    Making one raises ChladniError, one sentence, for styles, script or sound that are not as
    they should be. ``with`` opens ``context``, the GL context, and may be entered again.
    last: index of the frame in which a script ends it, None where none does.
    """

    def __init__(self, song: Path, look: Look) -> None:
        self.preflight: Preflight = run_preflight(look)
        check_for_film(self.preflight.timed)
        self.song = AudioFile(song)
        check_channels(look.channels, self.song.probe.channels, song.name)
        self.fps = look.fps or FILM_FPS
        self.last = frame_of_quit(self.preflight.timed, self.fps)
        # A film waits for its GPU, whatever that can do.
        self.scale = look.scale if isinstance(look.scale, float) else 1.0
        self._size = look.resolution or FILM_SIZE
        self._look = look
        self._limit: FlashLimit | None = None
        self._opened = ExitStack()

    @property
    def style(self) -> Style:
        """The style that it begins with."""
        return self.preflight.style

    @property
    def holding(self) -> bool:
        """Whether the frame at hand is dimmed, so that it does not flash."""
        return self._limit is not None and self._limit.holding

    def __enter__(self) -> Self:
        """Get ready to draw. Raises GraphicsError."""
        with ExitStack() as opened:
            self.context = opened.enter_context(standalone())
            with progress() as bar:
                told = StepBar(bar, "measuring this GPU").reach
                tunings = tunings_for_film(
                    self.context, self._styles(), tune=self._look.tune, told=told
                )
            renderer = Renderer(self.context, *self._size, self.scale, tunings)
            self._renderer = opened.enter_context(renderer)
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Give the GPU back."""
        self._opened.close()

    def play(
        self, frames: int, sinks: Sequence[Sink], observers: Sequence[Observer] = ()
    ) -> TimedRenderer:
        """Run the song's first ``frames`` frames; the sinks choose which of them are drawn."""
        width, height = self._size
        self._limit = flash_limit(self._look.flashes, lambda: width / height)
        readiness = PrepareNow(self._renderer.prepare, self._renderer.forget)
        readiness.ready(self.preflight.style)
        timed, playlist = (
            TimedRenderer(self._renderer, self._renderer.name, lambda: self._renderer.gpu_time),
            Playlist(),
        )
        analyzer = Analyzer(self._look.onset or DEFAULT_ONSET, self._look.channels)
        with (
            FileSource(self.song) as source,
            ListenerAhead(Listener(source, analyzer), float(1 / self.fps)) as listener,
        ):
            parts = Parts(
                clock=FrameClock(self.fps, frames),
                listener=listener,
                renderer=timed,
                pool=self._pool(readiness),
                beat_clock=BeatClock(),
                guards=() if self._limit is None else (self._limit,),
                controls=(Script(self.preflight.timed), playlist),
                observers=(*observers, playlist),
                sinks=sinks,
            )
            run(parts, self.preflight.session)
        return timed

    def _styles(self) -> tuple[Style, ...]:
        """All that may be shown: one that is measured later would be drawn with other roundings."""
        changes = self.preflight.timed or self._look.playlist
        return self.preflight.styles if changes else (self.preflight.style,)

    def _pool(self, readiness: Readiness) -> StylePool:
        return StylePool(
            self.preflight.library.styles,
            readiness,
            random=np.random.default_rng(CHANCE),
            submit=at_once,
            named=self.preflight.named,
            morphs=self.preflight.morphs,
        )


def _span(request: FilmRequest, offline: OfflineShow) -> tuple[int, int]:
    """(first, frames): the part of the whole film's frames that is asked for.

    A script's ``quit`` is the film's end, and its frame the last.
    """
    _check_within("--start", request.start_s, offline)
    rest_s = offline.song.duration_s - request.start_s
    length_s = rest_s if request.duration_s is None else min(request.duration_s, rest_s)
    first = round(request.start_s * offline.fps)
    # A song shorter than half a frame still makes a film of one.
    frames = max(1, round(length_s * offline.fps))
    return first, frames if offline.last is None else min(frames, offline.last + 1 - first)


def _check_within(option: str, time_s: float, offline: OfflineShow) -> None:
    song, last = offline.song, offline.last
    if last is not None and round(time_s * offline.fps) > last:
        raise ChladniError(
            f"{option} {time_s:g} lies behind the 'quit' of the actions at"
            f" {float(last / offline.fps):.2f} s; give an earlier time"
        )
    promised_s = song.probe.header_duration_s
    # Hours of sound take seconds to count: ask the header first whether that is needed.
    surely_inside = time_s == 0.0 or (promised_s is not None and time_s < 0.9 * promised_s)
    surely_behind = promised_s is not None and time_s > 1.1 * promised_s + 1.0
    if not surely_inside and (surely_behind or time_s >= song.duration_s):
        raise SoundError(
            f"{option} {time_s:g} lies behind the end of {song.path}, which is"
            f" {promised_s or song.duration_s:.2f} s long; give an earlier time"
        )
