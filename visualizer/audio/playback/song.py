"""A song that is played and followed at once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from visualizer.audio.analysis.downmix import check_channels
from visualizer.audio.file import AudioFile
from visualizer.audio.file_source import FileSource
from visualizer.audio.playback.player import Player
from visualizer.errors import DeviceError, SoundError
from visualizer.system.elapsed import Elapsed
from visualizer.types import Hop

log = logging.getLogger(__name__)


class PlayedSong:
    """Plays a file on the default output, and hands out its hops as they are heard.

    Entering begins to play, and raises SoundError for what holds no sound. Without an output
    the song goes by in silence, as the clock does; that is said in the log.
    channels: those that will be listened to, 0-based; None is all. now_s: for tests.
    """

    state, problem, overflows = "file", "", 0

    def __init__(
        self,
        path: Path,
        channels: tuple[int, ...] | None = None,
        now_s: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._audio = AudioFile(path)
        self._source = FileSource(self._audio)
        self._channels = channels
        self._elapsed_s = Elapsed(now_s)
        self._player: Player | None = None
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        """Open the file and begin to play. Raises SoundError."""
        with ExitStack() as opened:
            opened.enter_context(self._audio)
            check_channels(self._channels, self._audio.probe.channels, self.device)
            opened.enter_context(self._source)
            try:
                self._player = opened.enter_context(Player(self._audio.stereo_blocks()))
            except DeviceError as error:
                log.warning("%s; the picture follows %s in silence", error, self.device)
            self._opened = opened.pop_all()
        self._elapsed_s()
        return self

    def __exit__(self, *_: object) -> None:
        """Fall silent."""
        self._opened.close()

    def close(self) -> None:
        """Fall silent; may take a second or two, until the output has let go."""
        self._opened.close()

    @property
    def device(self) -> str:
        """The file's name."""
        return self._audio.path.name

    @property
    def finished(self) -> bool:
        """Whether the last of it has been heard."""
        return self._source.ended if self._player is None else self._player.finished

    def position_s(self) -> float:
        """Which second of it is heard now."""
        return self._elapsed_s() if self._player is None else self._player.position_s()

    def hops_until(self, position_s: float) -> Sequence[Hop]:
        """Its hops up to that second; silence after its end.

        A file that has gone since it was opened ends here, which is said in the log.
        """
        try:
            return self._source.hops_until(position_s)
        except SoundError as error:
            log.warning("%s", error)
            return []
