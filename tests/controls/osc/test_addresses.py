"""What messages ask for: the same actions as keys and scripts, whatever a desk's types are."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import make_frame, some_styles
from visualizer.controls.osc.addresses import (
    action_of,
    address_table,
    events_of,
    sound_of,
    state_of,
)
from visualizer.show.commands import COMMANDS, Command, check_action
from visualizer.show.session import Session
from visualizer.types import BANDS, Action, Beat, Features

GOOD = {
    ("N", "SPAN"): ("3",),
    ("X|left|right",): ("right",),
    ("X|up|down",): ("up",),
    ("A|up|down",): ("0.1",),
    ("TURNS|up|down",): ("0.5",),
    ("NAME",): ("kiln",),
    ("NAME", "SPAN"): ("kiln", "2s"),
    ("SPAN",): ("2s",),
    ("SPAN|off",): ("off",),
    ("0|1",): ("1",),
    ("PATH",): ("kiln.safetensors",),
    ("now|beat|bar",): ("beat",),
    ("half|double|release",): ("half",),
    ("0|2|3|4|6",): ("6",),
    ("auto|tap|midi|link|analysis",): ("midi",),
}
"""Arguments that a command takes, by its usage."""
MANUAL = Path(__file__).parents[3] / "docs" / "osc.md"


@pytest.mark.parametrize(
    ("address", "arguments", "said"),
    [
        ("/chladni/next", (), "next"),
        ("/chladni/next", (1.0,), "next"),
        ("/chladni/next", ("smooth",), "next smooth"),
        ("/chladni/next/smooth", (1.0,), "next smooth"),
        ("/chladni/fade-time", (4.0,), "fade-time 4"),
        ("/chladni/mirror", (6.0,), "mirror 6"),
        ("/chladni/slot/3", (), "slot 3"),
        ("/chladni/slot", (3,), "slot 3"),
        ("/chladni/slot/3", (1.0,), "slot 3"),
        ("/chladni/zoom", (1.5,), "zoom 1.5"),
        ("/chladni/zoom/up", (1,), "zoom up"),
        ("/chladni/blackout", (), "blackout"),
        ("/chladni/blackout", (True,), "blackout 1"),
        ("/chladni/blackout", (0.0,), "blackout 0"),
        ("/chladni/fade", ("kiln", "4beats"), "fade kiln 4beats"),
        ("/chladni/tap", (1.0,), "tap"),
        ("/chladni/dimmer", (0.1 + 0.2,), "dimmer 0.3"),
        ("/chladni/style", ("a rose",), "style 'a rose'"),
    ],
)
def test_a_message_asks_for(address: str, arguments: tuple[object, ...], said: str) -> None:
    name, *words = shlex.split(said)
    action = action_of(address, arguments)
    assert action == Action(name, tuple(words))
    check_action(action)


def test_a_button_that_is_let_go_asks_for_nothing() -> None:
    for address in ("/chladni/tap", "/chladni/slot/3", "/chladni/next", "/chladni/tempo/half"):
        assert action_of(address, (0.0,)) is None
        assert action_of(address, (False,)) is None


@pytest.mark.parametrize(
    ("address", "arguments"),
    [
        ("/chladni", ()),
        ("/chladni/", ()),
        ("/chladni/nothing", ()),
        ("/other/next", ()),
        ("/chladni/slot//", (1,)),
        ("next", ()),
        ("/chladni/zoom", (b"blob",)),
        ("/chladni/style", ("x" * 2000,)),
        ("/chladni/zoom", ([1.0, 2.0],)),
        ("/chladni/zoom", (None,)),
    ],
)
def test_what_is_no_command_is_said(address: str, arguments: tuple[object, ...]) -> None:
    with pytest.raises(ValueError, match=r"no address|no argument"):
        action_of(address, arguments)


@given(st.text(), st.lists(st.one_of(st.text(), st.floats(), st.integers(), st.binary())))
def test_whatever_comes_is_an_action_or_a_value_error(path: str, arguments: list[object]) -> None:
    for address in (path, f"/chladni/{path}", "/chladni/zoom", "/chladni/blackout"):
        try:
            action = action_of(address, arguments)
        except ValueError:
            continue
        assert action is None or all(isinstance(word, str) for word in action.args)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_is_reached_by_its_address(command: Command) -> None:
    words = GOOD.get(command.arguments, ())
    in_address = "/".join((f"/chladni/{command.name}", *words))
    expected = Action(command.name, words)
    check_action(expected)
    assert action_of(f"/chladni/{command.name}", words) == expected
    if not any("/" in word for word in words):
        assert action_of(in_address, ()) == expected


def test_the_state_is_told_under_the_commands_names() -> None:
    frame = make_frame(session=Session(some_styles(1)[0], blackout=True))
    told = dict(state_of(frame))
    assert told["/chladni/state/blackout"] == (1,)
    assert told["/chladni/state/zoom"] == (1.0,)
    assert told["/chladni/state/bpm"] == (0.0,)


def test_sound_and_events() -> None:
    heard = Features(level=0.5, bands=(0.25,) * BANDS, onset=True, strength=2.0)
    frame = replace(make_frame(features=heard), beat=Beat(count=7))
    assert dict(sound_of(frame)) == {
        "/chladni/level": (0.5,),
        "/chladni/bands": (0.25,) * BANDS,
    }
    assert list(events_of(frame, 6)) == [("/chladni/onset", (2.0,)), ("/chladni/beat", (7,))]
    assert list(events_of(replace(frame, features=Features()), 7)) == []


def test_the_manual_has_every_address() -> None:
    manual = MANUAL.read_text(encoding="utf-8").partition("## All addresses")[2]
    rows = re.findall(r"^\| `(/chladni/[\w-]+)` \| (.*?) \| (.*?) \|$", manual, re.MULTILINE)
    assert rows == [
        (address, f"`{words}`".replace("|", "\\|") if words else "", summary)
        for address, words, summary in address_table()
    ]
