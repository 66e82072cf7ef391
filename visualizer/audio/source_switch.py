"""What a show listens to, which may change while it goes on."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from visualizer.contracts import Hearing
from visualizer.errors import SoundError
from visualizer.system.workers import BackgroundWorker
from visualizer.types import Hop

log = logging.getLogger(__name__)


class InputSource(Hearing, Protocol):
    """A microphone or line-in that is open."""

    @property
    def asked_for(self) -> str | None:
        """What to ask for to hear it again; None for the default."""
        ...

    def hops_until(self, time_s: float) -> Sequence[Hop]:
        """Hops that are due by ``time_s``."""
        ...

    def next_device(self) -> None:
        """Go on to the next input there is."""
        ...


class SongSource(Hearing, Protocol):
    """A song that is being played from its beginning."""

    @property
    def finished(self) -> bool:
        """Whether the last of it has been heard."""
        ...

    def position_s(self) -> float:
        """Which second of it is heard now; never falls."""
        ...

    def hops_until(self, position_s: float) -> Sequence[Hop]:
        """Hops that are due by that second."""
        ...

    def close(self) -> None:
        """End it; may take a while."""
        ...


class SourceSwitch(BackgroundWorker):
    """A source that is either an input or a song.

    A song that ``play`` was asked for is opened off the loop and takes over between two frames;
    the one before it is closed off the loop too. Meanwhile the input goes on unheard, so that
    it is there at once when the song ends, or when ``next_device`` is asked for.

    microphone: None for a show that follows a song and ends with it. song: such a song; it
    belongs to the SourceSwitch from now on. open_song: raises ChladniError. position_s and
    finished are for the clock of a show without a microphone.
    """

    def __init__(
        self,
        microphone: InputSource | None,
        song: SongSource | None,
        open_song: Callable[[Path], SongSource],
    ) -> None:
        super().__init__("song")
        self._microphone = microphone
        self._song = song
        self._open_song = open_song
        self._opened: queue.SimpleQueue[SongSource] = queue.SimpleQueue()
        self._songs_before_s = 0.0

    def __exit__(self, *_: object) -> None:
        """Close the song; the microphone belongs to who opened it."""
        super().__exit__()
        for song in [*self._take_opened(), *([self._song] if self._song else [])]:
            song.close()

    def play(self, path: Path) -> None:
        """Follow this song from its beginning as soon as it is open. Never blocks."""
        self.do(lambda: self._open(path))

    def next_device(self) -> None:
        """Back from a song to the input, or on to the next input."""
        if self._microphone is None:
            return
        if self._song is None:
            self._microphone.next_device()
        else:
            self._turn_to(None)

    # --- source

    def hops_until(self, time_s: float) -> Sequence[Hop]:
        """Hops of what is heard now; a song's by its own time, whatever the show's is."""
        for opened in self._take_opened():
            self._turn_to(opened)
        # Also while a song is heard: unread sound would be lost, or come all at once later.
        heard = [] if self._microphone is None else self._microphone.hops_until(time_s)
        song = self._song
        if song is None:
            return heard
        if self._microphone is not None and song.finished:
            log.info("%s has ended: listening to %s again", song.device, self._microphone.device)
            self._turn_to(None)
            return heard
        return song.hops_until(song.position_s())

    @property
    def follows_song(self) -> bool:
        """Whether a song is heard now, and no input."""
        return self._song is not None

    @property
    def input_name(self) -> str | None:
        """What to ask for to hear the input again, also while a song is heard; None: nothing."""
        return None if self._microphone is None else self._microphone.asked_for

    # --- clock of a show that follows songs

    def position_s(self) -> float:
        """Seconds of songs that were heard so far."""
        return self._songs_before_s + (0.0 if self._song is None else self._song.position_s())

    @property
    def finished(self) -> bool:
        """Whether the song is over, and with it a show that has no microphone."""
        return self._microphone is None and (self._song is None or self._song.finished)

    # --- hearing: whatever is heard now tells of itself

    @property
    def state(self) -> str:
        """``running`` and the like; ``file`` for a song."""
        return "" if self._heard is None else str(self._heard.state)

    @property
    def device(self) -> str:
        """Name of the input or of the song's file."""
        return "" if self._heard is None else self._heard.device

    @property
    def problem(self) -> str:
        """Why nothing is heard; empty where all is well, or nobody knows."""
        return "" if self._heard is None else self._heard.problem

    @property
    def overflows(self) -> int:
        """Frames of sound that were lost."""
        return 0 if self._heard is None else self._heard.overflows

    # --- inside

    @property
    def _heard(self) -> SongSource | InputSource | None:
        return self._song or self._microphone

    def _open(self, path: Path) -> None:
        try:
            self._opened.put(self._open_song(path))
        except SoundError as error:
            raise SoundError(f"{error} (a style's file would end in .safetensors)") from error

    def _take_opened(self) -> list[SongSource]:
        opened = []
        while not self._opened.empty():
            opened.append(self._opened.get())
        return opened

    def _turn_to(self, song: SongSource | None) -> None:
        before, self._song = self._song, song
        if before is not None:
            self._songs_before_s += before.position_s()
            self.do(before.close)
