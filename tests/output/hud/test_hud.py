"""A HUD that fails: the show hears of it once and goes on."""

from __future__ import annotations

import sys

import pytest

from tests.fakes import make_frame, some_styles
from visualizer.contracts import Frame
from visualizer.output.hud.hud import Hud
from visualizer.output.hud.readings import Readings
from visualizer.output.hud.theme import (
    ACCENT,
    BAD,
    DIM,
    GOOD,
    PANEL,
    PANEL_ALPHA,
    TEXT,
    Colour,
    letter,
)
from visualizer.show.session import Session
from visualizer.types import Action, Tick

TICK = Tick(0, 0.0, 0.0)
SHOWN = make_frame(session=Session(some_styles(1)[0], hud_shown=True))


def read(frame: Frame) -> Readings:
    return Readings(frame.session.style.name)


@pytest.mark.parametrize(
    ("height", "scale", "size"),
    # Over a 51st of the window, but never smaller than 11 pixels of an ordinary screen.
    [(720.0, 1.0, 14), (1080.0, 1.0, 21), (360.0, 1.0, 11), (360.0, 2.0, 22), (2160.0, 2.0, 42)],
)
def test_letters_grow_with_the_window_and_stay_readable(
    height: float, scale: float, size: int
) -> None:
    assert letter(height, scale) == size


def luminance(colour: Colour, backdrop: float) -> float:
    """Relative luminance (WCAG 2) of a colour, or of the panel over a backdrop of 0..255."""
    mixed = [
        PANEL_ALPHA * channel + (1.0 - PANEL_ALPHA) * backdrop if colour is PANEL else channel
        for channel in colour
    ]
    red, green, blue = (
        (c / 255.0 / 12.92) if c <= 10.0 else ((c / 255.0 + 0.055) / 1.055) ** 2.4 for c in mixed
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", [TEXT, DIM, ACCENT, GOOD, BAD])
@pytest.mark.parametrize("backdrop", [0.0, 255.0])
def test_every_letter_stands_out_from_the_panel_over_any_picture(
    colour: Colour, backdrop: float
) -> None:
    contrast = (luminance(colour, backdrop) + 0.05) / (luminance(PANEL, backdrop) + 0.05)
    assert contrast >= 4.5


class BreakingCanvas:
    """Draws twice; then something is wrong."""

    def __init__(self) -> None:
        self.draws = 0
        self.listening = False
        self.shown: list[tuple[bool, bool]] = []

    def fit(self, _width: int, _height: int) -> None: ...

    def listen(self, *, listening: bool) -> None:
        self.listening = listening

    def draw(self, readings: Readings | None, *, keys: bool, typed: str | None) -> list[Action]:
        assert typed is None, "nobody opened the line"
        self.draws += 1
        if self.draws > 2:
            raise RuntimeError("the driver is gone")
        self.shown.append((readings is not None, keys))
        return [] if readings is None else [Action("style", (readings.style,))]


def test_without_imgui_the_show_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "imgui_bundle", None)
    monkeypatch.delitem(sys.modules, "visualizer.output.hud.canvas", raising=False)
    hud = Hud(None, read, (), gl=None)
    hud.draw(SHOWN, 640, 360)  # nobody has opened it yet
    with caplog.at_level("INFO"), hud:
        hud.draw(SHOWN, 640, 360)
        assert hud.poll(TICK) == []
    (said,) = caplog.messages
    assert said.startswith("the show goes on without its HUD and key table: ")
    assert "imgui_bundle" in said


def test_a_hud_that_breaks_is_given_up_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    canvas = BreakingCanvas()
    hud = Hud(None, read, (), gl=None)
    hud._canvas = canvas  # type: ignore[assignment]  # stands in for one that needs a window
    hud.draw(SHOWN, 640, 360)
    hud.draw(SHOWN, 640, 360)
    assert canvas.listening
    asked = Action("style", (SHOWN.session.style.name,))
    assert hud.poll(TICK) == [asked, asked]
    assert hud.poll(TICK) == []
    with caplog.at_level("INFO"):
        for _ in range(3):
            hud.draw(SHOWN, 640, 360)
    assert caplog.messages == ["the show goes on without its HUD and key table: the driver is gone"]
    assert canvas.draws == 3
    assert not canvas.listening


def test_hud_and_key_table_are_drawn_as_the_session_has_them() -> None:
    canvas = BreakingCanvas()
    for hud_shown, help_shown in ((False, True), (False, False), (True, True)):
        hud = Hud(None, read if hud_shown else nobody_reads, (), gl=None)
        hud._canvas = canvas  # type: ignore[assignment]  # stands in for one that needs a window
        session = Session(some_styles(1)[0], hud_shown=hud_shown, help_shown=help_shown)
        hud.draw(make_frame(session=session), 640, 360)
        assert canvas.listening is (hud_shown or help_shown)  # the key table can be scrolled
    assert canvas.shown == [(False, True), (True, True)]


def nobody_reads(_: Frame) -> Readings:
    raise AssertionError("read for a HUD that is not shown")
