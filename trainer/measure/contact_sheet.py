"""A contact sheet: styles at moments of music, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from visualizer.errors import FilmError
from visualizer.show.modulation import Modulator
from visualizer.style.measure.reference_states import draw_modulated
from visualizer.style.style import Style
from visualizer.system.files import replacing
from visualizer.types import BANDS, Beat, Features

LABEL = 16
"""Height of the line above a picture, in pixels."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What is heard, and when on the drift's clock, in seconds."""

    label: str
    heard: Features
    time_s: float


SILENCE = Features()
GROOVE = Features(level=0.7, bands=(0.7,) * BANDS)
KICK = Features(level=0.8, bands=(0.95, 0.9, *(0.7,) * 6), pulse=1.0)
BASS = Features(level=0.5, bands=(0.9, 0.9, *(0.0,) * 6))
MIDS = Features(level=0.5, bands=(0.0, 0.0, 0.9, 0.9, 0.9, 0.0, 0.0, 0.0))
HIGHS = Features(level=0.5, bands=(*(0.0,) * 5, 0.9, 0.9, 0.9))
MOMENTS = (
    Moment("rest", SILENCE, 10.0),
    Moment("groove", GROOVE, 10.0),
    Moment("kick", KICK, 10.0),
    Moment("bass", BASS, 10.0),
    Moment("mids", MIDS, 10.0),
    Moment("highs", HIGHS, 10.0),
    Moment("groove, 15 s later", GROOVE, 25.0),
    Moment("groove, 40 s later", GROOVE, 50.0),
)


def write_contact_sheet(
    styles: Sequence[Style],
    out: Path,
    *,
    moments: Sequence[Moment] = MOMENTS,
    columns: int = len(MOMENTS),
    width: int = 256,
) -> None:
    """Draw every style at every moment, labelled, as a PNG. Raises FilmError.

    columns: pictures a row; as many as moments make a row of every style. width: of a picture.
    """
    cells = [(style, moment) for style in styles for moment in moments]
    height = width * 9 // 16
    row = height + LABEL
    sheet = Image.new("RGB", (width * columns, row * -(-len(cells) // columns)))
    pen = ImageDraw.Draw(sheet)
    for i, (style, moment) in enumerate(cells):
        x, y = i % columns * width, i // columns * row
        picture = draw_heard(style, moment, (width, height))
        sheet.paste(Image.fromarray(picture), (x, y + LABEL))
        pen.text((x + 4, y + 2), f"{style.name}: {moment.label}", fill=(200, 200, 200))
    with replacing(out, FilmError) as temporary:
        sheet.save(temporary, format="PNG", optimize=True)


def draw_heard(style: Style, moment: Moment, size: tuple[int, int]) -> NDArray[np.uint8]:
    """One picture (H, W, 3), after a quarter second of the same sound."""
    modulator = Modulator(style, start_s=moment.time_s - 0.25)
    modulation = modulator.step(moment.heard, Beat(), 0.25, style.audio_scale)
    return np.asarray(np.rint(draw_modulated(style, modulation, size)), np.uint8)
