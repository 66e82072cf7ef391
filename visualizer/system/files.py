"""Files that are written whole or not at all, and small ones that may be missing or broken."""

from __future__ import annotations

import itertools
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from visualizer.errors import ChladniError, FilmError

log = logging.getLogger(__name__)


def check_target(path: Path, error: type[ChladniError] = FilmError) -> None:
    """Raise ``error`` when ``path`` could not be written, before any work is done for it."""
    folder = path.parent
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
    return path.with_suffix(f".partial{path.suffix}")


@contextmanager
def replacing(path: Path, error: type[ChladniError] = FilmError) -> Iterator[Path]:
    """Give a temporary path beside ``path``, which takes its place if the block ends well.

    An OSError becomes ``error``; what stood at ``path`` stays until the rename.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        temporary.replace(path)
    except OSError as problem:
        raise error(f"cannot write {path}: {problem.strerror or problem}") from problem
    finally:
        temporary.unlink(missing_ok=True)


def read_object(path: Path) -> dict[str, object]:
    """A JSON object whose content can be found out again; empty where none can be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        log.debug("%s: %s", path, error)
        return {}
    return content if isinstance(content, dict) else {}
