from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from visualizer.controls.prompt.typed_line import (
    BACKSPACE,
    ENTER,
    ESCAPE,
    MOST_LETTERS,
    TypedLine,
)


def typed(*keys: str) -> tuple[TypedLine, list[str | None]]:
    line = TypedLine()
    line.open()
    said = []
    for key in keys:
        if key in {ENTER, ESCAPE, BACKSPACE}:
            said.append(line.press(key))
        else:
            line.type(key)
    return line, said


def test_enter_ends_the_line_with_its_sentence() -> None:
    line, said = typed(*"  a rose, é ", ENTER)
    assert said == ["a rose, é"]
    assert not line.is_open


def test_escape_leaves_and_nothing_is_asked_for() -> None:
    line, said = typed(*"a rose", ESCAPE)
    assert said == [None]
    assert not line.is_open
    line.open()
    assert line.text == ""


def test_an_empty_line_asks_for_nothing() -> None:
    assert typed(" ", ENTER)[1] == [None]


def test_backspace_takes_the_last_character_and_stops_at_the_first() -> None:
    line, _ = typed("a", "b", BACKSPACE)
    assert line.text == "a"
    line, _ = typed("a", BACKSPACE, BACKSPACE, "c")
    assert line.text == "c"
    assert line.is_open


def test_opening_an_open_line_keeps_its_text() -> None:
    line, _ = typed("a")
    line.open()
    assert line.text == "a"


@given(st.lists(st.characters(), max_size=2 * MOST_LETTERS))
def test_whatever_is_typed_can_be_shown_and_has_an_end(characters: list[str]) -> None:
    line, _ = typed(*characters)
    assert line.text == "".join(filter(str.isprintable, characters))[:MOST_LETTERS]
