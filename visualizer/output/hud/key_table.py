"""The key table (F1): every key and what it does, in the largest letters that the window allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from imgui_bundle import imgui

from visualizer.output.hud.theme import ACCENT, FIXED, PANEL, TEXT, packed

Rows = Sequence[tuple[str, str]]
"""(keys, what they do) of each."""
Extent = Callable[[str, float, float], tuple[float, float]]
"""Width and height of a text in letters of a size, its lines broken at a width; -1 breaks none."""

MIN_PX, MAX_PX = 8, 32
"""Below, letters close up and the table is scrolled; above, so short a list would be a poster."""
ALPHA = 0.95
"""It may lie over the HUD, whose letters must not shine through."""
GAP, ROW_GAP, MARGIN = 0.9, 0.12, 1.0
"""Between columns, above and below a row's text, and around the table: in letters."""
KEYS, LEAST_MEANING = 8.5, 9.0
"""The widest that keys are in one line, and the narrowest that what they do is: in letters."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the table's parts go, in pixels.

    size: of the letters. halves: 1, or 2 for a table that goes on beside itself. keys, meaning:
    widths of a half's two columns. height: of all rows, with the margins.
    """

    size: int
    halves: int
    keys: int
    meaning: int
    height: float

    @property
    def width(self) -> float:
        """Of the whole table, with the margins."""
        columns = 2 * self.halves
        return (
            self.halves * (self.keys + self.meaning)
            + ((columns - 1) * GAP + 2 * MARGIN) * self.size
        )


def lay_out(rows: Rows, width: float, height: float, extent: Extent) -> Layout:
    """The table in the largest letters with which it fits, or in the smallest, to be scrolled."""
    for size in range(MAX_PX, MIN_PX - 1, -1):
        for halves in (1, 2):
            layout = _laid_out(rows, size, halves, width, extent)
            if layout.width <= width and layout.height <= height:
                return layout
    return _laid_out(rows, MIN_PX, 1, width, extent)


def in_lines(rows: Rows, halves: int) -> list[Rows]:
    """The rows that stand beside each other: with two halves the first one's is the longer."""
    count = -(-len(rows) // halves)
    return [rows[line::count] for line in range(count)]


def _laid_out(rows: Rows, size: int, halves: int, width: float, extent: Extent) -> Layout:
    # Whole pixels, as imgui makes of them: a line broken elsewhere would be a line too many.
    keys = ceil(min(max(extent(keys, size, -1.0)[0] for keys, _ in rows), KEYS * size))
    widest = ceil(max(extent(meaning, size, -1.0)[0] for _, meaning in rows))
    room = floor((width - Layout(size, halves, keys, 0, 0.0).width) / halves)
    meaning = min(widest, max(room, ceil(LEAST_MEANING * size)))
    heights = [
        max(
            max(extent(label, size, keys)[1], extent(text, size, meaning)[1])
            for label, text in line
        )
        for line in in_lines(rows, halves)
    ]
    rows_height = sum(heights) + 2 * round(ROW_GAP * size) * len(heights)
    return Layout(size, halves, keys, meaning, rows_height + 2 * MARGIN * size)


class KeyTable:
    """Draws the table into the current imgui frame, in the middle of the window."""

    def __init__(self, rows: Rows, font: imgui.ImFont) -> None:
        self._rows = rows
        self._font = font
        self._fitted = (0.0, 0.0)
        self._layout: Layout

    def fit(self, width: float, height: float) -> int:
        """Lay it out for a window of this size; the letters' size. Takes a few milliseconds."""
        if (width, height) != self._fitted:
            self._fitted = width, height
            self._layout = lay_out(self._rows, width, height, self._extent)
        return self._layout.size

    def draw(self) -> None:
        """Draw it, as it was fitted last."""
        layout, (width, height) = self._layout, self._fitted
        gap, row_gap = GAP * layout.size, round(ROW_GAP * layout.size)
        imgui.set_next_window_pos((width / 2, height / 2), pivot=(0.5, 0.5))
        imgui.set_next_window_size((min(layout.width, width), min(layout.height, height)))
        imgui.push_style_var(imgui.StyleVar_.window_padding, (MARGIN * layout.size,) * 2)
        imgui.push_style_var(imgui.StyleVar_.cell_padding, (gap / 2, row_gap))
        imgui.push_style_color(imgui.Col_.window_bg, packed(PANEL, ALPHA))
        imgui.push_font(self._font, layout.size)
        # A scrollbar that was there for another size would stay: it breaks lines, and needs itself.
        whole = layout.width <= width and layout.height <= height
        imgui.begin("keys", None, FIXED | imgui.WindowFlags_.no_scrollbar if whole else FIXED)
        if imgui.begin_table(
            f"{layout.halves} halves", 2 * layout.halves, imgui.TableFlags_.no_pad_outer_x
        ):
            for _ in range(layout.halves):
                fixed = imgui.TableColumnFlags_.width_fixed
                imgui.table_setup_column("", fixed, layout.keys)
                imgui.table_setup_column("", fixed, layout.meaning)
            for line in in_lines(self._rows, layout.halves):
                imgui.table_next_row()
                for keys, meaning in line:
                    _cell(keys, ACCENT)
                    _cell(meaning, TEXT)
            imgui.end_table()
        imgui.end()
        imgui.pop_font()
        imgui.pop_style_color()
        imgui.pop_style_var(2)

    def _extent(self, words: str, size: float, wrap: float) -> tuple[float, float]:
        imgui.push_font(self._font, size)
        found = imgui.calc_text_size(words, wrap_width=wrap)
        imgui.pop_font()
        return found.x, found.y


def _cell(words: str, colour: tuple[int, int, int]) -> None:
    imgui.table_next_column()
    imgui.push_style_color(imgui.Col_.text, packed(colour))
    imgui.push_text_wrap_pos(0.0)
    imgui.text_unformatted(words)
    imgui.pop_text_wrap_pos()
    imgui.pop_style_color()
