"""Keys as glfw tells of them become actions; ``keymap`` says which."""

from __future__ import annotations

import sys

from visualizer.controls.prompt.typed_line import BACKSPACE, ENTER, ESCAPE
from visualizer.output.window.display import glfw
from visualizer.output.window.key_queue import Press
from visualizer.output.window.keymap import LABELS, asked_by, key_label
from visualizer.types import Action

_GLFW_NAMES = {
    ".": "PERIOD",
    ",": "COMMA",
    ";": "SEMICOLON",
    "/": "SLASH",
    "PageUp": "PAGE_UP",
    "PageDown": "PAGE_DOWN",
}
_PLACES = {getattr(glfw, f"KEY_{_GLFW_NAMES.get(label, label.upper())}"): label for label in LABELS}
"""The table's keys by where they lie on a US keyboard."""
_EDITING = {
    glfw.KEY_ENTER: ENTER,
    glfw.KEY_KP_ENTER: ENTER,
    glfw.KEY_ESCAPE: ESCAPE,
    glfw.KEY_BACKSPACE: BACKSPACE,
}
"""What keys do in a line of text, besides typing."""
_TYPING_KEYS = (glfw.KEY_APOSTROPHE, *range(44, 58), 59, 61, *range(65, 94), 96)
"""glfw numbers the keys that type a character by that character on a US keyboard."""
_OTHER_MODIFIERS = glfw.MOD_ALT | glfw.MOD_SUPER


def asked(press: Press) -> Action | None:
    """The action that a key press asks for; None where it asks for nothing."""
    key, scancode, action, mods = press.key, press.scancode, press.action, press.mods
    others = _OTHER_MODIFIERS
    controls = glfw.MOD_CONTROL
    if sys.platform == "darwin":  # where Cmd does what Ctrl does elsewhere
        others, controls = others & ~glfw.MOD_SUPER, controls | glfw.MOD_SUPER
    if mods & others:
        return None
    typed = glfw.get_key_name(key, scancode) or ""
    label = key_label(_PLACES.get(key, ""), typed, _layout)
    return asked_by(
        label,
        ctrl=bool(mods & controls),
        shift=bool(mods & glfw.MOD_SHIFT),
        repeated=action == glfw.REPEAT,
    )


def editing(press: Press) -> str:
    """What a key does in a line of text; empty where it only types."""
    return _EDITING.get(press.key, "")


def _layout() -> set[str]:
    return {name for key in _TYPING_KEYS if (name := glfw.get_key_name(key, 0))}
