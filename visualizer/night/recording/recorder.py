"""Records a show: between two ticks it begins, ends, and writes down what came in from outside.

The loop knows nothing of it. Everything that comes in goes through something of the recorder's,
whether it records or not (``night.taps``), and what is written down is what the loop was given.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from visualizer.contracts import Clock, Frame
from visualizer.errors import ChladniError
from visualizer.night.journal import Answer, Header, Note, Question, Sight
from visualizer.night.machine import Machine, Stand, State, state_of
from visualizer.night.recording.writer import NightWriter, new_folder
from visualizer.night.state import Capture
from visualizer.show.session import Session
from visualizer.style.style import Style
from visualizer.types import Hop, Tick

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Heard:
    """What came in during one tick, as far as the tick is over."""

    note: Note
    hops: list[Hop]


class Recorder:
    """Begins and ends nights in ``parent``. Use it as a context manager.

    header: all but how the show stands; called in a thread when a night begins. session: with
    which the show begins. has_hashes: write down scenes and pictures too. machine, fresh: the
    show's, and one that has just begun; ``machine`` is handed over before the first tick. sight:
    the picture's size and scale now. device: the input and its state. faults: what the log has
    warned of since it was asked before.
    """

    def __init__(  # noqa: PLR0913 - each is one thing that is written down
        self,
        parent: Callable[[], Path],
        header: Callable[[], Header],
        session: Session,
        fresh: Callable[[], Machine],
        *,
        has_hashes: bool = False,
        sight: Callable[[], Sight] = lambda: Sight((1, 1)),
        device: Callable[[], str] = lambda: "",
        faults: Callable[[], tuple[str, ...]] = tuple,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._parent = parent
        self._header = header
        self._session = session
        self._fresh = fresh
        self._has_hashes = has_hashes
        self._sight = sight
        self._device = device
        self._faults = faults
        self._now = now
        self._wanted = False
        self._writer: NightWriter | None = None
        self._ended: list[NightWriter] = []
        self._first = 0
        self._frame: Frame | None = None
        self.heard = Heard(Note(-1, 0.0, 0.0), [])
        self.machine: Machine | None = None

    def __enter__(self) -> Self:
        """Nothing is recorded before somebody asks."""
        return self

    def __exit__(self, *_: object) -> None:
        """End what is recorded, and wait for the disk."""
        self._write()
        self._end()
        for writer in self._ended:
            writer.wait()

    @property
    def is_recording(self) -> bool:
        """Whether a night is being written."""
        return self._writer is not None and not self._writer.has_failed

    @property
    def has_hashes(self) -> bool:
        """Whether scenes and pictures are written down too."""
        return self._has_hashes and self.is_recording

    def ask(self, on: str = "") -> None:
        """Record from the next tick on (``1``), or end that (``0``); by default the other one."""
        self._wanted = not self.is_recording if on == "" else on == "1"

    def begin(self, session: Session | None = None) -> None:
        """Record now. Raises ChladniError where there is no folder for it."""
        self._wanted = True
        self._writer = self._begun(session or self._session)

    # --- what the taps tell

    def between(self, clock: Clock) -> Iterator[Tick]:
        """The clock's ticks; between two of them the one before is written down."""
        for tick in clock.ticks():
            self._write()
            self._change()
            self.heard = Heard(Note(tick.index, tick.time_s, tick.dt_s), [])
            yield tick

    def see(self, frame: Frame) -> None:
        """Take note of what was done, and of how the show stands."""
        self._frame = frame
        note = self.heard.note
        note.actions, note.on = frame.actions, frame.session.style.name
        note.sight, note.device, note.faults = self._sight(), self._device(), self._faults()

    def answered(self, question: Question, answer: Style | bool | None) -> None:  # noqa: FBT001 - of can_morph
        """The pool of styles was asked."""
        if self._writer is not None:
            named = self._writer.name_of(answer) if isinstance(answer, Style) else answer
            self.heard.note.answers += (Answer(question, named),)

    def drawn(self, sight: Sight) -> None:
        """The tick's scene was drawn."""
        self.heard.note.drawn, self.heard.note.sight = True, sight

    def hashed(self, index: int, sha256: str) -> None:
        """A tick's picture was taken off the GPU. May be called in another thread."""
        if index >= self.heard.note.index:
            self.heard.note.frame_sha256 = sha256
        elif self._writer is not None and index >= self._first:
            self._writer.put_frame(index, sha256)

    # --- inside

    def _write(self) -> None:
        if self._writer is not None and self.heard.note.index >= 0 and self._frame is not None:
            self._writer.put(self.heard.note, self.heard.hops)

    def _change(self) -> None:
        if self._wanted and self._writer is None:
            self._begin_midway()
        elif self._writer is not None and (not self._wanted or self._writer.has_failed):
            self._wanted = False
            self._end()

    def _begin_midway(self) -> None:
        try:
            self.begin(None if self._frame is None else self._frame.session)
        except ChladniError as error:
            self._wanted = False
            log.warning("%s", error)

    def _begun(self, session: Session) -> NightWriter:
        now = self._now()
        writer = NightWriter(new_folder(self._parent(), now))
        capture = Capture(writer.name_of)
        stands: dict[str, Any] = {
            "began": now.isoformat(timespec="seconds"),
            "start_s": 0.0 if self._frame is None else self._frame.tick.time_s,
            "session": capture.data(session),
            "size": self._sight().size,
            "has_state": self._frame is not None,
            "has_hashes": self._has_hashes,
        }
        state = None if self._frame is None else self._state(self._frame, capture)
        self._first = self.heard.note.index + 1
        # To know the library by its hashes takes a while: that is the thread's.
        writer.begin(lambda: replace(self._header(), **stands), state)
        log.info("the show is recorded: %s", writer.folder)
        return writer

    def _state(self, frame: Frame, capture: Capture) -> State:
        machine = self.machine
        if machine is None:
            raise ChladniError("nothing can be recorded before the show has begun")
        stand = Stand(frame.session, frame.features, frame.beat)
        return state_of(machine, self._fresh(), stand, capture)

    def _end(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.finish()
            self._ended.append(writer)
            if not writer.has_failed:
                log.info("recorded: %s", writer.folder)
