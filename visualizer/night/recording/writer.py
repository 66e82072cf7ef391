"""Writes a night as it happens, in a thread: the loop never waits for a disk."""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from safetensors.numpy import save_file

from visualizer.audio.rounded import to_whole
from visualizer.errors import ChladniError
from visualizer.night.journal import JOURNAL, STATE, STYLES, SUFFIX, Header, Note, sound_name
from visualizer.night.lines import (
    Line,
    NoteLines,
    end_line,
    frame_line,
    header_line,
    sound_line,
    style_line,
)
from visualizer.night.machine import STATE_KEY, State
from visualizer.style.style import Style
from visualizer.style.style_file import save_style
from visualizer.system.files import numbered
from visualizer.types import Hop

if TYPE_CHECKING:
    from visualizer.audio.flac import FlacWriter

log = logging.getLogger(__name__)

FLUSH_S = 1.0
"""A program that is killed leaves a night up to here."""
MOST_WAITING = 1800
"""Ticks that a disk may be behind: half a minute at 60 a second, 15 MB of stereo."""
FAREWELL_S = 10.0
"""So long the show's end waits for a disk."""

Job = Callable[[], None]


def new_folder(parent: Path, now: datetime) -> Path:
    """Make ``2026-01-31_2204.night`` in ``parent``, or ``…-2.night``. Raises ChladniError."""
    for path in numbered(parent / f"{now:%Y-%m-%d_%H%M}{SUFFIX}"):
        try:
            path.mkdir(parents=True)
            (path / STYLES).mkdir()
        except FileExistsError:
            continue
        except OSError as error:
            raise ChladniError(
                f"nothing can be recorded in {parent}: {error.strerror or error};"
                " give --record-to another folder"
            ) from error
        return path
    raise AssertionError("counting never ends")


class NightWriter:
    """One night on its way to the disk. All methods are the loop's; none but ``wait`` blocks.

    What goes wrong is said once in the log, and ``has_failed`` from then on; what was written
    until then stays, and can be played again.
    """

    def __init__(self, folder: Path, most_waiting: int = MOST_WAITING) -> None:
        self.folder = folder
        self.has_failed = False
        self._most_waiting = most_waiting
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._names: dict[Style, str] = {}
        self._new: list[tuple[str, Style]] = []
        self._pages = _Pages(folder, lambda style: self._names[style])
        # A daemon: a disk that hangs must not keep the program from ending.
        self._thread = threading.Thread(target=self._work, name="night", daemon=True)

    def name_of(self, style: Style) -> str:
        """What the style is called in this night; a copy of it is kept."""
        if style not in self._names:
            taken = {name.casefold() for name in self._names.values()}
            # Not all that names a style can name a file everywhere.
            plain = "".join(sign if sign.isalnum() else "-" for sign in style.name)[:60]
            names = (path.name for path in numbered(Path(plain)))
            name = next(each for each in names if each.casefold() not in taken)
            self._names[style] = name
            self._new.append((name, style))
        return self._names[style]

    def begin(self, header: Callable[[], Header], state: State | None) -> None:
        """Open the files. header: called in the thread."""
        self._thread.start()
        self._put(lambda: self._pages.open(header(), state))

    def put(self, note: Note, hops: list[Hop]) -> None:
        """One tick, and what was heard in it."""
        new, self._new = self._new, []
        for name, style in new:
            self._put(lambda name=name, style=style: self._pages.add_style(name, style))  # type: ignore[misc]  # lambdas have no types
        self._put(lambda: self._pages.add_note(note, hops))
        if note.frame_sha256:
            self.put_frame(note.index, note.frame_sha256)

    def put_frame(self, index: int, sha256: str) -> None:
        """The picture of a tick that was put before."""
        self._put(lambda: self._pages.add(frame_line(index, sha256)))

    def finish(self) -> None:
        """Write the end, and no more."""
        self._jobs.put(self._pages.end)
        self._jobs.put(None)

    def wait(self) -> None:
        """Wait until all of it is on the disk; this blocks, for FAREWELL_S at most."""
        self._thread.join(FAREWELL_S)
        if self._thread.is_alive():
            log.warning("the disk does not take the rest of %s: it ends before", self.folder)

    def _put(self, job: Job) -> None:
        if self.has_failed:
            return
        if self._jobs.qsize() >= self._most_waiting:
            self._fail("the disk is too slow")
            return
        self._jobs.put(job)

    def _fail(self, reason: object) -> None:
        if not self.has_failed:
            self.has_failed = True
            log.warning(
                "the show is not recorded any more: %s; until then it is in %s", reason, self.folder
            )

    def _work(self) -> None:
        flush_s = time.monotonic() + FLUSH_S
        while (job := self._next(flush_s)) is not None:
            if not self.has_failed:
                self._do(job)
            if time.monotonic() >= flush_s:
                self._do(self._pages.flush)
                flush_s = time.monotonic() + FLUSH_S
        self._do(self._pages.close)

    def _next(self, flush_s: float) -> Job | None:
        """The next job, or to flush where none comes."""
        try:
            return self._jobs.get(timeout=max(flush_s - time.monotonic(), 0.0))
        except queue.Empty:
            return self._pages.flush

    def _do(self, job: Job) -> None:
        try:
            job()
        except (OSError, ValueError, ChladniError) as error:
            self._fail(getattr(error, "strerror", None) or error)


class _Pages:
    """The files, as the thread knows them."""

    def __init__(self, folder: Path, name_of: Callable[[Style], str]) -> None:
        self._folder = folder
        self._lines = NoteLines(name_of)
        self._journal: TextIO | None = None
        self._sound: FlacWriter | None = None
        self._channels = 0
        self._sounds = self._ticks = self._hops = 0
        self._closing = ExitStack()
        self._hearing = self._closing.enter_context(ExitStack())

    def open(self, header: Header, state: State | None) -> None:
        if state is not None:
            metadata = {STATE_KEY: json.dumps(state.data)}
            save_file(state.arrays, self._folder / STATE, metadata)
        journal = (self._folder / JOURNAL).open("w", encoding="utf-8")
        self._journal = self._closing.enter_context(journal)
        self.add(header_line(header))

    def add(self, line: Line) -> None:
        if self._journal is not None:
            self._journal.write(json.dumps(line, separators=(",", ":")) + "\n")

    def add_style(self, name: str, style: Style) -> None:
        save_style(style, self._folder / STYLES / f"{name}.safetensors")
        self.add(style_line(name, style))

    def add_note(self, note: Note, hops: list[Hop]) -> None:
        # A tick's hops have the same channels, or the first ones those of the device before.
        for hop in hops:
            self._hear(hop)
        self.add(self._lines.line(note))
        self._ticks += 1

    def _hear(self, hop: Hop) -> None:
        # Decoders take .05 s to load: the first picture comes without.
        from visualizer.audio.flac import FlacWriter  # noqa: PLC0415 - as above

        channels = hop.shape[1]
        if self._sound is None or channels != self._channels:
            self._sounds += 1
            self._channels = channels
            name = sound_name(self._sounds)
            self._hearing.close()
            self._sound = self._hearing.enter_context(FlacWriter(self._folder / name, channels))
            self.add(sound_line(name, channels, self._hops))
        self._sound.write(to_whole(hop))
        self._hops += 1

    def flush(self) -> None:
        if self._journal is not None:
            self._journal.flush()

    def close(self) -> None:
        self._closing.close()

    def end(self) -> None:
        self.add(end_line(self._ticks, self._hops))
        self._hearing.close()
        self.flush()
