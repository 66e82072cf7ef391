"""Films and stills of a song: the main loop with an exact clock and no window."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import moderngl
import numpy as np

from visualizer.audio.analysis import Analyzer
from visualizer.audio.downmix import check_channels
from visualizer.audio.file import AudioFile
from visualizer.audio.file_source import FileSource
from visualizer.audio.onset import DEFAULT_ONSET
from visualizer.clock import FrameClock
from visualizer.errors import SoundError
from visualizer.loop import Parts, run
from visualizer.playlist import Playlist
from visualizer.preparer import PrepareNow
from visualizer.progress import FrameBar, progress
from visualizer.render.context import standalone
from visualizer.render.renderer import Renderer
from visualizer.render.tuning import Tunings
from visualizer.report import Notes, TimedRenderer, film_report
from visualizer.request import FilmRequest, Look
from visualizer.script import Script
from visualizer.shelf import Readiness, StyleShelf, at_once
from visualizer.sinks.film import Film, check_film, check_size
from visualizer.sinks.still import Still, check_still
from visualizer.stage import Stage, set_stage
from visualizer.target import check_target, replacing
from visualizer.tuned import tuned
from visualizer.types import Observer, Sink

log = logging.getLogger(__name__)

FILM_SIZE = (1920, 1080)
FILM_FPS = Fraction(30)
CHANCE = 20
"""Seed of every random choice in a film, so that two runs are alike."""


def render_film(request: FilmRequest) -> None:
    """Turn a song into a film. Raises ChladniError; an existing film is only replaced whole."""
    size = request.look.resolution or FILM_SIZE
    check_size(*size)
    check_film(request.out)
    if request.report is not None:
        check_target(request.report)
    cinema = Cinema(request.song, request.look)
    fps = cinema.fps
    first, frames = _span(request, cinema)
    film = Film(
        request.out,
        *size,
        fps,
        frames=frames,
        first=first,
        sound=cinema.song.stereo_blocks(float(first / fps), float(frames / fps)),
        sound_channels=cinema.song.stereo_channels,
        crf=request.crf,
    )
    notes = Notes(first)
    with _partial_told(film), progress() as bar, film:
        counter = FrameBar(bar, request.out.name, first, frames)
        projector = cinema.play(first + frames, (film,), (notes, counter))
    if request.report is not None:
        report = film_report(film, notes, projector, cinema.stage.style, cinema.scale)
        with replacing(request.report) as temporary:
            temporary.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def render_still(song: Path, out: Path, at_s: float, look: Look) -> None:
    """Save the frame that the film would have at ``at_s``. Raises ChladniError."""
    check_still(out)
    cinema = Cinema(song, look)
    index = round(at_s * cinema.fps)
    _check_within("--at", at_s, cinema.song)
    cinema.play(index + 1, (Still(out, index),))


class Cinema:
    """The loop for one song, without a window: what a film and a still have in common.

    Raises ChladniError, one sentence, before any GL context is made, for styles, script or
    sound that are not as they should be.
    """

    def __init__(self, song: Path, look: Look) -> None:
        self.stage: Stage = set_stage(look)
        self.song = AudioFile(song)
        check_channels(look.channels, self.song.probe.channels, song.name)
        self.fps = look.fps or FILM_FPS
        # A film waits for its GPU, whatever that can do.
        self.scale = look.scale if isinstance(look.scale, float) else 1.0
        self._size = look.resolution or FILM_SIZE
        self._look = look

    def play(
        self, frames: int, sinks: Sequence[Sink], observers: Sequence[Observer] = ()
    ) -> TimedRenderer:
        """Run the song's first ``frames`` frames; the sinks choose which of them are drawn."""
        with (
            standalone() as context,
            Renderer(context, *self._size, self.scale, self._tunings(context)) as renderer,
            FileSource(self.song) as source,
        ):
            readiness = PrepareNow(renderer)
            readiness.ready(self.stage.style)
            timed, playlist = TimedRenderer(renderer), Playlist()
            parts = Parts(
                clock=FrameClock(self.fps, frames),
                source=source,
                analyzer=Analyzer(self._look.onset or DEFAULT_ONSET, self._look.channels),
                renderer=timed,
                shelf=self._shelf(readiness),
                controls=(Script(self.stage.timed), playlist),
                observers=(*observers, playlist),
                sinks=sinks,
            )
            run(parts, self.stage.session)
        return timed

    def _tunings(self, context: moderngl.Context) -> Tunings | None:
        return tuned(context, (self.stage.style,), tune=self._look.tune)

    def _shelf(self, readiness: Readiness) -> StyleShelf:
        return StyleShelf(
            self.stage.library.styles,
            readiness,
            random=np.random.default_rng(CHANCE),
            submit=at_once,
            named=self.stage.named,
            morphs=self.stage.morphs,
        )


def _span(request: FilmRequest, cinema: Cinema) -> tuple[int, int]:
    """(first, frames): the part of the whole film's frames that is asked for."""
    _check_within("--start", request.start_s, cinema.song)
    rest_s = cinema.song.duration_s - request.start_s
    length_s = rest_s if request.duration_s is None else min(request.duration_s, rest_s)
    # A song shorter than half a frame still makes a film of one.
    return round(request.start_s * cinema.fps), max(1, round(length_s * cinema.fps))


def _check_within(option: str, time_s: float, song: AudioFile) -> None:
    promised_s = song.probe.header_duration_s
    # Hours of sound take seconds to count: ask the header first whether that is needed.
    surely_inside = time_s == 0.0 or (promised_s is not None and time_s < 0.9 * promised_s)
    surely_behind = promised_s is not None and time_s > 1.1 * promised_s + 1.0
    if not surely_inside and (surely_behind or time_s >= song.duration_s):
        raise SoundError(
            f"{option} {time_s:g} lies behind the end of {song.path}, which is"
            f" {promised_s or song.duration_s:.2f} s long; give an earlier time"
        )


@contextmanager
def _partial_told(film: Film) -> Iterator[None]:
    """Say where the unfinished film lies, whatever ended it."""
    try:
        yield
    except BaseException:
        if film.partial_path is not None:
            log.warning("not finished; what there is can be played: %s", film.partial_path)
        raise
