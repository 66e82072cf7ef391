"""What pages may ask for, and what they are told."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import make_frame
from visualizer.controls.remote.messages import CLOSED, action_in, greeting, news
from visualizer.show.commands import BY_NAME, COMMANDS
from visualizer.types import Action


def asking(*words: object) -> str:
    return json.dumps({"do": list(words)})


@pytest.mark.parametrize("name", sorted(BY_NAME.keys() - CLOSED))
def test_every_open_command_can_be_asked_for(name: str) -> None:
    assert action_in(asking(name)) == Action(name)


@pytest.mark.parametrize("name", sorted(CLOSED))
def test_the_network_ends_no_show_and_opens_no_file(name: str) -> None:
    with pytest.raises(ValueError, match="not for the network"):
        action_in(asking(name, "x"))


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", '{"do": "next"}', '{"do": []}', '{"do": [1]}',
        asking("nothing"), asking("zoom", 1.5), asking("zoom", *"12345"),
        asking("style", "../secret.safetensors"), asking("style", "C:\\x"),
        asking("fade", "/etc/passwd", "2s"), asking("style", "x" * 400), "[" * 100_000,
    ],
)  # fmt: skip
def test_all_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        action_in(text)


@given(st.text() | st.recursive(st.none() | st.text() | st.floats(), st.lists).map(json.dumps))
def test_whatever_comes_is_an_action_or_a_value_error(text: str) -> None:
    try:
        action = action_in(text)
    except ValueError:
        return
    assert isinstance(action, Action)


def test_the_page_is_made_from_the_table() -> None:
    said = json.loads(greeting(["kiln", "silk"]))
    assert said["slots"] == ["kiln", "silk"]
    levels = [command for command in COMMANDS if command.level is not None]
    assert [level["name"] for level in said["levels"]] == [command.name for command in levels]
    assert not CLOSED & set(said["commands"])


def test_the_news_say_how_the_show_stands() -> None:
    said = news(make_frame(), ["kiln"])
    assert said["state"]["zoom"] == 1.0
    assert said["bpm"] == 0.0
    json.dumps(said)
