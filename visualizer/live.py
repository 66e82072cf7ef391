"""A show in a window: the main loop with a wall clock, from an input or following a song."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import platformdirs

from visualizer.audio import demo_track
from visualizer.audio.analysis import Analyzer
from visualizer.audio.devices import default_input, find_device
from visualizer.audio.downmix import check_channels
from visualizer.audio.file import AudioFile
from visualizer.audio.file_source import FileSource
from visualizer.audio.microphone import Microphone
from visualizer.audio.onset import DEFAULT_ONSET
from visualizer.audio.player import Player
from visualizer.audio.stamps import Arrival
from visualizer.clock import LiveClock
from visualizer.controls import key_table
from visualizer.errors import DeviceError, GraphicsError
from visualizer.keeper import Keeper
from visualizer.loop import Parts, run
from visualizer.offline import render_film
from visualizer.places import APP_NAME
from visualizer.playlist import Playlist
from visualizer.preparer import Preparer
from visualizer.render.context import attach
from visualizer.render.quad import Quad
from visualizer.render.renderer import Renderer
from visualizer.request import FilmRequest, LiveRequest, Look
from visualizer.script import Script
from visualizer.shelf import StyleShelf
from visualizer.sinks.display import has_display
from visualizer.sinks.overlay import HelpOverlay
from visualizer.sinks.screenshot import Screenshots, pictures_folder
from visualizer.sinks.window import Window
from visualizer.stage import Stage, set_stage
from visualizer.status import Hearing, Status
from visualizer.stopwatch import Stopwatch, TimedSink, TimedSource
from visualizer.types import Frame, Hop, Observer, Source

log = logging.getLogger(__name__)

WINDOW_SIZE = (1280, 720)
DEMO_FILM = Path("demo.mp4")
DEMO_LOOK = Look(resolution=(512, 288), fps=Fraction(30), scale=0.375)
"""The whole demo track in under a minute on two slow cores without a GPU: about 40 s."""
FASTER_HZ = 0.5
"""Above the monitor's own rate, so that its sync sets the pace and no frame is ever missed."""


def play(request: LiveRequest) -> None:
    """Play until it ends or somebody quits. Raises ChladniError for what cannot begin.

    Asked for nothing in particular, a computer without a display gets the demo as a film.
    """
    stage = set_stage(request.look)
    with ExitStack() as closing:
        wish = _wish(request, closing)
        if has_display():
            _show(request, stage, wish or _whatever_there_is(request, closing), closing)
            return
    if request != LiveRequest():
        raise GraphicsError(
            "there is no display to open a window on; start from a desktop, or render a"
            " film: run_live.py SONG OUT.mp4"
        )
    log.info("no display: rendering the built-in demo track to %s", DEMO_FILM)
    with demo_song() as song:
        render_film(FilmRequest(song, DEMO_FILM, DEMO_LOOK))


@contextmanager
def demo_song() -> Iterator[Path]:
    """The demo track as a file, for as long as this lasts."""
    with tempfile.TemporaryDirectory(prefix=f"{APP_NAME}-") as folder:
        path = Path(folder) / "demo.wav"
        demo_track.compose().write(path)
        yield path


@dataclass(frozen=True, slots=True)
class Sound:
    """What drives a show. position_s and finished: of a song that is being played.

    arrival: when the hops handed out last came in; a song's never do.
    """

    source: Source
    hearing: Hearing
    position_s: Callable[[], float] | None = None
    finished: Callable[[], bool] = lambda: False
    arrival: Callable[[], Arrival | None] = lambda: None


@dataclass(frozen=True, slots=True)
class FileHearing:
    """A song in place of an input, as the status line tells it."""

    device: str
    state: str = "file"
    overflows: int = 0


def _wish(request: LiveRequest, closing: ExitStack) -> AudioFile | str | None:
    """The song, or the input's name, that was asked for: checked before a window opens.

    Raises SoundError and DeviceError for what is not there.
    """
    channels = request.look.channels
    if request.song is not None:
        song = closing.enter_context(AudioFile(request.song))
        check_channels(channels, song.probe.channels, request.song.name)
        return song
    if request.device is None:
        return None
    device = find_device(request.device)
    check_channels(channels, device.channels, device.name)
    return device.name


def _whatever_there_is(request: LiveRequest, closing: ExitStack) -> AudioFile | str:
    """The default input, or the demo track where there is none. Raises SoundError."""
    if (device := default_input()) is not None:
        check_channels(request.look.channels, device.channels, device.name)
        return device.name
    log.info("no audio input was found: playing the built-in demo track")
    return closing.enter_context(AudioFile(closing.enter_context(demo_song())))


