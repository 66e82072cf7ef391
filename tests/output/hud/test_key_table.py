"""The key table: laid out to fit, and every letter of it drawn where it can be seen."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgui_bundle import ImVec2, imgui
from numpy.typing import NDArray

from visualizer.output.hud.key_table import MAX_PX, MIN_PX, KeyTable, in_lines, lay_out
from visualizer.output.hud.theme import ACCENT, TEXT, Fonts, dress, packed
from visualizer.show.commands import key_table

ROWS = key_table()
KEYS, MEANINGS = packed(ACCENT), packed(TEXT)
VERTEX = np.dtype([("place", np.float32, 2), ("texel", np.float32, 2), ("colour", np.uint32)])


def half_wide(words: str, size: float, wrap: float) -> tuple[float, float]:
    """Letters half as wide as high, broken anywhere."""
    width = 0.5 * size * len(words)
    lines = 1 if wrap < 0.0 else max(1, int(np.ceil(width / wrap)))
    return (width if wrap < 0.0 else min(width, wrap)), lines * size


def test_the_letters_are_the_largest_that_fit() -> None:
    rows = [("K", "abcdefgh")] * 10
    # Too narrow for two halves. Ten lines of a letter of 25 pixels and twice 3 more, and the
    # margin, a letter, twice.
    layout = lay_out(rows, 200.0, 361.0, half_wide)
    assert (layout.size, layout.halves, layout.height) == (25, 1, 10 * 31 + 50)
    assert (layout.keys, layout.meaning) == (13, 4 * 25)
    # Wide enough for two, with half of the lines each.
    layout = lay_out(rows, 10_000.0, 200.0, half_wide)
    assert (layout.size, layout.halves, layout.height) == (24, 2, 5 * 30 + 48)
    assert lay_out(rows, 10_000.0, 10_000.0, half_wide).size == MAX_PX


@given(st.integers(1, 2500), st.integers(1, 1500))
def test_the_table_never_is_wider_than_its_window_or_letters_too_small(
    width: int, height: int
) -> None:
    layout = lay_out(ROWS, width, height, half_wide)
    assert MIN_PX <= layout.size <= MAX_PX
    fits = layout.width <= width + 1e-6 and layout.height <= height
    assert fits or (layout.size, layout.halves) == (MIN_PX, 1)


@pytest.mark.parametrize("count", [1, 2, 3, 8, 9])
def test_two_halves_hold_every_row_once_the_first_at_the_left(count: int) -> None:
    rows = [(str(number), "x") for number in range(count)]
    lines = in_lines(rows, 2)
    assert len(lines) == -(-count // 2)
    columns = [line[0] for line in lines] + [line[1] for line in lines if len(line) == 2]
    assert columns == rows
    assert in_lines(rows, 1) == [[row] for row in rows]


@pytest.fixture(scope="module")
def table() -> Iterator[KeyTable]:
    """In a context of imgui's that no window shows."""
    context = imgui.create_context()
    io = imgui.get_io()
    io.set_ini_filename(None)
    io.backend_flags |= imgui.BackendFlags_.renderer_has_textures
    fonts = Fonts.load()
    dress(14)
    yield KeyTable(ROWS, fonts.regular)
    imgui.destroy_context(context)


def letters_drawn(table: KeyTable, width: int, height: int) -> NDArray[np.void]:
    """The four corners of each letter: (N, 4) of VERTEX."""
    io = imgui.get_io()
    io.display_size = ImVec2(width, height)
    for _ in range(2):  # imgui knows a new window's size in the frame after
        imgui.new_frame()
        table.fit(width, height)
        table.draw()
        imgui.render()
    (drawn,) = imgui.get_draw_data().cmd_lists
    buffer = drawn.vtx_buffer
    raw = ctypes.string_at(buffer.data_address(), buffer.size() * VERTEX.itemsize)
    vertices = np.frombuffer(raw, VERTEX)
    # The panel and its corners have other colours.
    letters: NDArray[np.void] = vertices[np.isin(vertices["colour"], (KEYS, MEANINGS))]
    return letters.reshape(-1, 4)


@pytest.mark.parametrize("size", [(480, 270), (270, 480), (640, 360), (1280, 720), (3840, 2160)])
def test_every_letter_is_drawn_inside_the_window(table: KeyTable, size: tuple[int, int]) -> None:
    letters = letters_drawn(table, *size)
    for column, colour in enumerate((KEYS, MEANINGS)):
        written = sum(len("".join(row[column].split())) for row in ROWS)
        assert np.count_nonzero((letters["colour"] == colour).all(axis=1)) == written
    places = letters["place"]
    assert (places >= 0.0).all()
    assert (places <= size).all()


def test_what_does_not_fit_is_scrolled_to(table: KeyTable) -> None:
    whole, part = letters_drawn(table, 480, 270), letters_drawn(table, 200, 100)
    assert 0 < len(part) < len(whole)
