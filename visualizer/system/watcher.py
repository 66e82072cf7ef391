"""A folder of styles is watched while the show goes on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

from watchfiles import Change, watch

log = logging.getLogger(__name__)

STEP_MS = 100
"""How often the watching thread looks: also how long it takes to end, and to see a pause."""
DEBOUNCE_MS = 500
"""A file that changes all the time is told of this often."""


class Watcher:
    """Tells of every style file of a folder that is new or has changed, in a thread of its own.

    tell: called there with the file's path, once for changes close together; the file may still
    be growing. Where a folder cannot be watched that is said in the log, and nothing else ends.
    """

    def __init__(self, folder: Path, tell: Callable[[Path], None]) -> None:
        self._folder = folder
        self._tell = tell
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watcher", daemon=True)

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop watching."""
        self._leaving.set()
        self._thread.join()

    def _watch(self) -> None:
        try:
            for changes in watch(
                self._folder,
                watch_filter=_is_style,
                debounce=DEBOUNCE_MS,
                step=STEP_MS,
                stop_event=self._leaving,
                raise_interrupt=False,
                recursive=False,
            ):
                for path in sorted({path for _, path in changes}):
                    self._tell(Path(path))
        except (OSError, RuntimeError) as error:  # no such folder, or no watches left to have
            log.warning("%s cannot be watched, so its changes wait: %s", self._folder, error)


def _is_style(change: Change, path: str) -> bool:
    """Hidden files are others at work: whole ones are renamed to where they belong."""
    name = Path(path).name
    is_there = change is not Change.deleted
    return is_there and name.endswith(".safetensors") and not name.startswith(".")
