"""The files that a command reads and writes: no output may cost an input, or another output."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path

from visualizer.errors import ChladniError


@dataclass(frozen=True, slots=True)
class UsedFile:
    """A path, and what a person calls it: ``the song``, ``--report``."""

    role: str
    path: Path

    def __str__(self) -> str:
        return f"{self.role} ({self.path})"


def used(role: str, *paths: Path | None) -> tuple[UsedFile, ...]:
    """All of the paths that were given, in one role."""
    return tuple(UsedFile(role, path) for path in paths if path is not None)


def check_apart(reads: Iterable[UsedFile], writes: Iterable[UsedFile]) -> None:
    """Refuse a command that would write over what it reads, or over what it just wrote.

    Call it before anything is opened. Raises ChladniError, naming both.
    """
    outputs = tuple(writes)
    for read, output in product(reads, outputs):
        if is_same_file(read.path, output.path):
            raise ChladniError(f"{output} would be written over {read}; give it another name")
    for first, second in combinations(outputs, 2):
        if is_same_file(first.path, second.path):
            raise ChladniError(f"{first} and {second} are one file; give one of them another name")


def is_same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file, through links and folders, or would if they were there.

    Names that differ in case or in how accents are composed are one file on many disks, and on
    the stick that the film is carried home on: they are one unless both are there and differ.
    """
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there yet
        return _folded(one) == _folded(other)


def _folded(path: Path) -> str:
    return unicodedata.normalize("NFC", os.path.realpath(path)).casefold()
