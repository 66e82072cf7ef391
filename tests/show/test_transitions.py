from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import some_styles
from tests.styles import random_style
from visualizer.duration import Span
from visualizer.show.session import Crossing, Session, Switch
from visualizer.show.transitions import HURRY_S, STEER_S, advance, ask, steer
from visualizer.style.style import Architecture
from visualizer.types import Beat

A, B, C = some_styles(3)
ON_A = Session(A)
STILL = Beat()
SMOOTH = Span(2.0)


def after(session: Session, seconds: float, dt_s: float = 1 / 32) -> Session:
    for _ in range(round(seconds / dt_s)):
        session = advance(session, dt_s, STILL, STILL)
    return session


def at_beat(count: int) -> Beat:
    return Beat(bpm=120.0, trust=1.0, count=count, bar=count % 4)


def shares(session: Session) -> dict[str, float]:
    return {layer.style.name: layer.mix for layer in session.layers}


def test_a_cut_is_there_at_once_and_remembers_where_it_came_from() -> None:
    session = ask(ON_A, Switch(B))
    assert session.layers == Session(B).layers
    assert session.last is A


def test_a_fade_takes_its_time_and_its_shares_are_always_one() -> None:
    session = ask(ON_A, Switch(B, SMOOTH))
    assert session.style is B
    for eighth in range(1, 8):
        session = after(session, 0.25)
        assert shares(session) == {"seed-0": 1 - eighth / 8, "seed-1": eighth / 8}
    session = after(session, 0.25)
    assert session.base is B
    assert session.crossing is None
    assert session.last is A


def test_a_fade_in_beats_follows_the_tempo() -> None:
    session = ask(ON_A, Switch(B, Span(4.0, "beats")))
    for _ in range(8):
        session = advance(session, 0.125, at_beat(0), at_beat(0))
    assert shares(session)["seed-1"] == pytest.approx(0.5)


def test_a_morph_is_one_layer_whose_weights_are_on_their_way() -> None:
    session = after(ask(ON_A, Switch(B, SMOOTH, morph_from=A)), 0.5)
    (layer,) = session.layers
    assert (layer.style, layer.toward, layer.way, layer.mix) == (A, B, 0.25, 1.0)


def test_a_switch_that_waited_morphs_only_from_the_style_that_it_was_meant_for() -> None:
    waits = ask(replace(ON_A, switch_on="beat"), Switch(C, SMOOTH, morph_from=B))
    begun = advance(waits, 0.1, at_beat(1), at_beat(2))
    assert begun.crossing is not None
    assert not begun.crossing.morph


def test_a_morph_to_what_has_become_another_network_is_a_fade() -> None:
    other = random_style(Architecture(16, 2, "tanh", 0, 0), z=1)
    session = replace(ON_A, crossing=Crossing(other, SMOOTH, morph=True, progress=0.25))
    assert [(layer.style, layer.mix) for layer in session.layers] == [(A, 0.75), (other, 0.25)]
    assert not any(layer.toward for layer in session.layers)


def test_asking_for_where_it_came_from_turns_a_crossing_back() -> None:
    session = after(ask(ON_A, Switch(B, SMOOTH)), 1.0)
    session = after(ask(session, Switch(A, SMOOTH)), 0.5)
    assert shares(session) == {"seed-0": 0.75, "seed-1": 0.25}
    session = after(session, 0.5)
    assert session.crossing is None
    assert session.base is A


def test_a_third_style_waits_while_the_crossing_hurries_and_nothing_jumps() -> None:
    session = after(ask(ON_A, Switch(B, SMOOTH)), 0.5)
    session = ask(session, Switch(C, SMOOTH))
    assert session.asked is C
    assert shares(session) == {"seed-0": 0.75, "seed-1": 0.25}
    step = (1 / 32) / HURRY_S
    before = shares(session)
    while session.style is B:
        session = advance(session, 1 / 32, STILL, STILL)
        for name, share in shares(session).items():
            assert abs(share - before.get(name, 0.0)) <= step + 1e-9
        before = shares(session)
    assert session.base is B
    assert session.style is C


def test_a_cut_goes_before_a_crossing() -> None:
    session = ask(after(ask(ON_A, Switch(B, SMOOTH)), 0.5), Switch(C))
    assert session.layers == Session(C).layers
    assert session.last is B
    there = ask(after(ask(ON_A, Switch(B, SMOOTH)), 0.5), Switch(B))
    assert there.layers == Session(B).layers
    assert there.last is A


def test_a_locked_show_neither_switches_nor_crosses() -> None:
    locked = replace(ON_A, locked=True)
    assert ask(locked, Switch(B)) is locked
    assert steer(locked, 0.5, Crossing(B, None)) is locked


