"""Test films, drawn by the player: a process of its own, so that torch and GL never meet."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import visualizer
from visualizer.errors import FilmError

_PLAYER = "import sys; from visualizer.cli import main; sys.exit(main())"


@dataclass(frozen=True, slots=True)
class FilmOrder:
    """A film to be drawn. size: (W, H) in pixels. scale: of the network pass."""

    song: Path
    out: Path
    style: Path
    size: tuple[int, int]
    scale: float


DrawFilm = Callable[[FilmOrder], None]
"""Draws one film; raises ChladniError. The entry point hands it in."""


def draw_film(order: FilmOrder) -> None:
    """Draw a film as ``chladni render`` does. Raises FilmError with the player's sentence."""
    width, height = order.size
    arguments = ["render", str(order.song), str(order.out), "--style", str(order.style)]
    arguments += ["--resolution", f"{width}x{height}", "--scale", f"{order.scale:g}"]
    # A checkout that is not installed is found whatever the working folder.
    paths = [str(Path(visualizer.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        [sys.executable, "-c", _PLAYER, *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"the player ended with {done.returncode}"]
        raise FilmError(f"{order.out.name} was not drawn: {lines[-1].removeprefix('error: ')}")
