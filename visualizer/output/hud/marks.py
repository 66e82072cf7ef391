"""What the HUD is drawn from: letters, lights, bars, the graph of frames, buttons, sliders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from imgui_bundle import ImVec2Like, imgui

from visualizer.controls.sliders import Fader
from visualizer.output.hud.readings import Pace
from visualizer.output.hud.theme import ACCENT, BAD, DIM, INK, TEXT, Colour, packed
from visualizer.types import Action

GRAPH_PERIODS = 3.0
"""Height of the graph of frames: two late ones."""

BASELINE = 0.79
"""Where Roboto's letters stand, in its size from the top."""
MOST_LINES = 8
"""Of a note: a path and a sentence about it."""
LABEL, VALUE = 4.0, 3.4
"""Width of a slider's label and value, in letters."""

CODE = 13.0
"""Side of a QR code, in letters."""


def em() -> float:
    """The size of the letters now."""
    return imgui.get_font_size()


def text(words: str, colour: Colour = TEXT) -> None:
    """One line of letters."""
    imgui.push_style_color(imgui.Col_.text, packed(colour))
    imgui.text_unformatted(words)
    imgui.pop_style_color()


def right(words: str, colour: Colour = TEXT, inset: float = 0.0) -> None:
    """Letters in the line before, ending ``inset`` letters before the panel's right border."""
    imgui.same_line()
    free = imgui.get_content_region_avail().x - imgui.calc_text_size(words).x - inset * em()
    imgui.set_cursor_pos_x(imgui.get_cursor_pos_x() + free)
    text(words, colour)


def line(
    words: str, end: str = "", colour: Colour = TEXT, end_colour: Colour | None = None
) -> None:
    """A line over the panel's width, cut where it is longer; ``end`` at its right."""
    taken = imgui.calc_text_size(end).x + em() if end else 0.0
    text(_fitting(words, imgui.get_content_region_avail().x - taken), colour)
    if end:
        right(end, end_colour or colour)


def note(words: str, end: str, colour: Colour, end_colour: Colour) -> None:
    """A text over as many lines as it takes, MOST_LINES at most; ``end`` right of the first."""
    width = imgui.get_content_region_avail().x - imgui.calc_text_size(end).x - em()
    imgui.push_text_wrap_pos(imgui.get_cursor_pos_x() + width)
    text(_fitting(words, width, MOST_LINES), colour)
    imgui.pop_text_wrap_pos()
    right(end, end_colour)


def title(words: str, end: str = "", end_colour: Colour = DIM, inset: float = 0.0) -> None:
    """A section's name, dim, with a rule above; ``end`` as in ``right``."""
    left, top = imgui.get_cursor_screen_pos()
    width, space = imgui.get_content_region_avail().x, round(0.25 * em())
    imgui.get_window_draw_list().add_line(
        (left, top + space), (left + width, top + space), packed(TEXT, 0.12), max(1.0, em() / 16.0)
    )
    imgui.set_cursor_pos_y(imgui.get_cursor_pos_y() + 2 * space)
    text(words, DIM)
    right(end, end_colour, inset)


def number(words: str, unit: str, font: imgui.ImFont, size: float) -> None:
    """A large number with its unit behind it, on the same line."""
    imgui.push_font(font, size)
    text(words)
    imgui.pop_font()
    right, base = imgui.get_item_rect_max().x, imgui.get_item_rect_min().y
    base += BASELINE * (imgui.get_item_rect_size().y - em())
    imgui.get_window_draw_list().add_text((right + 0.3 * em(), base), packed(DIM), unit)


def light(x: float, y: float, glow: float) -> None:
    """A lamp with its middle at (x, y); glow: 0..1."""
    canvas, radius = imgui.get_window_draw_list(), 0.36 * em()
    canvas.add_circle_filled((x, y), radius, packed(TEXT, 0.14))
    if glow > 0.0:
        canvas.add_circle_filled((x, y), 1.7 * radius, packed(ACCENT, 0.25 * glow))
        canvas.add_circle_filled((x, y), radius, packed(ACCENT, glow))


def bar(share: float, height: float) -> None:
    """A bar over the panel's width, ``height`` letters high, of which a share 0..1 is lit."""
    left, top = imgui.get_cursor_screen_pos()
    width, height = imgui.get_content_region_avail().x, round(height * em())
    canvas, radius = imgui.get_window_draw_list(), height / 2
    canvas.add_rect_filled((left, top), (left + width, top + height), packed(TEXT, 0.1), radius)
    if share > 0.0:
        end = left + max(share * width, height)
        canvas.add_rect_filled((left, top), (end, top + height), packed(ACCENT), radius)
    imgui.dummy((width, height))


def columns(shares: Sequence[float], height: float) -> None:
    """Upright bars over the panel's width, ``height`` letters high, each lit 0..1."""
    left, top = imgui.get_cursor_screen_pos()
    width, height = imgui.get_content_region_avail().x, round(height * em())
    canvas, radius = imgui.get_window_draw_list(), 0.15 * em()
    pitch = (width + 0.3 * em()) / len(shares)
    for place, share in enumerate(shares):
        start = left + place * pitch
        end = start + pitch - 0.3 * em()
        lit = top + height * (1.0 - min(max(share, 0.0), 1.0))
        canvas.add_rect_filled((start, top), (end, top + height), packed(TEXT, 0.07), radius)
        canvas.add_rect_filled((start, lit), (end, top + height), packed(ACCENT, 0.9), radius)
    imgui.dummy((width, height))