@pytest.mark.parametrize(("switch_on", "begins"), [("beat", 6), ("bar", 8)])
def test_a_switch_waits_for_its_beat_or_bar(switch_on: str, begins: int) -> None:
    session = ask(replace(ON_A, switch_on=switch_on), Switch(B))
    assert session.asked is B
    for count in range(5, begins):
        assert session.style is A
        session = advance(session, 0.1, at_beat(count), at_beat(count))
        session = advance(session, 0.1, at_beat(count), at_beat(count + 1))
    assert session.style is B


def test_where_no_tempo_is_known_nothing_waits_for_a_beat() -> None:
    session = ask(replace(ON_A, switch_on="bar"), Switch(B))
    assert advance(session, 0.1, STILL, STILL).style is B


def test_hands_glide_to_where_they_are_put_and_hold_there() -> None:
    session = steer(ON_A, 0.25, Crossing(B, None))
    session = after(session, STEER_S)
    assert shares(session) == {"seed-0": 0.75, "seed-1": 0.25}
    assert after(session, 60.0).layers == session.layers
    assert after(steer(session, 0.0, Crossing(B, None)), STEER_S).crossing is None
    assert after(steer(session, 1.0, Crossing(B, None)), STEER_S).base is B


def test_hands_that_begin_a_crossing_go_before_what_waits_for_its_beat() -> None:
    # That may be a morph from A, and would begin from B.
    waits = ask(replace(ON_A, switch_on="bar"), Switch(C, SMOOTH, morph_from=A))
    steered = steer(waits, 0.5, Crossing(B, None))
    assert steered.waiting is None
    assert steered.crossing == Crossing(B, None, goal=0.5)
    held = steer(after(ask(ON_A, Switch(B, SMOOTH)), 0.5), 0.75, None)
    assert steer(ask(held, Switch(C, SMOOTH)), 0.5, None).waiting == Switch(C, SMOOTH)


def test_hands_take_hold_of_a_timed_crossing() -> None:
    session = after(ask(ON_A, Switch(B, SMOOTH)), 0.5)
    session = after(steer(session, 0.25, None), 60.0)
    assert shares(session) == {"seed-0": 0.75, "seed-1": 0.25}


def test_a_stall_moves_a_crossing_on_by_a_quarter_second_at_most() -> None:
    session = advance(ask(ON_A, Switch(B, SMOOTH)), 30.0, STILL, STILL)
    assert shares(session)["seed-1"] == pytest.approx(0.125)


ASKED = st.one_of(
    st.builds(
        Switch,
        st.sampled_from([A, B, C]),
        st.sampled_from([None, SMOOTH, Span(0.1)]),
        st.sampled_from([None, A, B]),
    ),
    st.floats(-1.0, 2.0),
    st.none(),
)


@settings(max_examples=200)
@given(
    st.lists(st.tuples(ASKED, st.floats(0.0, 0.1), st.integers(0, 2)), max_size=40),
    st.sampled_from(["now", "beat", "bar"]),
)
def test_whatever_is_asked_shares_are_one_and_fades_never_jump(
    steps: list[tuple[Switch | float | None, float, int]], switch_on: str
) -> None:
    session, count = replace(ON_A, switch_on=switch_on), 0
    for asked, dt_s, beats in steps:
        if isinstance(asked, Switch):
            session = ask(session, asked)
        elif asked is not None:
            session = steer(session, asked, Crossing(C, None))
        before = session
        session = advance(session, dt_s, at_beat(count), at_beat(count + beats))
        count += beats
        assert sum(layer.mix for layer in session.layers) == pytest.approx(1.0)
        assert len(session.layers) <= 2
        cut = before.waiting is not None and before.waiting.span is None
        fading = before.crossing is not None and not before.crossing.morph
        if fading and not cut:
            was, now = shares(before), shares(session)
            for name in was.keys() & now.keys():
                assert abs(now[name] - was[name]) <= dt_s / 0.1 + 1e-9


def test_what_cannot_be_drawn_yet_is_waited_for_and_hurries_nobody() -> None:
    session = after(ask(ON_A, Switch(B, SMOOTH)), 0.5)
    switch = Switch(C, SMOOTH, ready=False)
    waits = ask(session, switch)
    assert after(waits, 0.5).crossing == after(session, 0.5).crossing
    arrived = after(waits, 5.0)
    assert (arrived.base, arrived.waiting) == (B, switch)
    assert after(replace(arrived, waiting=replace(switch, ready=True)), 5.0).base is C


def test_a_crossing_to_what_cannot_be_drawn_yet_shows_nothing_of_it() -> None:
    held = after(steer(ON_A, 0.5, Crossing(B, None, ready=False)), 5.0)
    assert held.layers == ON_A.layers
    assert held.crossing == Crossing(B, None, goal=0.5, ready=False)
    drawn = replace(held, crossing=replace(held.crossing, ready=True))
    assert after(drawn, STEER_S).crossing == Crossing(B, None, progress=0.5, goal=0.5)
    # Whoever asks for another before then has never left.
    cut = ask(held, Switch(C))
    assert (cut.base, cut.crossing, cut.last) == (C, None, A)
