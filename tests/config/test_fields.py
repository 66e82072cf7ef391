from __future__ import annotations

from dataclasses import fields
from typing import Any

import click
import pytest

from tests.fakes import some_styles
from visualizer.cli.options import LIVE, PICTURE
from visualizer.config.fields import (
    BOTH,
    In,
    ShowFields,
    fields_of,
    first_said,
    kinds_in,
    names_in,
)
from visualizer.config.request import Look
from visualizer.duration import Span
from visualizer.show.commands import LEVELS
from visualizer.show.session import Hands, Session


def test_every_field_stands_in_a_file_in_the_order_of_the_table() -> None:
    names = [field.name for field in fields(ShowFields)]
    settings, saved = kinds_in(In.SETTINGS), kinds_in(In.SAVED_SHOW)
    assert list(settings) == [name for name in names if name in settings]
    assert list(saved) == [name for name in names if name in saved]
    assert set(settings) | set(saved) == set(names)
    assert [name for name in names if name in settings and name in saved] == list(kinds_in(BOTH))
    assert "fullscreen" not in saved
    assert "slots" not in settings


def test_a_value_is_in_range_in_a_file_where_it_is_on_the_command_line() -> None:
    @click.command()
    def command() -> None:
        """Nothing but options."""

    for option in (*PICTURE, *LIVE):
        option(command)
    kinds = {**kinds_in(In.SETTINGS), **kinds_in(In.SAVED_SHOW)}
    types = {parameter.name: parameter.type for parameter in command.params}
    tried: dict[str, tuple[float, ...]] = {
        "audio_scale": (-0.01, 0.0, 0.5, 1.0, 1.01),
        "scale": (0.09, 0.1, 1.0, 1.1),
        "monitor": (-1, 0, 63, 64),
    }
    for name, values in tried.items():
        for value in values:
            assert kinds[name].fits(value) == is_taken(types[name], str(value)), (name, value)


def is_taken(kind: click.ParamType[Any], text: str) -> bool:
    try:
        kind.convert(text, None, None)
    except click.BadParameter:
        return False
    return True


@pytest.mark.parametrize("name", sorted(set(LEVELS) - {"cross"}))
def test_files_and_commands_take_the_same_numbers(name: str) -> None:
    level, kind = LEVELS[name], kinds_in(In.SAVED_SHOW)[name.replace("-", "_")]
    assert kind.fits(level.low)
    assert kind.fits(level.high)
    assert not kind.fits(level.low - 0.01)
    assert not kind.fits(level.high + 0.01)


def test_what_is_said_first_counts_also_where_it_says_no() -> None:
    first = ShowFields(playlist=False, shuffle=False, audio_scale=0.0)
    second = ShowFields(playlist=Span(8.0), shuffle=True, audio_scale=0.2, mirror=4)
    assert first_said(ShowFields(), first, second) == ShowFields(
        playlist=False, shuffle=False, audio_scale=0.0, mirror=4
    )


def test_a_session_tells_all_that_it_shares_with_the_table() -> None:
    hands = Hands(dimmer=0.5, hue=1.25, zoom=2.0, drift=0.0, mirror=3, frozen=True)
    session = Session(some_styles(1)[0], hands=hands, shuffle=True, switch_on="bar")
    assert fields_of(session) == ShowFields(
        fade=Span(2.0),
        shuffle=True,
        switch_on="bar",
        dimmer=0.5,
        hue=1.25,
        zoom=2.0,
        drift=0.0,
        mirror=3,
    )
    assert names_in(Look) == (
        "style", "fade", "playlist", "shuffle", "switch_on", "scale", "flashes", "audio_scale",
    )  # fmt: skip
