"""Files that are written whole or not at all, and small ones that may be missing or broken."""

from __future__ import annotations

import codecs
import itertools
import json
import logging
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from visualizer.errors import ChladniError, FilmError

log = logging.getLogger(__name__)

_LONGEST_NAME = 255
"""Bytes, on nearly every disk."""


def check_target(path: Path, error: type[ChladniError] = FilmError) -> None:
    """Raise ``error`` when ``path`` could not be written, before any work is done for it."""
    size, most = len(os.fsencode(path.name)), _longest_name(path.parent)
    if size > most:
        raise error(f"{path.name} is a name of {size} bytes, the disk takes {most}; shorten it")
    link, path = path, _written(path)
    folder = path.parent
    if path.exists() and not path.is_file() and not path.is_dir():
        raise error(f"{link} is no ordinary file, expected one to write or to replace")
    if path.is_dir():
        raise error(f"{path} is a folder, expected a file to write; add a file name")
    if not folder.is_dir():
        raise error(f"there is no folder {folder} to write {path.name} into; make it first")
    if not os.access(folder, os.W_OK):
        raise error(f"the folder {folder} cannot be written; choose another for {path.name}")


def numbered(path: Path) -> Iterator[Path]:
    """``NAME.x``, ``NAME-2.x``, ``NAME-3.x`` and so on, for a name that may be taken."""
    yield path
    for number in itertools.count(2):
        yield path.with_name(f"{path.stem}-{number}{path.suffix}")


def partial_path(path: Path) -> Path:
    """Where a file that takes long to write grows, to be of use before it is whole."""
    end = f".partial{path.suffix}"
    most = max(_longest_name(path.parent) - len(os.fsencode(end)), 1)
    return path.with_name(_shortened(path.stem, most) + end)


@contextmanager
def replacing(path: Path, error: type[ChladniError] = FilmError) -> Iterator[Path]:
    """Give a temporary path beside ``path``, which takes its place if the block ends well.

    An OSError becomes ``error``; what stood at ``path`` stays until the rename. A symbolic link is
    written through.
    """
    path = _written(path)
    end = f".{secrets.token_hex(4)}.tmp"
    # No longer than the name itself, which may be the longest that the disk takes.
    most = len(os.fsencode(path.name)) - len(end) - 1
    temporary = path.with_name(f".{_shortened(path.name, most)}{end}")
    try:
        yield temporary
        temporary.replace(path)
    except OSError as problem:
        raise error(f"cannot write {path}: {problem.strerror or problem}") from problem
    finally:
        temporary.unlink(missing_ok=True)


def _written(path: Path) -> Path:
    """Where the bytes go that are written to ``path``: the end of its links."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _shortened(name: str, most: int) -> str:
    """The beginning of a name, whole letters in at most so many bytes."""
    return os.fsencode(name)[: max(most, 0)].decode(sys.getfilesystemencoding(), "ignore")


def _longest_name(folder: Path) -> int:
    """Bytes that a name in this folder may have."""
    try:
        return os.pathconf(folder, "PC_NAME_MAX")
    except (OSError, ValueError):  # no such folder, or a file system that does not say
        return _LONGEST_NAME


def read_text(path: Path) -> str:
    """A text as editors save them: UTF-8, or UTF-16 where a byte-order mark says so.

    Lines end in LF. Raises OSError, UnicodeDecodeError.
    """
    data = path.read_bytes()
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = data.decode("utf-16" if wide else "utf-8-sig")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_object(path: Path) -> dict[str, object]:
    """A JSON object whose content can be found out again; empty where none can be read."""
    try:
        content = json.loads(read_text(path))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        log.debug("%s: %s", path, error)
        return {}
    return content if isinstance(content, dict) else {}


def read_settings_text(path: Path, most_bytes: int) -> str:
    """A small text of the user's, "" where there is none.

    What cannot be read, or is larger than ``most_bytes``, is named in the log and counts as "".
    """
    try:
        if not path.exists():
            return ""
        if path.is_file() and path.stat().st_size <= most_bytes:
            return read_text(path)
        reason: object = f"expected a file of at most {most_bytes} bytes"
    except (OSError, UnicodeDecodeError) as error:
        reason = error
    log.warning("%s cannot be read, so nothing in it counts: %s", path, reason)
    return ""
