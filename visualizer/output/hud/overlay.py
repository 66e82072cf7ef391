"""The key table over the picture (F1), as an image: Pillow writes it, a painter shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from visualizer.contracts import Frame

Rgba = NDArray[np.uint8]
"""(H, W, 4), top row first, alpha not multiplied in."""

MIN_TEXT_PX, MAX_TEXT_PX = 9, 34
"""Below, letters close up; above, a list that short would look like a poster."""
LINE, GAP, MARGIN = 1.2, 0.35, 1.6
"""Height of a line, space between rows, and space around columns, in letters."""
WRAPS = (40.0, 20.0, 15.0, 12.0)
"""Widths of the texts that are tried, in letters: a narrow window breaks them."""
KEYS_WRAP = 8.0
PANEL = (8, 8, 12, 208)
"""The contrast of white text on it is 20:1 over a black picture and 12:1 over a white one."""
Colour = tuple[int, int, int, int]
KEY_COLOUR: Colour = (255, 214, 120, 255)
TEXT_COLOUR: Colour = (255, 255, 255, 255)

Rows = Sequence[tuple[str, str]]
Length = Callable[[str], float]


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
        # Writing takes 20 ms: at once, so that F1 doesn't make the show stumble. In a thread it
        # would hold the interpreter just as long.
        if not self._written_for or (wanted and self._written_for != (width, height)):
            self._painter.load(table_image(self._rows, width, height))
            self._written_for = (width, height)
        if wanted:
            self._painter.draw(width, height)


def table_image(rows: Rows, width: int, height: int) -> Rgba:
    """The table on a dark panel, as large as reads well within ``width`` x ``height``.

    In one column or two, with texts broken or whole: whatever lets the letters be largest.
    """

    def size_px(sheet: Sheet) -> int:
        # Text's width goes with its size, but for rounding, for which some room is left.
        fitting_px = min(0.97 * width / sheet.width, height / sheet.height)
        return min(max(int(fitting_px), MIN_TEXT_PX), MAX_TEXT_PX)

    probe = ImageFont.load_default(MAX_TEXT_PX)

    @cache
    def length(text: str) -> float:
        return probe.getlength(text) / MAX_TEXT_PX

    sheets = [lay_out(rows, columns, wrap, length) for columns in (1, 2) for wrap in WRAPS]
    sheet = max(sheets, key=size_px)
    panel = _drawn(sheet, size_px(sheet))
    if panel.width > width or panel.height > height:
        shrink = min(width / panel.width, height / panel.height)
        smaller = (max(1, int(panel.width * shrink)), max(1, int(panel.height * shrink)))
        panel = panel.resize(smaller, Image.Resampling.LANCZOS)
    return np.asarray(panel, dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table laid out: all lengths in units of the letters' size.

    lines: (left, middle, text, colour) of each.
    """

    lines: tuple[tuple[float, float, str, Colour], ...]
    width: float
    height: float


def lay_out(rows: Rows, columns: int, wrap: float, length: Length) -> Sheet:
    """Lay the table out in columns of like height, its texts broken where longer than ``wrap``.

    length: of a text, in the letters' size.
    """
    broken = [
        (_broken(keys, KEYS_WRAP, length), _broken(text, wrap, length)) for keys, text in rows
    ]
    heights = [LINE * max(map(len, cells)) + GAP for cells in broken]
    middles = np.cumsum(heights) - 0.5 * np.array(heights)
    places = np.minimum(columns * middles / sum(heights), columns - 1).astype(int)
    lines: list[tuple[float, float, str, Colour]] = []
    left, lowest = MARGIN, 0.0
    for column in range(columns):
        rows_here = np.flatnonzero(places == column).tolist()
        for cell, colour in enumerate((KEY_COLOUR, TEXT_COLOUR)):
            y = MARGIN
            for row in rows_here:
                texts = broken[row][cell]
                lines += [(left, y + (n + 0.5) * LINE, t, colour) for n, t in enumerate(texts)]
                y += heights[row]
            lowest = max(lowest, y)
            texts = [text for row in rows_here for text in broken[row][cell]]
            left += MARGIN + max(map(length, texts), default=0.0)
    return Sheet(tuple(lines), left, lowest - GAP + MARGIN)


def _broken(text: str, wrap: float, length: Length) -> list[str]:
    """The text in lines no longer than ``wrap``, but for single words."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if not lines[-1] or length(longer) <= wrap:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _drawn(sheet: Sheet, size_px: int) -> Image.Image:
    font = ImageFont.load_default(size_px)
    size = (round(sheet.width * size_px), round(sheet.height * size_px))
    panel = Image.new("RGBA", size, color=PANEL)
    draw = ImageDraw.Draw(panel)
    for left, middle, text, colour in sheet.lines:
        place = (round(left * size_px), round(middle * size_px))
        draw.text(place, text, colour, font, anchor="lm")
    return panel
