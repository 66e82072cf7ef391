"""The key table over the picture: written to fit, drawn pixel for pixel, in the way of nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import moderngl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.fakes import make_frame
from visualizer.contracts import Frame
from visualizer.output.hud.overlay import (
    GAP,
    KEY_COLOUR,
    LINE,
    MARGIN,
    PANEL,
    TEXT_COLOUR,
    HelpOverlay,
    Rgba,
    lay_out,
    table_image,
)
from visualizer.render.quad import Quad
from visualizer.show.commands import key_table

ROWS = key_table()


class Recorder:
    """A painter that notes what it was asked."""

    def __init__(self) -> None:
        self.loaded: list[tuple[int, ...]] = []
        self.drawn: list[tuple[int, int]] = []

    def load(self, image: Rgba) -> None:
        self.loaded.append(image.shape)

    def draw(self, width: int, height: int) -> None:
        self.drawn.append((width, height))


@pytest.fixture(scope="module")
def frame() -> Frame:
    return make_frame()


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    headless: dict[str, Any] = {"standalone": True, "backend": "egl"}  # typed wrongly there
    with moderngl.create_context(require=330, **headless) as context:
        yield context


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 2500), st.integers(1, 1500))
def test_the_table_fits_any_window(width: int, height: int) -> None:
    image = table_image(ROWS, width, height)
    assert image.dtype == np.uint8
    assert 1 <= image.shape[0] <= height
    assert 1 <= image.shape[1] <= width


@pytest.mark.parametrize("size", [(854, 480), (1280, 720), (1920, 1080), (3840, 2160)])
def test_the_table_is_written_whole_on_a_margin(size: tuple[int, int]) -> None:
    image = table_image(ROWS, *size)
    written = np.any(image != PANEL, axis=2)
    rows, columns = np.flatnonzero(written.any(axis=1)), np.flatnonzero(written.any(axis=0))
    assert rows[0] > 4
    assert rows[-1] < image.shape[0] - 4
    assert columns[0] > 4
    assert columns[-1] < image.shape[1] - 4


def test_a_long_text_is_broken_between_words_and_makes_its_row_higher() -> None:
    rows = [("K", "aa bb cc"), ("Ctrl+L", "abcdefgh")]
    sheet = lay_out(rows, 1, 5.0, length=len)
    first, second = MARGIN + LINE / 2, MARGIN + 2 * LINE + GAP + LINE / 2
    keys, texts = MARGIN, 2 * MARGIN + len("Ctrl+L")
    lefts, middles, written, colours = zip(*sheet.lines, strict=True)
    assert written == ("K", "Ctrl+L", "aa bb", "cc", "abcdefgh")
    assert lefts == pytest.approx((keys, keys, texts, texts, texts))
    assert middles == pytest.approx((first, second, first, first + LINE, second))
    assert colours == (KEY_COLOUR, KEY_COLOUR, TEXT_COLOUR, TEXT_COLOUR, TEXT_COLOUR)
    assert sheet.width == pytest.approx(3 * MARGIN + len("Ctrl+L") + len("abcdefgh"))
    assert sheet.height == pytest.approx(2 * MARGIN + 3 * LINE + GAP)


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_two_columns_hold_every_row_once_the_first_half_at_the_left(count: int) -> None:
    rows = [(str(number), "x") for number in range(count)]
    sheet = lay_out(rows, 2, 9.0, length=len)
    keys = [(left, text) for left, _, text, colour in sheet.lines if colour == KEY_COLOUR]
    assert [text for _, text in keys] == [key for key, _ in rows]
    lefts = [left for left, _ in keys]
    assert lefts == sorted(lefts)
    assert lefts.count(MARGIN) == count // 2
    assert sheet.height == pytest.approx(
        2 * MARGIN + (count + 1) // 2 * LINE + (count - 1) // 2 * GAP
    )


def test_a_wide_window_has_two_columns_and_a_tall_one_has_one() -> None:
    rows = [(f"Ctrl+{number}", "what this key does to the show") for number in range(40)]
    wide, tall = table_image(rows, 1280, 720), table_image(rows, 400, 1200)
    assert wide.shape[1] > wide.shape[0]
    assert tall.shape[1] < tall.shape[0]
    # As many lines of text as the table has rows, with clear space between them.
    written = np.any(tall != PANEL, axis=2).any(axis=1)
    assert np.count_nonzero(np.diff(written.astype(int)) == 1) == len(rows)


def test_it_is_written_once_for_each_size_and_only_when_wanted(frame: Frame) -> None:
    painter = Recorder()
    overlay = HelpOverlay(ROWS, painter)
    overlay.draw(frame, 640, 360)
    assert painter.drawn == []
    assert len(painter.loaded) == 1  # ahead of the first F1
    shown = replace(frame, session=replace(frame.session, help_shown=True))
    for size in ((640, 360), (640, 360), (1280, 720), (1280, 720), (640, 360)):
        overlay.draw(shown, *size)
    assert len(painter.loaded) == 3
    assert len(painter.drawn) == 5


def drawn_over(context: moderngl.Context, image: Rgba, size: tuple[int, int]) -> NDArray[np.uint8]:
    """``image`` over a mid grey framebuffer of ``size``, top row first."""
    target = context.simple_framebuffer(size, components=4)
    target.clear(0.5, 0.5, 0.5, 1.0)
    with Quad(context, target) as quad:
        quad.draw(*size)  # nothing yet
        quad.load(image)
        quad.load(image)  # takes the place of the one before
        quad.draw(*size)
    rows = np.frombuffer(target.read(components=3), np.uint8).reshape(size[1], size[0], 3)
    target.release()
    return rows[::-1]


@pytest.mark.parametrize("size", [(40, 30), (41, 31), (7, 5)])
def test_an_image_lies_pixel_for_pixel_in_the_middle(
    context: moderngl.Context, size: tuple[int, int]
) -> None:
    image = np.random.default_rng(1).integers(0, 256, (4, 6, 4), np.uint8)
    image[0, 0] = (255, 0, 0, 255)
    image[-1, -1] = (1, 2, 3, 0)
    seen = drawn_over(context, image, size)
    left = (size[0] - 6) // 2
    top = size[1] - (size[1] - 4) // 2 - 4
    alpha = image[..., 3:] / 255.0
    expected = image[..., :3] * alpha + 127.5 * (1.0 - alpha)
    inside = seen[top : top + 4, left : left + 6]
    assert np.abs(inside - expected).max() <= 1.0
    outside = seen.astype(int)
    outside[top : top + 4, left : left + 6] = 127
    assert np.abs(outside - 127.5).max() <= 0.5


def test_drawing_leaves_the_context_as_it_was(context: moderngl.Context) -> None:
    target = context.simple_framebuffer((32, 32), components=4)
    other = context.simple_framebuffer((8, 8), components=4)
    context.enable_only(moderngl.NOTHING)
    other.use()
    other.viewport, other.scissor = (1, 2, 3, 4), (0, 0, 5, 5)
    with Quad(context, target) as quad:
        quad.load(np.full((3, 3, 4), 200, np.uint8))
        quad.draw(32, 32)
    assert context.fbo == other
    assert (other.viewport, other.scissor) == ((1, 2, 3, 4), (0, 0, 5, 5))
    assert target.viewport == (0, 0, 32, 32)
    assert context.error == "GL_NO_ERROR"


def test_drawing_keeps_nothing(context: moderngl.Context) -> None:
    target = context.simple_framebuffer((8, 8), components=4)
    with Quad(context, target) as quad:
        quad.load(np.full((3, 3, 4), 200, np.uint8))
        quad.draw(8, 8)
        before = sys.getallocatedblocks()
        for _ in range(100):
            quad.draw(8, 8)
        assert sys.getallocatedblocks() - before < 50
    target.release()
