"""What is typed faster than frames come. Keys are numbered by the letter that they type."""

from __future__ import annotations

from collections.abc import Iterable

from visualizer.controls.prompt.typed_line import ENTER, ESCAPE, TypedLine
from visualizer.output.window.key_queue import KeyQueue, Press
from visualizer.types import Action

HOTKEYS = {"/": Action("prompt"), "n": Action("next"), "b": Action("blackout")}
EDITING = {"\r": ENTER, "\x1b": ESCAPE}
NEXT, PROMPT = Action("next"), Action("prompt")


class Keyboard:
    """A window's keys, and the show that opens the line."""

    def __init__(self, *, obeying: bool = True) -> None:
        self.line = TypedLine()
        self._obeying = obeying
        self._queue = KeyQueue(
            self.line,
            lambda press: HOTKEYS.get(chr(press.key)),
            lambda press: EDITING.get(chr(press.key), ""),
        )

    def strike(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._queue.add(Press(ord(key), 0, 1, 0))
            if key.isprintable():
                self._queue.add(key)

    def frame(self) -> list[Action]:
        actions = list(self._queue.take())
        if self._obeying and PROMPT in actions:
            self.line.open()
        return actions


def test_hotkeys_ask_in_order() -> None:
    keyboard = Keyboard()
    keyboard.strike("nb")
    assert keyboard.frame() == [NEXT, Action("blackout")]
    assert keyboard.frame() == []


def test_a_sentence_typed_within_one_frame_reaches_no_hotkey() -> None:
    keyboard = Keyboard()
    keyboard.strike("n/nebbia/n\rn")
    assert keyboard.frame() == [NEXT, PROMPT]
    assert keyboard.frame() == [Action("prompt", ("nebbia/n",)), NEXT]
    assert not keyboard.line.is_open


def test_the_character_of_the_key_that_opens_is_not_typed() -> None:
    keyboard = Keyboard()
    keyboard.strike("/")
    assert keyboard.frame() == [PROMPT]
    keyboard.strike("n")
    assert keyboard.frame() == []
    assert keyboard.line.text == "n"


def test_escape_gives_the_keys_back() -> None:
    keyboard = Keyboard()
    keyboard.strike("/bn\x1bn")
    assert keyboard.frame() == [PROMPT]
    assert keyboard.frame() == [NEXT]


def test_where_the_show_opens_no_line_the_keys_stay_hotkeys() -> None:
    keyboard = Keyboard(obeying=False)
    keyboard.strike("/n")
    assert keyboard.frame() == [PROMPT]
    assert keyboard.frame() == [NEXT]
