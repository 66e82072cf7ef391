"""Draws contact sheets of styles, to look at many side by side. Uses the NumPy network.

    python scripts/contact_sheet.py OUT.png seed:0-47              one picture each
    python scripts/contact_sheet.py OUT.png silk seed:7 --states   a row each, a state a column

States: silence; a groove; on a kick; bass, mids, highs alone; then the groove 15, 30 and
60 s further along the drift.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from visualizer.show.modulation import Modulator
from visualizer.style.network import evaluate, pixel_grid
from visualizer.style.procedural.seeds import seed_style
from visualizer.style.style import Style
from visualizer.style.style_file import load_style
from visualizer.types import BANDS, Beat, Features

SILENCE = Features()
GROOVE = Features(level=0.7, bands=(0.7,) * BANDS)
KICK = Features(level=0.8, bands=(0.95, 0.9, *(0.7,) * 6), pulse=1.0)
BASS = Features(level=0.5, bands=(0.9, 0.9, *(0.0,) * 6))
MIDS = Features(level=0.5, bands=(0.0, 0.0, 0.9, 0.9, 0.9, 0.0, 0.0, 0.0))
HIGHS = Features(level=0.5, bands=(*(0.0,) * 5, 0.9, 0.9, 0.9))
STATES = (
    (SILENCE, 10.0), (GROOVE, 10.0), (KICK, 10.0), (BASS, 10.0), (MIDS, 10.0), (HIGHS, 10.0),
    (GROOVE, 25.0), (GROOVE, 40.0), (GROOVE, 70.0),
)  # fmt: skip
"""What is heard, and when on the drift's clock."""


def find_styles(spec: str) -> Iterator[Style]:
    """Styles of ``seed:N``, ``seed:N-M``, a shipped name or a path."""
    if seeds := re.fullmatch(r"seed:(\d+)(?:-(\d+))?", spec):
        first, last = int(seeds[1]), int(seeds[2] or seeds[1])
        yield from (seed_style(seed) for seed in range(first, last + 1))
    elif spec.endswith(".safetensors"):
        yield load_style(Path(spec))
    else:
        yield load_style(Path(__file__).parent.parent / "styles" / f"{spec}.safetensors")


def draw(style: Style, heard: Features, time_s: float, size: tuple[int, int]) -> NDArray[np.uint8]:
    """One picture (H, W, 3), after a quarter second of the same sound."""
    modulator = Modulator(style, start_s=time_s - 0.25)
    modulation = modulator.step(heard, Beat(), 0.25, style.audio_scale)
    colours = evaluate(style, modulation, pixel_grid(*size).astype(np.float32))
    return np.asarray(np.rint(255.0 * colours), np.uint8)


def main() -> None:
    """Draw the sheet that the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("styles", nargs="+", metavar="NAME|PATH|seed:N|seed:N-M")
    parser.add_argument("--states", action="store_true", help="a row of states for each style")
    parser.add_argument("--columns", type=int, default=6)
    parser.add_argument("--width", type=int, default=256, help="of one picture")
    arguments = parser.parse_args()
    size = (arguments.width, arguments.width * 9 // 16)
    states = STATES if arguments.states else STATES[1:2]
    columns = len(STATES) if arguments.states else arguments.columns
    pictures = [
        draw(style, heard, time_s, size)
        for spec in arguments.styles
        for style in find_styles(spec)
        for heard, time_s in states
    ]
    pictures += [np.zeros_like(pictures[0])] * (-len(pictures) % columns)
    rows = [np.hstack(pictures[i : i + columns]) for i in range(0, len(pictures), columns)]
    Image.fromarray(np.vstack(rows)).save(arguments.out)


if __name__ == "__main__":
    main()
