"""A private X server for window tests: ``python -m tests.screen -- COMMAND`` runs one on it."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

SIZE = (1280, 800)
"""Pixels of its one monitor."""
ICONIC, NORMAL = 3, 1
"""Values of the property WM_STATE."""
X_NAMES = {
    ".": "period",
    ",": "comma",
    ";": "semicolon",
    "/": "slash",
    "Space": "space",
    "Backspace": "BackSpace",
    "PageUp": "Prior",
    "PageDown": "Next",
}
"""The key table's names that X spells otherwise."""


@contextmanager
def screen() -> Iterator[str]:
    """Start an X server on a free display; yields its name, such as ``:3``."""
    with x_server() as (display, _):
        yield display


@contextmanager
def x_server() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The same; yields its process too."""
    width, height = SIZE
    reading, writing = os.pipe()
    try:
        server = subprocess.Popen(
            [
                *("Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24"),
                # Without -noreset it would forget its settings whenever the last window closes.
                *("-nolisten", "tcp", "-noreset"),
            ],
            pass_fds=[writing],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    finally:
        os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError(f"Xvfb ended with {server.wait(10)} before it opened a display")
        yield f":{number}", server
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def required_screen() -> Iterator[str]:
    """A screen for tests; without Xvfb or xdotool they are skipped, in CI they fail."""
    missing = [program for program in ("Xvfb", "xdotool") if shutil.which(program) is None]
    if missing:
        message = f"window tests need {' and '.join(missing)}: install xvfb and xdotool"
        if os.environ.get("CI") or os.environ.get("CHLADNI_REQUIRE_DISPLAY"):
            pytest.fail(message)
        pytest.skip(message)
    with screen() as display:
        yield display


def xdotool(*arguments: str) -> str:
    """What a hand would do to the windows on the screen that DISPLAY names."""
    done = subprocess.run(("xdotool", *arguments), check=True, capture_output=True, timeout=30)
    return done.stdout.decode().strip()


def press(chord: str) -> None:
    """Press keys as the key table writes them, such as ``Ctrl+S``."""
    *modifiers, key = chord.split("+")
    symbol = X_NAMES.get(key, key.lower() if len(key) == 1 else key)
    xdotool("key", "+".join([*map(str.lower, modifiers), symbol]))


def set_state(window_id: str, state: int) -> None:
    """Mark a window ICONIC or NORMAL, as a window manager does; a bare X server has none."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    atom = ctypes.c_ulong(x11.XInternAtom(display, b"WM_STATE", 0))
    data = (ctypes.c_long * 2)(state, 0)
    x11.XChangeProperty(display, ctypes.c_ulong(int(window_id)), atom, atom, 32, 0, data, 2)
    x11.XCloseDisplay(display)


def main() -> int:
    """Run the command behind ``--`` on a screen of its own; its exit status is ours."""
    if len(sys.argv) < 3 or sys.argv[1] != "--":
        sys.stderr.write("usage: python -m tests.screen -- COMMAND [ARG ...]\n")
        return 2
    with screen() as display:
        environment = os.environ | {"DISPLAY": display}
        return subprocess.run(sys.argv[2:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
