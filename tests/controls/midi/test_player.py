"""What touches of bound controls ask for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.controls.midi.fakes import DESK, touch
from tests.fakes import some_styles
from visualizer.controls.midi.bindings import Binding, Place
from visualizer.controls.midi.player import Player
from visualizer.controls.midi.targets import Targets
from visualizer.controls.midi.wire.messages import Source
from visualizer.show.session import Hands, Session
from visualizer.style.style import Style

STYLES = some_styles(3)
START = Session(STYLES[0])


def slot_of(style: Style) -> int | None:
    return STYLES.index(style) + 1


class Playing:
    """A player with bindings."""

    def __init__(self, **bindings: tuple[str, ...]) -> None:
        bound = {
            Place(DESK, Source.parse(source.replace("_", " ").replace(" of ", "/"))): Binding.parse(
                *binding
            )
            for source, binding in bindings.items()
        }
        self._player = Player(bound.get, Targets(slot_of))

    def __call__(self, session: Session, source: str, *values: int, top: int = 127) -> list[str]:
        touches = [touch(source, value, top) for value in values]
        asked = self._player.play([(Place(DESK, one.source), one) for one in touches], session)
        return [" ".join((action.name, *action.args)) for action in asked]


def playing(source: str, *binding: str) -> Playing:
    return Playing(**{source.replace("/", " of ").replace(" ", "_"): binding})


def handed(**hands: float) -> Session:
    return replace(START, hands=Hands(**hands))  # type: ignore[arg-type]  # by name


def test_what_is_not_bound_asks_for_nothing() -> None:
    play = playing("note 1/36", "next")
    assert play(START, "note 1/37", 100, 0) == []


def test_a_trigger_asks_once_for_a_press() -> None:
    play = playing("note 1/36", "slot 3 smooth")
    assert play(START, "note 1/36", 100, 0, 90, 0) == ["slot 3 smooth"] * 2


def test_a_knob_on_a_trigger_asks_when_it_leaves_its_end() -> None:
    play = playing("cc 1/13", "next", "trigger")
    assert play(START, "cc 1/13", 1, 2, 3, 4) == ["next"]
    assert play(START, "cc 1/13", 0, 1) == ["next"]


def test_programs_ask_each_time() -> None:
    play = playing("program 1/5", "next")
    assert play(START, "program 1/5", 127, 127) == ["next"] * 2


def test_a_toggle_goes_there_and_back() -> None:
    play = playing("note 1/36", "mirror 6", "toggle")
    assert play(handed(mirror=3), "note 1/36", 100, 0) == ["mirror 6"]
    assert play(handed(mirror=6), "note 1/36", 100, 0) == ["mirror 3"]


def test_a_toggle_of_a_switch_turns_it_over() -> None:
    play = playing("note 1/36", "blackout", "toggle")
    assert play(START, "note 1/36", 100, 0) == ["blackout"]
    assert play(replace(START, blackout=True), "note 1/36", 100, 0) == ["blackout 0"]
    fresh = playing("note 1/36", "blackout", "toggle")
    assert fresh(replace(START, blackout=True), "note 1/36", 100, 0) == ["blackout"]


def test_a_held_pad_mirrors_only_while_it_is_held() -> None:
    play = playing("note 1/36", "mirror 6", "hold")
    assert play(handed(mirror=2), "note 1/36", 100) == ["mirror 6"]
    assert play(handed(mirror=6), "note 1/36", 0) == ["mirror 2"]


def test_held_slots_and_switches_go_back_and_what_has_no_before_triggers() -> None:
    assert playing("note 1/36", "slot 3", "hold")(START, "note 1/36", 9, 0) == ["slot 3", "slot 1"]
    assert playing("note 1/36", "freeze", "hold")(START, "note 1/36", 9, 0) == [
        "freeze",
        "freeze 0",
    ]
    assert playing("note 1/36", "next", "hold")(START, "note 1/36", 9, 0) == ["next"]


def test_a_knob_is_picked_up_where_the_show_stands() -> None:
    play = playing("cc 1/13", "dimmer")
    session = handed(dimmer=0.5)
    assert play(session, "cc 1/13", 127, 100, 70) == []
    assert play(session, "cc 1/13", 63) == ["dimmer 0.4961"]
    assert play(handed(dimmer=0.4961), "cc 1/13", 0) == ["dimmer 0.0000"]


def test_asked_to_it_jumps() -> None:
    assert playing("cc 1/13", "dimmer", "jump")(START, "cc 1/13", 0) == ["dimmer 0.0000"]


def test_of_many_turns_in_a_frame_the_last_counts() -> None:
    play = playing("cc14 1/7", "dimmer", "jump")
    assert play(START, "cc14 1/7", *range(0, 16383, 7), 8192, top=16383) == ["dimmer 0.5000"]


def test_below_a_sliders_beginning_a_knob_is_at_it() -> None:
    play = playing("cc 1/13", "zoom")
    assert play(handed(zoom=0.25), "cc 1/13", 0) == ["zoom 0.2500"]
    assert play(handed(zoom=0.25), "cc 1/13", 20, 64) == ["zoom 1.0000"]


@pytest.mark.parametrize(("how", "right", "left"), [("twos", 1, 127), ("sign", 1, 65)])
def test_an_encoder_moves_on_from_where_the_show_stands(how: str, right: int, left: int) -> None:
    play = playing("cc 1/13", "dimmer", how)
    assert play(handed(dimmer=0.5), "cc 1/13", right) == [f"dimmer {0.5 + 1 / 127:.4f}"]
    assert play(handed(dimmer=0.5), "cc 1/13", left) == [f"dimmer {0.5 - 1 / 127:.4f}"]
    assert play(handed(dimmer=0.5), "cc 1/13", *[left] * 100) == ["dimmer 0.0000"]
    assert play(handed(dimmer=1.0), "cc 1/13", right) == ["dimmer 1.0000"]


def test_single_steps_of_an_encoder_leave_a_sliders_rest() -> None:
    play = playing("cc 1/13", "zoom", "twos")
    assert play(START, "cc 1/13", 1) != ["zoom 1.0000"]


def test_colours_turn_on_without_end() -> None:
    play = playing("cc 1/13", "hue", "offset")
    assert play(handed(hue=2.995), "cc 1/13", 65) == [f"hue {2.995 + 1 / 127:.4f}"]
