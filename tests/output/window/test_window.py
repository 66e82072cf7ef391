"""The window on a private X server: keys, sizes, fullscreen, closing."""

from __future__ import annotations

import ctypes
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest
from PIL import ImageGrab

from tests.fakes import ImagePicture, make_frame, plain
from tests.screen import ICONIC, NORMAL, SIZE, press, set_state, xdotool
from visualizer.contracts import Frame
from visualizer.errors import GraphicsError
from visualizer.monitor_choice import MonitorChoice
from visualizer.output.window.display import display, glfw
from visualizer.output.window.window import Window
from visualizer.render.gl.context import attach, gl
from visualizer.show.commands import KEYS
from visualizer.types import Action, Image, Tick

TICK = Tick(0, 0.0, 0.0)
PATIENCE_S = 10.0
"""Until a test gives up on the X server; it answers within milliseconds."""


class Clear(ImagePicture):
    """A picture of one colour, which the window clears itself to."""

    def __init__(self, context: moderngl.Context, green: int) -> None:
        super().__init__(plain(0, green, 0))
        self._context = context
        self._green = green / 255

    def blit(self, width: int, height: int) -> None:
        self._context.screen.viewport = (0, 0, width, height)
        self._context.screen.use()
        self._context.clear(0.0, self._green, 0.0)


