"""How the HUD looks: colours, fonts, sizes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import imgui_bundle
from imgui_bundle import ImVec2, ImVec4, imgui

Colour = tuple[int, int, int]

ACCENT: Colour = (255, 214, 120)
TEXT: Colour = (240, 240, 244)
DIM: Colour = (158, 158, 170)
GOOD: Colour = (120, 214, 140)
BAD: Colour = (255, 104, 92)
INK: Colour = (16, 14, 10)
"""Letters on the accent."""
PANEL: Colour = (10, 10, 14)
PANEL_ALPHA = 0.85
"""Dim letters on it have a contrast of 5:1 over a white picture, 7:1 over a black one."""

FIXED = (
    imgui.WindowFlags_.no_title_bar
    | imgui.WindowFlags_.no_resize
    | imgui.WindowFlags_.no_move
    | imgui.WindowFlags_.no_saved_settings
    | imgui.WindowFlags_.no_nav
    | imgui.WindowFlags_.no_focus_on_appearing
)
"""A window of imgui's that stays where it is put, and takes no key."""

ROWS = 51.0
"""The window's height in letters, on which the panel is laid out."""
MIN_LETTER = 11.0
"""In pixels of a screen with a scale of 1."""

NAME, FPS, BPM = BIG = (1.5, 1.8, 2.3)
"""Sizes of bold letters, in those of the others."""


def letter(height: float, scale: float) -> float:
    """The letters' size for a window of this height; scale: of the desktop, 2 on a dense screen."""
    return max(height // ROWS, round(MIN_LETTER * scale))


def packed(colour: Colour, alpha: float = 1.0) -> int:
    """As draw lists take it."""
    red, green, blue = colour
    return round(255.0 * alpha) << 24 | blue << 16 | green << 8 | red


@dataclass(frozen=True, slots=True)
class Fonts:
    """Roboto, which comes with imgui-bundle; drawn anew for every size."""

    regular: imgui.ImFont
    bold: imgui.ImFont

    @classmethod
    def load(cls) -> Self:
        """Into the current imgui context."""
        folder = Path(imgui_bundle.__file__).parent / "assets" / "fonts" / "Roboto"
        atlas = imgui.get_io().fonts
        return cls(
            *(
                atlas.add_font_from_file_ttf(str(folder / f"Roboto-{face}.ttf"), 0.0)
                for face in ("Regular", "Bold")
            )
        )

    def bake(self, size: float, table_size: float) -> None:
        """Draw every letter into the atlas now: in the panel's sizes, and in the key table's."""
        panel_sizes = [round(share * size) for share in BIG]
        for font, sizes in ((self.regular, (size, table_size)), (self.bold, panel_sizes)):
            for px in sizes:
                baked = font.get_font_baked(px)
                for code in (*range(32, 127), ord("°"), ord("…")):
                    baked.find_glyph(code)


def dress(size: float) -> None:
    """Set the current imgui context's style for letters of ``size``."""
    style = imgui.get_style()
    style.font_size_base = size

    def whole(share: float) -> int:
        # Whole pixels: a panel that is short of a fraction of one shows a scrollbar.
        return round(share * size)

    style.window_padding = ImVec2(whole(1.0), whole(0.9))
    style.window_rounding = whole(0.7)
    style.window_border_size = 0.0
    style.frame_rounding = style.grab_rounding = whole(0.3)
    style.frame_padding = ImVec2(whole(0.3), whole(0.15))
    style.grab_min_size = whole(0.5)
    style.item_spacing = ImVec2(whole(0.4), whole(0.35))
    style.scrollbar_size = whole(0.5)
    for part, colour, alpha in (
        (imgui.Col_.window_bg, PANEL, PANEL_ALPHA),
        (imgui.Col_.text, TEXT, 1.0),
        (imgui.Col_.frame_bg, TEXT, 0.10),
        (imgui.Col_.frame_bg_hovered, TEXT, 0.16),
        (imgui.Col_.frame_bg_active, TEXT, 0.16),
        (imgui.Col_.slider_grab, ACCENT, 0.9),
        (imgui.Col_.slider_grab_active, ACCENT, 1.0),
        (imgui.Col_.button, TEXT, 0.10),
        (imgui.Col_.button_hovered, TEXT, 0.20),
        (imgui.Col_.button_active, ACCENT, 0.5),
        (imgui.Col_.scrollbar_bg, PANEL, 0.0),
        (imgui.Col_.scrollbar_grab, TEXT, 0.2),
    ):
        red, green, blue = (channel / 255.0 for channel in colour)
        style.set_color_(part, ImVec4(red, green, blue, alpha))
