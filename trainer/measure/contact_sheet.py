"""A contact sheet: a style a row, a moment a column."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from visualizer.errors import FilmError
from visualizer.show.modulation import Modulator
from visualizer.style.measure.reference_states import draw_modulated
from visualizer.style.style import Style
from visualizer.system.target import replacing
from visualizer.types import BANDS, Beat, Features

CELL = 256, 144
LABEL = 16
SILENCE = Features()
GROOVE = Features(level=0.7, bands=(0.7,) * BANDS)
KICK = Features(level=0.8, bands=(0.95, 0.9, *(0.7,) * 6), pulse=1.0)
HIGHS = Features(level=0.5, bands=(*(0.0,) * 5, 0.9, 0.9, 0.9))
MOMENTS = (
    ("rest", SILENCE, 10.0),
    ("groove", GROOVE, 10.0),
    ("kick", KICK, 10.0),
    ("highs", HIGHS, 10.0),
    ("groove, 15 s later", GROOVE, 25.0),
    ("groove, 40 s later", GROOVE, 50.0),
)
"""What is heard, and when on the drift's clock."""


def write_contact_sheet(styles: Sequence[Style], out: Path) -> None:
    """Draw every style at ``MOMENTS``, labelled, as a PNG. Raises FilmError."""
    width, height = CELL
    row = height + LABEL
    sheet = Image.new("RGB", (width * len(MOMENTS), row * len(styles)))
    pen = ImageDraw.Draw(sheet)
    for y, style in enumerate(styles):
        for x, (label, heard, time_s) in enumerate(MOMENTS):
            cell = Image.fromarray(draw_heard(style, heard, time_s, CELL))
            sheet.paste(cell, (x * width, y * row + LABEL))
            pen.text((x * width + 4, y * row + 2), f"{style.name}: {label}", fill=(200, 200, 200))
    with replacing(out, FilmError) as temporary:
        sheet.save(temporary, format="PNG", optimize=True)


def draw_heard(
    style: Style, heard: Features, time_s: float, size: tuple[int, int]
) -> NDArray[np.uint8]:
    """One picture (H, W, 3), after a quarter second of the same sound."""
    modulator = Modulator(style, start_s=time_s - 0.25)
    modulation = modulator.step(heard, Beat(), 0.25, style.audio_scale)
    return np.asarray(np.rint(draw_modulated(style, modulation, size)), np.uint8)
