"""NAME.candidates.png: the field, best first, and who raced and won."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from trainer.files import picture_notes
from trainer.start.candidates import Candidate
from visualizer.errors import ChladniError
from visualizer.style.measure.reference_states import draw, fixed_moments
from visualizer.style.style import Architecture
from visualizer.system.files import replacing

CELL = 256, 144
LABEL = 16
COLUMNS = 4
SHOWN = 16
GREY, WHITE, GOLD = (120, 120, 120), (230, 230, 230), (255, 190, 0)


def save_sheet(
    field: Sequence[Candidate],
    racing: int,
    winner: Candidate | None,
    architecture: Architecture,
    path: Path,
) -> None:
    """Draw the field; ``racing``: how many of its first ones race. Raises ChladniError."""
    shown = field[:SHOWN]
    width, height = CELL
    row = height + LABEL
    sheet = Image.new("RGB", (width * COLUMNS, row * -(-len(shown) // COLUMNS)))
    pen = ImageDraw.Draw(sheet)
    for i, candidate in enumerate(shown):
        x, y = i % COLUMNS * width, i // COLUMNS * row
        style = candidate.compose(architecture)
        picture = np.rint(draw(style, fixed_moments(style.z_names, 4)[1], CELL)).astype(np.uint8)
        sheet.paste(Image.fromarray(picture), (x, y + LABEL))
        label, colour = f"{candidate.name()}  mirror {candidate.mirror}", GREY
        if i < racing:
            label, colour = f"{label}  {candidate.motion}", WHITE
        if candidate == winner:
            label, colour = f"{label}  won", GOLD
            pen.rectangle((x, y + LABEL, x + width - 1, y + row - 1), outline=GOLD, width=3)
        pen.text((x + 4, y + 2), label, fill=colour)
    with replacing(path, ChladniError) as temporary:
        sheet.save(temporary, format="PNG", optimize=True, pnginfo=picture_notes())