def frame_graph(pace: Pace, kept: int, height: float) -> None:
    """The last frames' times, newest at the right; a line at the period, late ones marked.

    kept: frames that fill the graph. height: in letters.
    """
    left, top = imgui.get_cursor_screen_pos()
    width, height = imgui.get_content_region_avail().x, round(height * em())
    end, bottom, pitch = left + width, top + height, width / kept
    canvas = imgui.get_window_draw_list()
    canvas.add_rect_filled((left, top), (end, bottom), packed(TEXT, 0.07), 0.2 * em())
    period = bottom - height / GRAPH_PERIODS
    canvas.add_line((left, period), (end, period), packed(DIM, 0.5))
    shares = np.minimum(pace.frames_ms / (pace.period_ms * GRAPH_PERIODS), 1.0)
    first = end - pitch * len(shares)
    points: list[ImVec2Like] = [
        (first + (place + 0.5) * pitch, bottom - height * share)
        for place, share in enumerate(shares.tolist())
    ]
    for place in np.flatnonzero(pace.is_late()):
        x = first + (place + 0.5) * pitch
        canvas.add_line((x, bottom), points[place], packed(BAD), max(pitch, 2.0))
    canvas.add_polyline(points, packed(ACCENT), max(1.0, em() / 12.0), 0)
    imgui.dummy((width, height))


def buttons(name: str, row: Sequence[tuple[str, bool, Action]]) -> list[Action]:
    """A row of buttons over the width that is left: (words, lit, what a click asks for) each."""
    imgui.push_id(name)
    gap = imgui.get_style().item_spacing.x
    width = (imgui.get_content_region_avail().x - gap * (len(row) - 1)) / len(row)
    asked = []
    for place, (words, lit, action) in enumerate(row):
        if place:
            imgui.same_line()
        if _button(words, width, lit=lit):
            asked.append(action)
    imgui.pop_id()
    return asked


def labelled(label: str) -> None:
    """A dim label, with what comes next in the same line."""
    start = imgui.get_cursor_pos_x()
    imgui.align_text_to_frame_padding()
    text(label, DIM)
    imgui.same_line(start + LABEL * em())


def slider(fader: Fader, value: float) -> list[Action]:
    """A slider between its label and its value; right click brings it back to rest."""
    labelled(fader.level.label)
    left, top = imgui.get_cursor_screen_pos()
    width = imgui.get_content_region_avail().x - VALUE * em()
    place = fader.place(value)
    end = (left + place * width, top + imgui.get_frame_height())
    radius = imgui.get_style().frame_rounding
    imgui.get_window_draw_list().add_rect_filled((left, top), end, packed(ACCENT, 0.25), radius)
    imgui.set_next_item_width(width)
    flags = imgui.SliderFlags_.no_input
    moved, to = imgui.slider_float(f"##{fader.name}", place, 0.0, 1.0, "", flags)
    reset = imgui.is_item_clicked(imgui.MouseButton_.right)
    right(fader.level.text(value))
    if reset:
        return [fader.at_rest()]
    return [fader.moved(to, value)] if moved else []


def _button(words: str, width: float, *, lit: bool) -> bool:
    if lit:
        imgui.push_style_color(imgui.Col_.button, packed(ACCENT, 0.92))
        imgui.push_style_color(imgui.Col_.button_hovered, packed(ACCENT))
        imgui.push_style_color(imgui.Col_.text, packed(INK))
    clicked = imgui.button(words, (width, 0.0))
    if lit:
        imgui.pop_style_color(3)
    return clicked


def _fitting(words: str, width: float, lines: int = 1) -> str:
    """The words, cut at their end where they are longer than so many lines."""
    if _fits(words, width, lines):
        return words
    while words and not _fits(words + "…", width, lines):
        words = words[:-1]
    return words + "…"


def _fits(words: str, width: float, lines: int) -> bool:
    if lines == 1:
        return bool(imgui.calc_text_size(words).x <= width)
    return bool(imgui.calc_text_size(words, wrap_width=width).y <= (lines + 0.5) * em())


def code(rows: Sequence[Sequence[bool]]) -> None:
    """A QR code, dark on light with its quiet zone of four dots, as cameras want it."""
    dots = len(rows) + 8
    side = max(round(CODE * em() / dots), 2)
    left, top = imgui.get_cursor_screen_pos()
    draw = imgui.get_window_draw_list()
    light, dark = (
        imgui.get_color_u32((1.0, 1.0, 1.0, 1.0)),
        imgui.get_color_u32((0.0, 0.0, 0.0, 1.0)),
    )
    draw.add_rect_filled((left, top), (left + dots * side, top + dots * side), light)
    for y, row in enumerate(rows, 4):
        for x, is_dark in enumerate(row, 4):
            if is_dark:
                corner = left + x * side, top + y * side
                draw.add_rect_filled(corner, (corner[0] + side, corner[1] + side), dark)
    imgui.dummy((dots * side, dots * side))
