"""Runs whose folder is made for them: what is checked before it is there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from trainer.cli.checks import check_request
from trainer.files import run_files
from trainer.request import TrainRequest
from visualizer.errors import ChladniError


def check_in_new_folder(request: TrainRequest) -> None:
    """Check a request whose folder is made later: wherever it can be made."""
    folder = request.output.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    check_request(replace(request, output=folder / request.output.name))


def check_new(output: Path) -> None:
    """Refuse a folder that holds an earlier run of this name. Raises ChladniError."""
    if any(path.exists() for path in run_files(output)):
        raise ChladniError(f"{output.parent} holds {output.stem} already; give another folder")


def make_folder(folder: Path) -> None:
    """Make a folder and all that lead to it. Raises ChladniError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ChladniError(f"cannot make the folder {folder}: {error.strerror or error}") from error
