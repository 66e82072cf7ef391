"""What a show hears: an input, or a song that it plays."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from visualizer.audio.capture.microphone import Microphone
from visualizer.audio.source_switch import SourceSwitch
from visualizer.contracts import Source
from visualizer.monitor.health import SoundCheck
from visualizer.monitor.latency import LatencyMeter, TimedSource
from visualizer.types import Arrival

if TYPE_CHECKING:
    from visualizer.audio.playback.song import PlayedSong

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Listening:
    """What hears. arrival: when the hops handed out last came in; a song's never do.

    sets_the_time: whether the show runs on the song's own time.
    """

    source_switch: SourceSwitch
    arrival: Callable[[], Arrival | None]
    sets_the_time: bool

    @property
    def position_s(self) -> Callable[[], float] | None:
        """The song's time, where the show runs on it."""
        return self.source_switch.position_s if self.sets_the_time else None

    def source(self, latency_meter: LatencyMeter) -> Source:
        """What is heard, checked and timed."""
        source = SoundCheck(self.source_switch, self.source_switch)
        return TimedSource(source, self.arrival, latency_meter)


def open_listening(
    channels: tuple[int, ...] | None, sound: Path | str, closing: ExitStack
) -> Listening:
    """Begin to listen to an input, by its name, or to play a song's file.

    Raises SoundError.
    """

    def open_song(path: Path) -> PlayedSong:
        # Decoders take .05 s to load: a show from an input begins without.
        from visualizer.audio.playback.song import PlayedSong  # noqa: PLC0415 - as above

        return PlayedSong(path, channels).__enter__()

    if isinstance(sound, Path):
        source_switch = closing.enter_context(SourceSwitch(None, open_song(sound), open_song))
        return Listening(source_switch, lambda: None, sets_the_time=True)
    log.info("listening to %s", sound)
    microphone = closing.enter_context(Microphone(sound))
    source_switch = closing.enter_context(SourceSwitch(microphone, None, open_song))
    return Listening(
        source_switch,
        lambda: None if source_switch.follows_song else microphone.arrival,
        sets_the_time=False,
    )
