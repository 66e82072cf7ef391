"""How the show stood when it ended, so that the next night goes on from there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from visualizer.config.fields import In, ShowFields, kinds_in
from visualizer.config.toml_fields import read_entries, write_entries
from visualizer.contracts import Frame
from visualizer.errors import ChladniError
from visualizer.show.session import Session
from visualizer.style.library import SEED_PREFIX
from visualizer.style.style import Style
from visualizer.system.workers import BackgroundWorker

log = logging.getLogger(__name__)

EVERY_S = 30.0
"""A crash or a power cut loses no more than this."""
HEADING = "How the last show stood; written by the program. --fresh begins without it."


def read_saved_show(path: Path) -> ShowFields:
    """How the last show stood, as far as the file can be read; the rest is named in the log."""
    return ShowFields(**read_entries(path, kinds_in(In.SAVED_SHOW)))


def write_saved_show(path: Path, saved: ShowFields) -> None:
    """Write it down, whole or not at all. Raises ChladniError."""
    entries = {name: getattr(saved, name) for name in kinds_in(In.SAVED_SHOW)}
    write_entries(path, HEADING, entries)


def spec_of(style: Style, folder: Path, paths: Mapping[str, Path]) -> str:
    """How ``find_style`` finds a style of the show again: NAME, ``seed:N`` or PATH.

    folder: the library's. paths: the files that styles came from, where known, by name.
    """
    path = paths.get(style.name, folder / f"{style.name}.safetensors").absolute()
    if path.parent != folder.absolute():
        return str(path)
    is_seed = style.prompt is None and style.name == f"seed-{style.seed}"
    return f"{SEED_PREFIX}{style.seed}" if is_seed and not path.is_file() else style.name


def paths_of(specs: Sequence[str]) -> dict[str, Path]:
    """The files that ``spec_of`` gave as PATH, by their style's name."""
    return {path.stem: path for path in map(Path, specs) if path.is_absolute()}


class ShowSaver(BackgroundWorker):
    """An observer that writes down how the show stands: every EVERY_S seconds, and at its end.

    remember: called off the loop, with the session. What cannot be written is said once, and
    the show goes on. A show that ends before its first frame leaves the file alone.
    """

    def __init__(self, path: Path, remember: Callable[[Session], ShowFields]) -> None:
        super().__init__("last night")
        self._path = path
        self._remember = remember
        self._session: Session | None = None
        self._written: ShowFields | None = None
        self._next_s = EVERY_S
        self._problem = ""

    def __exit__(self, *_: object) -> None:
        """Write down how it ended."""
        self._note()
        super().__exit__()

    def see(self, frame: Frame) -> None:
        """Take note of the session."""
        self._session = frame.session
        if frame.tick.time_s >= self._next_s:
            self._next_s = frame.tick.time_s + EVERY_S
            self._note()

    def _note(self) -> None:
        if (session := self._session) is not None:
            self.do(lambda: self._write(session))

    def _write(self, session: Session) -> None:
        saved = self._remember(session)
        if saved == self._written:
            return
        try:
            write_saved_show(self._path, saved)
        except ChladniError as error:
            if str(error) != self._problem:
                self._problem = str(error)
                log.warning("the next night will not know of this one: %s", error)
            return
        self._written = saved
