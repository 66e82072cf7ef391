"""What a key press is called in the key table: pure, so that every keyboard can be tested.

A key is called what it types on this keyboard: on a French one, N is where N is printed.
A character that no key types without Shift (the digits of a French keyboard, every Latin
letter of a Russian one) keeps its place on the US keyboard.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from visualizer.controls import KEYS
from visualizer.types import Action

CTRL = "Ctrl+"
LABELS = frozenset(chord.removeprefix(CTRL) for chord in KEYS)
"""Every key the table knows, without its modifier: ``N``, ``F11``, ``Up``, ``.`` …"""
REPEATING = frozenset({"Up", "Down"})
"""Keys that go on asking while they are held."""


def key_label(place: str, typed: str, layout: Callable[[], Collection[str]]) -> str:
    """The label of a key, "" for one that the table does not know.

    place: the label of this key on a US keyboard, "" if it has none. typed: what it types here
    without Shift, "" for a key that types nothing (arrows, F1). layout: all that this keyboard
    types without Shift, asked for only when needed.
    """
    if typed.upper() in LABELS:
        return typed.upper()
    if typed and place in {character.upper() for character in layout()}:
        return ""
    return place


def asked_by(label: str, *, ctrl: bool, repeated: bool) -> Action | None:
    """What a key asks for; held down, only the arrows ask again."""
    if repeated and label not in REPEATING:
        return None
    return KEYS.get(CTRL + label if ctrl else label)