@pytest.fixture(scope="module", autouse=True)
def _display(display: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", display)
        yield


@pytest.fixture(scope="module")
def window(_display: None) -> Iterator[Window]:
    """One window for all tests: none of them may leave it in another state."""
    with Window("Chladni", 640, 360) as window:
        xdotool("windowfocus", "--sync", x_id(window))
        yield window


@pytest.fixture(scope="module")
def context(window: Window) -> Iterator[moderngl.Context]:
    assert window.framebuffer_size
    with attach() as context:
        yield context


@pytest.fixture(scope="module")
def frame() -> Frame:
    return make_frame()


def x_id(window: Window) -> str:
    return str(glfw.get_x11_window(window._handle))


def wait_for(window: Window, done: Callable[[list[Action]], bool]) -> list[Action]:
    """Poll until ``done`` with all that was asked for meanwhile."""
    actions: list[Action] = []
    deadline_s = time.monotonic() + PATIENCE_S
    while not done(actions):
        assert time.monotonic() < deadline_s, f"waited in vain; got {actions}"
        time.sleep(0.005)
        actions += window.poll(TICK)
    return actions


def with_actions(frame: Frame, *names: str) -> Frame:
    return replace(frame, actions=tuple(Action(name) for name in names))


# --- these open windows of their own, or none; glfw knows one owner, so they come first


def test_without_a_display_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("", ":9999"):
        monkeypatch.setenv("DISPLAY", name)
        with display() as is_there:
            assert not is_there
        with pytest.raises(GraphicsError, match=r"no display to open a window on.*render a film"):
            Window("Chladni", 640, 360).__enter__()


def test_a_monitor_that_is_not_there_is_refused_and_the_display_let_go() -> None:
    with pytest.raises(GraphicsError, match="no monitor 1: choose one from 0 to 0"):
        Window("Chladni", 640, 360, monitors=MonitorChoice((1,))).__enter__()
    with display() as is_there:
        assert is_there


def test_a_window_may_begin_fullscreen_and_is_shrunk_to_its_monitor() -> None:
    with Window("Chladni", 2560, 1440, fullscreen=True) as window:
        wait_for(window, lambda _: window.framebuffer_size == SIZE)
        assert window.fullscreen
        window.toggle_fullscreen()
        wait_for(window, lambda _: window.framebuffer_size == (1280, 720))


@pytest.mark.parametrize("asked", [False, True])
def test_a_window_may_have_no_borders_and_stay_on_top(asked: bool) -> None:  # noqa: FBT001 - both
    with Window("Chladni", 640, 360, borderless=asked, on_top=asked) as window:
        wait_for(window, lambda _: window.framebuffer_size == (640, 360))
        attributes = (glfw.DECORATED, glfw.FLOATING)
        shown = [bool(glfw.get_window_attrib(window._handle, name)) for name in attributes]
        assert shown == [not asked, asked]


def test_a_french_keyboard_asks_by_what_is_printed_on_it() -> None:
    subprocess.run(("setxkbmap", "fr"), check=True, timeout=30)
    try:
        with Window("Chladni", 640, 360) as window:
            xdotool("windowfocus", "--sync", x_id(window))
            # Their X key codes: M (right of L), Q's and A's place, the row of digits, ; and :
            for code in ("47", "ctrl+47", "24", "ctrl+38", "10", "18", "59", "60"):
                xdotool("key", code)
            actions = wait_for(window, lambda actions: Action("blackout") in actions)
    finally:
        subprocess.run(("setxkbmap", "us"), check=True, timeout=30)
    letters = [Action("mirror"), Action("monitor"), Action("quit")]
    slots = [Action("slot", ("1",)), Action("slot", ("9",))]
    marks = [Action("tempo", ("double",)), Action("blackout")]
    assert actions == [*letters, *slots, *marks]


# --- one window for the rest


def test_there_is_a_display_also_while_a_window_is_open(window: Window) -> None:
    with display() as is_there:
        assert is_there
    assert window.framebuffer_size == (640, 360)


@pytest.mark.parametrize("chord", KEYS)
def test_every_key_of_the_table_arrives(window: Window, chord: str) -> None:
    press(chord)
    assert wait_for(window, lambda actions: len(actions) > 0) == [KEYS[chord]]


def test_escape_and_other_modifiers_ask_for_nothing(window: Window) -> None:
    for chord in ("Escape", "shift+s", "alt+n", "super+n", "ctrl+n", "ctrl+shift+s", "x"):
        xdotool("key", chord)
    press("P")  # the last, so that all before it have arrived
    assert wait_for(window, lambda actions: len(actions) > 0) == [Action("previous")]


def test_files_that_are_dropped_ask_for_themselves_once(window: Window) -> None:
    # As the package hands them over; a drop itself takes a file manager.
    window._on_drop(window._handle, ["/media/kiln.safetensors", "/media/night song.mp3"])
    window._on_drop(window._handle, ["/media/Grüße.flac"])
    paths = ("/media/kiln.safetensors", "/media/night song.mp3", "/media/Grüße.flac")
    assert window.poll(TICK) == [Action("drop", (path,)) for path in paths]
    assert window.poll(TICK) == []


def test_a_dropped_file_whose_name_is_no_text_is_said(
    window: Window, caplog: pytest.LogCaptureFixture
) -> None:
    # As glfw itself calls: what the package finds wrong there comes out of a later call.
    (dropped,) = [call for _, call in vars(glfw)["_window_drop_callback_repository"].values()]
    dropped(window._handle, 1, (ctypes.c_char_p * 1)(b"/media/k\xffln.safetensors"))
    assert window.poll(TICK) == []
    assert window.poll(TICK) == []
    (said,) = caplog.messages
    assert said.startswith("a file was dropped whose name is not UTF-8, b'/media/k\\xffln")


@pytest.mark.slow
def test_a_held_arrow_repeats_and_a_held_letter_does_not(window: Window) -> None:
    for key in ("n", "Up"):
        xdotool("keydown", key)
        time.sleep(0.9)  # the X server repeats after 0.66 s
        xdotool("keyup", key)
    press("P")
    actions = wait_for(window, lambda actions: Action("previous") in actions)
    assert actions.count(Action("next")) == 1
    assert actions.count(Action("audio-scale", ("up",))) > 2


def test_a_storm_of_sizes_is_drawn_and_reported_at_frame_borders(
    window: Window, context: moderngl.Context, frame: Frame
) -> None:
    reported: list[tuple[int, int]] = []
    window.on_resize(lambda width, height: reported.append((width, height)))
    picture = Clear(context, 128)
    sizes = [(100 + 37 * n, 61 + 29 * ((n * 7) % 20)) for n in range(20)] + [(640, 360)]
    for width, height in sizes:
        xdotool("windowsize", x_id(window), str(width), str(height))
        window.poll(TICK)
        window.see(frame)
        assert window.wants(frame)
        window.show(picture, frame)
    wait_for(window, lambda _: window.framebuffer_size == (640, 360))
    assert reported[-1] == (640, 360)
    assert len(reported) >= 10
    assert set(reported) <= set(sizes)
    assert context.error == "GL_NO_ERROR"


def on_screen(window: Window) -> Image:
    """What the X server shows of the window."""
    x, y = glfw.get_window_pos(window._handle)
    width, height = window.framebuffer_size
    # Drawn and swapped by another connection than the one that grabs: let it arrive.
    glfw.poll_events()
    with ImageGrab.grab(bbox=(x, y, x + width, y + height), xdisplay="") as grabbed:
        return np.asarray(grabbed.convert("RGB"))


class Patch:
    """An overlay of one black square, while the key table is asked for."""

    def draw(self, frame: Frame, _width: int, _height: int) -> None:
        if frame.session.help_shown:
            api = gl()
            api.glEnable(api.GL_SCISSOR_TEST)
            api.glScissor(10, 20, 30, 40)
            api.glClearColor(0.0, 0.0, 0.0, 1.0)
            api.glClear(api.GL_COLOR_BUFFER_BIT)
            api.glDisable(api.GL_SCISSOR_TEST)


def test_an_overlay_lies_over_the_picture_and_goes_without_a_trace(
    window: Window, context: moderngl.Context, frame: Frame
) -> None:
    picture = Clear(context, 255)
    helped = replace(frame, session=replace(frame.session, help_shown=True))
    green = np.array((0, 255, 0), np.uint8)
    window.lay_over(Patch())
    seen = []
    for shown in (frame, helped, frame):
        window.poll(TICK)
        window.show(picture, shown)
        context.finish()
        seen.append(on_screen(window))
    window._overlays.clear()
    assert (seen[0] == green).all()
    assert (seen[2] == green).all()
    assert (seen[1][300:340, 10:40] == 0).all()
    assert np.count_nonzero((seen[1] != green).any(axis=2)) == 30 * 40


def test_a_minimised_window_wants_no_pictures(window: Window, frame: Frame) -> None:
    set_state(x_id(window), ICONIC)
    wait_for(window, lambda _: not window.wants(frame))
    set_state(x_id(window), NORMAL)
    wait_for(window, lambda _: window.wants(frame))


def test_fullscreen_fills_the_monitor_and_gives_the_size_back(window: Window, frame: Frame) -> None:
    xdotool("windowsize", "--sync", x_id(window), "512", "288")
    xdotool("windowmove", "--sync", x_id(window), "40", "50")
    wait_for(window, lambda _: window.framebuffer_size == (512, 288))
    for _ in range(3):
        window.toggle_fullscreen()
        window.see(frame)
        wait_for(window, lambda _: window.framebuffer_size == SIZE)
        assert window.fullscreen
        assert glfw.get_input_mode(window._handle, glfw.CURSOR) == glfw.CURSOR_HIDDEN
        # The HUD's sliders want a mouse that can be seen.
        window.see(replace(frame, session=replace(frame.session, hud_shown=True)))
        assert glfw.get_input_mode(window._handle, glfw.CURSOR) == glfw.CURSOR_NORMAL
        window.toggle_fullscreen()
        window.see(frame)
        wait_for(window, lambda _: window.framebuffer_size == (512, 288))
        assert glfw.get_window_pos(window._handle) == (40, 50)
        assert glfw.get_input_mode(window._handle, glfw.CURSOR) == glfw.CURSOR_NORMAL
    # Twice in one frame is no change at all.
    window.toggle_fullscreen()
    window.toggle_fullscreen()
    window.see(frame)
    wait_for(window, lambda _: window.framebuffer_size == (512, 288))


def test_with_one_monitor_the_next_one_is_the_same(window: Window, frame: Frame) -> None:
    xdotool("windowsize", "--sync", x_id(window), "640", "360")
    wait_for(window, lambda _: window.framebuffer_size == (640, 360))
    window.to_next_monitor()
    window.see(frame)
    wait_for(window, lambda _: glfw.get_window_pos(window._handle) == (320, 220))
    window.toggle_fullscreen()
    window.see(frame)
    window.to_next_monitor()
    window.see(frame)
    wait_for(window, lambda _: window.framebuffer_size == SIZE)
    assert window.fullscreen
    window.toggle_fullscreen()
    window.see(frame)
    wait_for(window, lambda _: window.framebuffer_size == (640, 360))
    assert window.refresh_hz > 0.0


def test_the_title_is_the_style_and_its_state(window: Window, frame: Frame) -> None:
    name = frame.session.style.name
    window.see(frame)
    assert xdotool("getwindowname", x_id(window)) == f"{name} - Chladni"
    window.see(replace(frame, session=replace(frame.session, locked=True, audio_scale=0.12)))
    assert xdotool("getwindowname", x_id(window)) == f"{name} (locked), audio 0.12 - Chladni"


def test_closing_asks_to_quit_once(window: Window) -> None:
    glfw.set_window_should_close(window._handle, True)
    assert window.poll(TICK) == [Action("quit")]
    assert window.poll(TICK) == []


def test_a_show_that_quits_is_out_of_sight_at_once(window: Window, frame: Frame) -> None:
    window.see(replace(frame, session=replace(frame.session, quitting=True)))
    assert not glfw.get_window_attrib(window._handle, glfw.VISIBLE)
    glfw.show_window(window._handle)
    wait_for(window, lambda _: bool(glfw.get_window_attrib(window._handle, glfw.VISIBLE)))


def test_another_thread_shares_the_windows_objects(
    window: Window, context: moderngl.Context
) -> None:
    texture = context.texture((1, 1), 4, b"\x01\x02\x03\x04")
    with window.shared_context():
        for option in ("--name", "--class"):
            assert xdotool("search", option, "[Cc]hladni") == x_id(window)
    # Back in the window's own context, whose objects are untouched.
    glfw.make_context_current(window._handle)
    assert texture.read() == b"\x01\x02\x03\x04"
    texture.release()