def _open(chosen: AudioFile | str, closing: ExitStack) -> Sound:
    """Begin to listen, or to play the song: the last thing before the first frame."""
    if isinstance(chosen, str):
        log.info("listening to %s", chosen)
        microphone = closing.enter_context(Microphone(chosen))
        return Sound(microphone, microphone, arrival=lambda: microphone.arrival)
    source = closing.enter_context(FileSource(chosen))
    hearing = FileHearing(chosen.path.name)
    try:
        player = closing.enter_context(Player(chosen.stereo_blocks()))
    except DeviceError as error:
        log.info("%s; the picture follows %s in silence", error, chosen.path.name)
        heard = Heard(source)
        return Sound(heard, hearing, finished=lambda: heard.time_s >= chosen.duration_s)
    return Sound(source, hearing, player.position_s, lambda: player.finished)


class Heard:
    """A source that remembers how far the show has come."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.time_s = 0.0

    def hops_until(self, time_s: float) -> Sequence[Hop]:
        """Hand through the hops that are due."""
        self.time_s = time_s
        return self._source.hops_until(time_s)


class Hand:
    """An observer that turns to the next input when that is asked for."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def see(self, frame: Frame) -> None:
        """Carry out a ``device`` action; a song has no next input."""
        for action in frame.actions:
            if action.name == "device" and isinstance(self._source, Microphone):
                self._source.next_device()


class HearingLog:
    """An observer that says in the log when an input comes, goes or changes."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self._said = self._now()

    def see(self, frame: Frame) -> None:  # noqa: ARG002 - an observer's interface
        """Say it once for each change."""
        now = self._now()
        if now != self._said:
            log.info("audio input %s: %s", *now)
            self._said = now

    def _now(self) -> tuple[str, str]:
        return self._hearing.device, str(self._hearing.state)


def _kept(folder: Path) -> Path:
    """Where kept seeds go: the library's folder, or the user's own where that is closed."""
    own = platformdirs.user_data_path(APP_NAME, appauthor=False) / "styles"
    return folder if os.access(folder, os.W_OK) else own


def _show(request: LiveRequest, stage: Stage, chosen: AudioFile | str, closing: ExitStack) -> None:
    """Open the window and play in it."""
    look = request.look
    window = closing.enter_context(
        Window(
            APP_NAME.capitalize(),
            *(look.resolution or WINDOW_SIZE),
            fullscreen=request.fullscreen,
            monitor=request.monitor,
        )
    )
    context = closing.enter_context(attach())
    renderer = closing.enter_context(Renderer(context, *window.framebuffer_size, look.scale))
    window.on_resize = renderer.resize
    quad = closing.enter_context(Quad(context))
    window.lay_over(HelpOverlay(key_table(), quad))
    # The first style before the first picture; the others while the show goes on.
    renderer.prepare(stage.style)
    preparer = closing.enter_context(Preparer(renderer, window.shared_context()))
    growing = closing.enter_context(ThreadPoolExecutor(1, thread_name_prefix="seeds"))
    shelf = StyleShelf(
        stage.library.styles,
        preparer,
        random=np.random.default_rng(),
        submit=growing.submit,
        named=stage.named,
        morphs=stage.morphs,
    )
    shelf.get_ready()
    fps = look.fps or Fraction(round(window.refresh_hz + FASTER_HZ, 3)).limit_denominator(1000)
    sound = _open(chosen, closing)
    stopwatch = Stopwatch()
    playlist = Playlist()
    observers: list[Observer] = [
        stopwatch,
        playlist,
        window,
        Hand(sound.source),
        HearingLog(sound.hearing),
    ]
    if request.status is not None:
        status = Status(request.status, sound.hearing, fps, latency=stopwatch.snapshot)
        observers.append(closing.enter_context(status))
    run(
        Parts(
            clock=LiveClock(
                fps,
                duration_s=request.for_s,
                position_s=sound.position_s,
                finished=sound.finished,
            ),
            source=TimedSource(sound.source, sound.arrival, stopwatch),
            analyzer=Analyzer(look.onset or DEFAULT_ONSET, look.channels),
            renderer=renderer,
            shelf=shelf,
            controls=(window, Script(stage.timed), playlist),
            observers=observers,
            sinks=(
                closing.enter_context(Screenshots(pictures_folder())),
                closing.enter_context(Keeper(_kept(stage.library.folder))),
                TimedSink(window, stopwatch),
            ),
        ),
        stage.session,
    )
