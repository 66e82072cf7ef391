"""Windows on several monitors: one that spans them, copies on each, and monitors that go away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import moderngl
import numpy as np
import pytest
from PIL import ImageGrab

from tests.fakes import make_frame
from tests.output.window.heads import Heads
from tests.screen import ICONIC, set_state, xdotool
from visualizer.errors import GraphicsError
from visualizer.monitor_choice import MonitorChoice
from visualizer.output.window.display import Handle, glfw
from visualizer.output.window.placement import Area
from visualizer.output.window.window import Window
from visualizer.render.gl.context import attach
from visualizer.render.picture import DrawnPicture
from visualizer.types import Action, Tick

TICK = Tick(0, 0.0, 0.0)
FRAME = make_frame()
DESK, LEFT, RIGHT = "eDP-1", "HDMI-1", "HDMI-2"
"""A laptop and two beamers."""
AREAS = {DESK: Area(0, 0, 640, 400), LEFT: Area(640, 0, 320, 240), RIGHT: Area(960, 0, 320, 200)}
BEAMERS = MonitorChoice((1, 2))
BOTH = Area(640, 0, 640, 240)
WINDOWED = Area(160, 110, 320, 180)
PATIENCE_S = 10.0


@pytest.fixture
def heads(display: str, monkeypatch: pytest.MonkeyPatch) -> Heads:
    monkeypatch.setenv("DISPLAY", display)
    return Heads(monkeypatch, AREAS)


def area_of(handle: Handle) -> Area:
    return Area(*glfw.get_window_pos(handle), *glfw.get_window_size(handle))


def copies_of(window: Window) -> set[Area]:
    return {area_of(handle) for handle in window._copies._open.values()}


def wait_for(window: Window, done: Callable[[list[Action]], bool]) -> None:
    actions: list[Action] = []
    deadline_s = time.monotonic() + PATIENCE_S
    while not done(actions):
        assert time.monotonic() < deadline_s, (area_of(window.handle), copies_of(window), actions)
        time.sleep(0.005)
        actions += window.poll(TICK)


def wait_for_areas(window: Window, own: Area, *copies: Area) -> None:
    wait_for(window, lambda _: (area_of(window.handle), copies_of(window)) == (own, set(copies)))


@pytest.mark.usefixtures("heads")
def test_several_monitors_are_spanned_and_the_window_comes_back() -> None:
    with Window("Chladni", 320, 180, monitors=BEAMERS) as window:
        wait_for_areas(window, BOTH)
        assert window.picture_size == (640, 240)
        window.toggle_fullscreen()
        wait_for_areas(window, Area(640, 30, 320, 180))
        assert not window.fullscreen
        assert glfw.get_window_attrib(window.handle, glfw.DECORATED)
        window.toggle_fullscreen()
        wait_for_areas(window, BOTH)
        assert not glfw.get_window_attrib(window.handle, glfw.DECORATED)
        assert window.refresh_hz == 50.0


@pytest.mark.usefixtures("heads")
def test_the_next_monitor_comes_one_by_one_and_the_span_after_the_last() -> None:
    with Window("Chladni", 320, 180, monitors=MonitorChoice()) as window:
        span = Area(0, 0, 1280, 400)
        wait_for_areas(window, span)
        for area in (*AREAS.values(), span):
            window.to_next_monitor()
            wait_for_areas(window, area)
        window.toggle_fullscreen()
        wait_for_areas(window, WINDOWED)
        window.to_next_monitor()
        wait_for_areas(window, WINDOWED)  # of the span, of which this is the first monitor
        window.to_next_monitor()
        wait_for_areas(window, Area(640, 30, 320, 180))


def test_a_span_shrinks_and_grows_with_its_monitors(heads: Heads) -> None:
    with Window("Chladni", 320, 180, monitors=BEAMERS) as window:
        wait_for_areas(window, BOTH)
        heads.pull_out(RIGHT)
        wait_for_areas(window, AREAS[LEFT])
        heads.pull_out(LEFT)
        wait_for_areas(window, AREAS[DESK])
        heads.plug_in(LEFT)
        heads.plug_in(RIGHT)
        wait_for_areas(window, BOTH)


def test_copies_fill_the_others_and_follow_them(heads: Heads) -> None:
    with Window("Chladni", 320, 180, copied_to=BEAMERS) as window:
        wait_for_areas(window, WINDOWED, AREAS[LEFT], AREAS[RIGHT])
        assert not window.fullscreen
        assert window.picture_size == (320, 240)
        heads.pull_out(LEFT)
        wait_for_areas(window, WINDOWED, AREAS[RIGHT])
        heads.plug_in(LEFT)
        wait_for_areas(window, WINDOWED, AREAS[LEFT], AREAS[RIGHT])
        # No copy covers the window, wherever it goes.
        window.to_next_monitor()
        wait_for_areas(window, Area(640, 30, 320, 180), AREAS[RIGHT])


def test_all_are_filled_by_the_window_and_its_copies(heads: Heads) -> None:
    with Window("Chladni", 320, 180, copied_to=MonitorChoice()) as window:
        wait_for_areas(window, AREAS[DESK], AREAS[LEFT], AREAS[RIGHT])
        window.toggle_fullscreen()
        wait_for_areas(window, WINDOWED, AREAS[LEFT], AREAS[RIGHT])
        window.toggle_fullscreen()
        heads.pull_out(DESK)
        # The window goes to the first that is left, whose copy makes room.
        wait_for_areas(window, AREAS[LEFT], AREAS[RIGHT])
        heads.plug_in(DESK)
        wait_for_areas(window, AREAS[DESK], AREAS[LEFT], AREAS[RIGHT])


def test_a_fullscreen_window_goes_back_to_its_monitor(heads: Heads) -> None:
    with Window("Chladni", 320, 180, fullscreen=True, monitors=MonitorChoice((2,))) as window:
        wait_for_areas(window, AREAS[RIGHT])
        heads.pull_out(RIGHT)
        wait_for_areas(window, AREAS[DESK])
        heads.plug_in(RIGHT)
        wait_for_areas(window, AREAS[RIGHT])


def test_a_window_in_the_dark_comes_to_a_monitor_that_is_left(heads: Heads) -> None:
    with Window("Chladni", 320, 180, monitors=MonitorChoice((1,))) as window:
        heads.pull_out(LEFT)
        wait_for_areas(window, WINDOWED)


def test_a_show_outlives_its_last_monitor(heads: Heads) -> None:
    with Window("Chladni", 320, 180, copied_to=MonitorChoice()) as window:
        for name in AREAS:
            heads.pull_out(name)
        wait_for(window, lambda _: copies_of(window) == set())
        window.toggle_fullscreen()
        window.to_next_monitor()
        window.see(FRAME)
        assert window.refresh_hz == 60.0
        for name in AREAS:
            heads.plug_in(name)
        window.toggle_fullscreen()
        wait_for_areas(window, AREAS[DESK], AREAS[LEFT], AREAS[RIGHT])


@pytest.mark.usefixtures("heads")
@pytest.mark.parametrize("number", [3, 63])
def test_a_monitor_that_is_not_there_is_refused(number: int) -> None:
    choice = MonitorChoice((1, number))
    for window in (
        Window("Chladni", 320, 180, monitors=choice),
        Window("Chladni", 320, 180, copied_to=choice),
    ):
        with pytest.raises(GraphicsError, match=f"no monitor {number}: choose one from 0 to 2"):
            window.__enter__()


@pytest.fixture
def window(heads: Heads) -> Iterator[Window]:
    assert heads
    with Window("Chladni", 320, 180, copied_to=MonitorChoice((1,))) as window:
        wait_for_areas(window, WINDOWED, AREAS[LEFT])
        yield window


def test_a_copy_shows_the_picture_with_bars_and_without_what_lies_over_it(window: Window) -> None:
    green = np.array((0, 255, 0), np.uint8)
    with attach() as context:
        texture = context.texture((320, 180), 4, bytes((0, 255, 0, 255)) * (320 * 180))
        picture = DrawnPicture(context.framebuffer([texture]))
        window.lay_over(Red(context))
        for _ in range(2):
            window.poll(TICK)
            assert window.wants(FRAME)
            window.show(picture, FRAME)
        context.finish()
        assert context.error == "GL_NO_ERROR"
        glfw.poll_events()
        with ImageGrab.grab(xdisplay="") as grabbed:
            screen = np.asarray(grabbed.convert("RGB"))
    assert (screen[110:290, 160:480] == (255, 0, 0)).all()
    assert (screen[30:210, 640:960] == green).all()
    assert (screen[:30, 640:960] == 0).all()
    assert (screen[210:240, 640:960] == 0).all()


class Red:
    """An overlay over all of the window."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context

    def draw(self, _frame: object, width: int, height: int) -> None:
        self._context.screen.viewport = (0, 0, width, height)
        self._context.screen.use()
        self._context.clear(1.0, 0.0, 0.0)


def test_keys_and_the_close_button_of_a_copy_are_the_windows(window: Window) -> None:
    (copy,) = window._copies._open.values()
    xdotool("windowfocus", "--sync", str(glfw.get_x11_window(copy)))
    xdotool("key", "n")
    wait_for(window, lambda actions: Action("next") in actions)
    window._on_close(copy)
    assert window.poll(TICK) == [Action("quit")]
    assert window.poll(TICK) == []


def test_a_copy_is_drawn_while_the_window_is_minimised(window: Window) -> None:
    set_state(str(glfw.get_x11_window(window.handle)), ICONIC)
    wait_for(window, lambda _: bool(glfw.get_window_attrib(window.handle, glfw.ICONIFIED)))
    assert window.wants(FRAME)


def test_a_show_that_quits_hides_its_copies(window: Window) -> None:
    window._copies.hide()
    (copy,) = window._copies._open.values()
    assert not glfw.get_window_attrib(copy, glfw.VISIBLE)
