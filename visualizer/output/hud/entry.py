"""The line that a prompt is typed into, across the window's lower edge."""

from __future__ import annotations

from imgui_bundle import imgui

from visualizer.output.hud import marks
from visualizer.output.hud.theme import ACCENT, DIM, FIXED

WIDTH = 40.0
"""In letters; less in a narrow window."""
SIZE = 1.3
"""Of the letters, in those of the HUD: read from where one stands and plays."""
HOW = "Enter begins, Esc leaves"


def draw_entry(words: str, width: float, height: float) -> None:
    """Draw what was typed so far into the current imgui frame, for a window of this size."""
    em = imgui.get_style().font_size_base
    imgui.set_next_window_pos((width / 2, height - round(2.0 * em)), pivot=(0.5, 1.0))
    imgui.set_next_window_size((min(round(WIDTH * em), width), 0.0))
    imgui.begin("entry", None, FIXED | imgui.WindowFlags_.always_auto_resize)
    marks.line("a style that looks like", HOW, DIM, DIM)
    imgui.push_font(None, round(SIZE * em))
    imgui.push_text_wrap_pos(0.0)
    marks.text(f"{words}_", ACCENT)
    imgui.pop_text_wrap_pos()
    imgui.pop_font()
    imgui.end()
