"""Which key of which keyboard asks for what."""

from __future__ import annotations

from visualizer.output.window.keymap import LABELS, asked_by, key_label
from visualizer.show.commands import KEYS
from visualizer.types import Action

CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,;"
US = {character: character for character in CHARACTERS}
# What lies on the keys of the US layout that differ, without Shift.
FRENCH = US | dict(zip("qawz;m,.1234567890", "aqzwm,;:&é\"'(-è_çà", strict=True))
GERMAN = US | dict(zip("yz;", "zyö", strict=True))
RUSSIAN = US | dict(zip("qwertyuiopasdfghjkl;", "йцукенгшщзфывапролдж", strict=True))
RUSSIAN |= dict(zip("zxcvbnm,.", "ячсмитьбю", strict=True))


def label(layout: dict[str, str], place: str) -> str:
    known = place.upper() if place.upper() in LABELS else ""
    return key_label(known, layout[place], layout.values)


def test_a_us_keyboard_is_taken_at_its_word() -> None:
    for place in US:
        assert label(US, place) == (place.upper() if place.upper() in LABELS else "")


def test_letters_are_where_they_are_printed() -> None:
    assert label(FRENCH, ";") == "M"
    assert label(FRENCH, "a") == "Q"
    assert label(FRENCH, "m") == ","  # it types a comma, and M is elsewhere
    assert label(FRENCH, "q") == ""
    assert label(GERMAN, "n") == "N"


def test_digits_and_the_full_stop_keep_their_place_where_they_need_shift() -> None:
    assert [label(FRENCH, digit) for digit in "123456789"] == list("123456789")
    assert label(FRENCH, ".") == "."


def test_a_keyboard_without_latin_letters_keeps_their_places() -> None:
    assert [label(RUSSIAN, letter) for letter in "nprsfqmi"] == list("NPRSFQMI")


def test_keys_that_type_nothing_keep_their_names() -> None:
    for name in ("Up", "Down", "F1", "F2", "F11", "Space", "Backspace"):
        assert key_label(name, "", US.values) == name
    assert key_label("", "", US.values) == ""


def asked(chord: str, *, repeated: bool = False) -> Action | None:
    *modifiers, key = chord.split("+")
    held = {"ctrl": "Ctrl" in modifiers, "shift": "Shift" in modifiers}
    return asked_by(key, **held, repeated=repeated)


def test_chords_ask_for_what_the_table_says() -> None:
    for chord, action in KEYS.items():
        assert asked(chord) == action
    assert asked("Ctrl+N") is None
    assert asked("Ctrl+Shift+N") is None
    assert asked("") is None


def test_what_moves_by_steps_repeats_and_nothing_else_does() -> None:
    assert asked("Up", repeated=True) == Action("audio-scale", ("up",))
    assert asked("Shift+Z", repeated=True) == Action("zoom", ("down",))
    for chord, action in KEYS.items():
        steps = action.args and action.args[-1] in {"up", "down", "left", "right"}
        assert (asked(chord, repeated=True) is not None) == bool(steps)
