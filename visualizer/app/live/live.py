"""A show in a window, from an input or following a song: what is asked for, checked and opened."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from visualizer.app.live.show import play_show
from visualizer.app.preflight import run_preflight
from visualizer.app.used_files import check_live_files
from visualizer.audio.analysis.downmix import check_channels
from visualizer.audio.capture.devices import DEFAULT, MONITOR, default_input, find_device
from visualizer.audio.playback import demo_track
from visualizer.config.fields import ShowFields
from visualizer.config.precedence import Resolved, resolve
from visualizer.config.request import FilmRequest, LiveRequest, Look
from visualizer.config.saved_show import read_saved_show
from visualizer.config.settings import read_settings
from visualizer.errors import DeviceError, GraphicsError, SoundError
from visualizer.monitor.recent_warnings import RecentWarnings
from visualizer.output.window.display import display
from visualizer.system.files import numbered
from visualizer.system.paths import APP_NAME, saved_show_file, settings_file

log = logging.getLogger(__name__)

DEMO_FILM = Path("demo.mp4")
DEMO_LOOK = Look(resolution=(512, 288), fps=Fraction(30), scale=0.375)
"""The whole demo track in under a minute on two slow cores without a GPU: about 40 s."""


def play(request: LiveRequest) -> None:
    """Play until it ends or somebody quits. Raises ChladniError for what cannot begin.

    Asked for nothing in particular, a computer without a display gets the demo as a film.
    """
    check_live_files(request)
    with display() as is_there:
        if is_there:
            _play_seen(request)
        else:
            _play_unseen(request)


def _play_seen(request: LiveRequest) -> None:
    with ExitStack() as closing:
        # From here on, so that what is wrong with a file of settings is seen in the HUD too.
        recent_warnings = closing.enter_context(RecentWarnings())
        last = ShowFields() if request.fresh else read_saved_show(saved_show_file())
        resolved = resolve(request, read_settings(settings_file()), last)
        preflight = run_preflight(resolved.request.look, resolved.slots, resolved.hands)
        sound = _sound(resolved, closing)
        unknown = play_show(resolved, preflight, sound, recent_warnings)
    if unknown:
        # Most shows know their GPU, and begin sooner without.
        from visualizer.app.tune import tune_after_show  # noqa: PLC0415 - as above

        tune_after_show(unknown)


def _play_unseen(request: LiveRequest) -> None:
    """What can be done without a display. Raises ChladniError."""
    run_preflight(request.look)
    _wish(request)
    if request != LiveRequest():
        raise GraphicsError(
            "there is no display to open a window on; start from a desktop, or render a"
            " film: run_live.py SONG OUT.mp4"
        )
    # A show, which needs none of it, begins .1 s sooner without.
    from visualizer.app.offline import render_film  # noqa: PLC0415 - as above

    # Nobody chose the name, so it replaces no file.
    out = next(path for path in numbered(DEMO_FILM) if not path.exists())
    log.info("no display: rendering the built-in demo track to %s", out)
    with demo_song() as song:
        render_film(FilmRequest(song, out, DEMO_LOOK))


@contextmanager
def demo_song() -> Iterator[Path]:
    """The demo track as a file, for as long as this lasts."""
    with tempfile.TemporaryDirectory(prefix=f"{APP_NAME}-") as folder:
        path = Path(folder) / "demo.wav"
        demo_track.compose().write(path)
        yield path


def _sound(resolved: Resolved, closing: ExitStack) -> Path | str:
    """The song, or the input's name: checked before a window opens.

    Raises SoundError and DeviceError for what was asked for and is not there.
    """
    wish = _wish(resolved.request)
    if wish is None and resolved.likely_device is not None:
        try:
            wish = _wish(replace(resolved.request, device=resolved.likely_device))
        except (DeviceError, SoundError) as error:
            log.warning("the usual input is left out: %s", error)
    return wish or _whatever_there_is(resolved.request, closing)


def _wish(request: LiveRequest) -> Path | str | None:
    channels = request.look.channels
    if request.song is not None:
        # Decoders take .05 s to load; a show from an input begins without.
        from visualizer.audio.file import AudioFile  # noqa: PLC0415 - as above

        with AudioFile(request.song) as song:
            check_channels(channels, song.probe.channels, request.song.name)
        return request.song
    if request.device is None:
        return None
    device = find_device(request.device)
    check_channels(channels, device.channels, device.name)
    return request.device if request.device in {DEFAULT, MONITOR} else device.name


def _whatever_there_is(request: LiveRequest, closing: ExitStack) -> Path | str:
    """The default input, or the demo track where there is none. Raises SoundError."""
    if (device := default_input()) is not None:
        check_channels(request.look.channels, device.channels, device.name)
        return DEFAULT
    log.info("no audio input was found: playing the built-in demo track")
    return closing.enter_context(demo_song())
