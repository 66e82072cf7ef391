"""A file of JSON objects, one a line, for other programs that read it as it grows."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from typing import Self

from visualizer.errors import ChladniError

log = logging.getLogger(__name__)


class JsonLines:
    """Writes lines, each whole. ``with`` opens the file, empty.

    Raises ChladniError on entering when the file cannot be written. Later a full disk is logged
    once and ends the writing, never the work that is told of.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None

    def __enter__(self) -> Self:
        """Open the file, empty. Raises ChladniError."""
        try:
            self._file = self._path.open("wb", buffering=0)
        except OSError as error:
            raise ChladniError(
                f"the status file {self._path} cannot be written: {error.strerror or error};"
                " choose another"
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def write(self, line: Mapping[str, object]) -> None:
        """Add a line."""
        if self._file is None:
            return
        try:
            # In one write: who reads meanwhile finds whole lines.
            self._file.write(json.dumps(line).encode() + b"\n")
        except OSError as error:
            log.warning("the status file %s is given up: %s", self._path, error.strerror)
            self._file.close()
            self._file = None
