"""How the show stands is what the commands said that brought it there."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import Ready, some_styles
from visualizer.show.commands import BY_NAME, CARRIED_OUT, apply
from visualizer.show.session import Session
from visualizer.show.standing import Value, standing
from visualizer.show.style_pool import StylePool, at_once
from visualizer.types import Action

STYLES = some_styles(2)
START = Session(STYLES[0])


def after(name: str, *args: str) -> Session:
    pool = StylePool(STYLES, Ready(), random=np.random.default_rng(1), submit=at_once)
    return apply(Action(name, args), START, pool)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("zoom 2", 2.0),
        ("hue 0.25", 0.25),
        ("drift 0.5", 0.5),
        ("dimmer 0.75", 0.75),
        ("mirror 6", 6),
        ("freeze 1", True),
        ("audio-scale 0.12", 0.12),
        ("blackout 1", True),
        ("lock 1", True),
        ("shuffle 1", True),
        ("switch-on bar", "bar"),
        ("playlist 8bars", "8bars"),
        ("playlist off", "off"),
        ("fade-time 4beats", "4beats"),
        ("hud 1", True),
        ("help 1", True),
    ],
)
def test_what_was_said_is_how_it_stands(said: str, value: Value) -> None:
    name, *args = said.split()
    assert standing(after(name, *args))[name] == value


def test_without_a_word_each_style_plays_at_its_own_scale() -> None:
    assert standing(START)["audio-scale"] == STYLES[0].audio_scale
    assert standing(START)["style"] == STYLES[0].name


def test_every_name_is_a_command_and_every_switch_is_there() -> None:
    values = standing(START)
    assert set(values) <= set(BY_NAME)
    # Those of the session: whether a night is recorded is no part of how the picture stands.
    mine = BY_NAME.keys() - CARRIED_OUT
    switches = {name for name in mine if BY_NAME[name].arguments == ("0|1",)}
    assert switches <= set(values)
