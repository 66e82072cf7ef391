"""What a key press is called in the key table: pure, so that every keyboard can be tested.

A key is called what it types on this keyboard: on a French one, N is where N is printed.
A character that no key types without Shift (the digits of a French keyboard, every Latin
letter of a Russian one) keeps its place on the US keyboard.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from visualizer.show.commands import CTRL, KEYS, REPEATING, SHIFT
from visualizer.types import Action

LABELS = frozenset(chord.removeprefix(CTRL).removeprefix(SHIFT) for chord in KEYS)
"""Every key the table knows, without its modifiers: ``N``, ``F11``, ``Up``, ``.`` …"""


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


def asked_by(label: str, *, ctrl: bool, shift: bool, repeated: bool) -> Action | None:
    """What a key asks for; held down, only some ask again."""
    chord = (CTRL if ctrl else "") + (SHIFT if shift else "") + label
    return None if repeated and chord not in REPEATING else KEYS.get(chord)
