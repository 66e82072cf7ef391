"""The key table over the picture (F1), as an image: Pillow writes it, a painter shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from visualizer.types import Frame

Rgba = NDArray[np.uint8]
"""(H, W, 4), top row first, alpha not multiplied in."""

MIN_TEXT_PX, MAX_TEXT_PX = 9, 34
"""Below, letters close up; above, a list that short would look like a poster."""
PANEL = (8, 8, 12, 208)
"""The contrast of white text on it is 20:1 over a black picture and 12:1 over a white one."""
KEY_COLOUR = (255, 214, 120, 255)
TEXT_COLOUR = (255, 255, 255, 255)

Rows = Sequence[tuple[str, str]]


class Painter(Protocol):
    """Draws one image over the window."""

    def load(self, image: Rgba) -> None:
        """Take over an image."""
        ...

    def draw(self, width: int, height: int) -> None:
        """Draw it in the middle of a framebuffer of this size, pixel for pixel."""
        ...


class HelpOverlay:
    """Shows the key table while the session's ``help_shown`` is on.

    rows: (keys, meaning), as ``controls.key_table`` gives them.
    """

    def __init__(self, rows: Rows, painter: Painter) -> None:
        self._rows = rows
        self._painter = painter
        self._written_for: tuple[int, int] | None = None

    def draw(self, frame: Frame, width: int, height: int) -> None:
        """Draw it if wanted; written anew only for another size of framebuffer."""
        wanted = frame.session.help_shown
        # Writing takes 40 ms: with the first picture, so that F1 doesn't make the show stumble.
        if not self._written_for or (wanted and self._written_for != (width, height)):
            self._painter.load(table_image(self._rows, width, height))
            self._written_for = (width, height)
        if wanted:
            self._painter.draw(width, height)


def table_image(rows: Rows, width: int, height: int) -> Rgba:
    """The table on a dark panel, as large as reads well within ``width`` x ``height``."""
    # A row is 1.5 letters high, and the panel's margins take two rows more.
    size_px = min(MAX_TEXT_PX, int(0.94 * height / (1.5 * (len(rows) + 2))))
    size_px = max(MIN_TEXT_PX, size_px)
    panel = _panel(rows, size_px)
    while panel.width > width and size_px > MIN_TEXT_PX:
        # Text's width goes with its size, but for rounding: then one step more.
        size_px = max(MIN_TEXT_PX, min(size_px - 1, size_px * width // panel.width))
        panel = _panel(rows, size_px)
    if panel.width > width or panel.height > height:
        shrink = min(width / panel.width, height / panel.height)
        smaller = (max(1, int(panel.width * shrink)), max(1, int(panel.height * shrink)))
        panel = panel.resize(smaller, Image.Resampling.LANCZOS)
    return np.asarray(panel, dtype=np.uint8)


def _panel(rows: Rows, size_px: int) -> Image.Image:
    font = ImageFont.load_default(size_px)
    row_px = round(1.5 * size_px)
    keys_px = max(round(font.getlength(keys)) for keys, _ in rows)
    text_px = max(round(font.getlength(text)) for _, text in rows)
    gap_px = 2 * size_px
    panel = Image.new(
        "RGBA", (keys_px + text_px + 3 * gap_px, row_px * (len(rows) + 2)), color=PANEL
    )
    draw = ImageDraw.Draw(panel)
    for number, (keys, text) in enumerate(rows, 1):
        middle_px = round((number + 0.5) * row_px)
        draw.text((gap_px, middle_px), keys, KEY_COLOUR, font, anchor="lm")
        draw.text((2 * gap_px + keys_px, middle_px), text, TEXT_COLOUR, font, anchor="lm")
    return panel
