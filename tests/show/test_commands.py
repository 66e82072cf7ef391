from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import Ready, some_styles
from visualizer.duration import Span
from visualizer.errors import UsageError
from visualizer.show.awaiting import await_styles
from visualizer.show.commands import COMMANDS, KEYS, Command, apply, check_action, key_table
from visualizer.show.session import Crossing, Hands, Session
from visualizer.show.style_pool import StylePool, at_once
from visualizer.show.transitions import advance
from visualizer.style.morph_pairs import Morphs
from visualizer.style.style import Style, style_sha256
from visualizer.types import Action, Beat

STYLES = some_styles(4)
README = Path(__file__).parents[2] / "README.md"


def pool(
    *,
    waiting: tuple[Style, ...] = (),
    lost: tuple[Style, ...] = (),
    morphs: Morphs | None = None,
    submit: Callable[[Callable[[], Style]], Future[Style]] = at_once,
) -> StylePool:
    return StylePool(
        STYLES,
        Ready(waiting, lost),
        random=np.random.default_rng(1),
        submit=submit,
        named={"seed:77": some_styles(1)[0]},
        morphs=morphs,
    )


def after(session: Session, *actions: str, waiting: tuple[Style, ...] = ()) -> Session:
    styles = pool(waiting=waiting)
    for text in actions:
        name, *args = text.split()
        action = Action(name, tuple(args))
        check_action(action)
        session = apply(action, session, styles)
    return session


START = Session(STYLES[0])


def test_no_key_twice_and_every_key_sends_what_its_command_takes() -> None:
    chords = [key.chord for command in COMMANDS for key in command.keys]
    assert len(chords) == len(set(chords)) == len(KEYS)
    for action in KEYS.values():
        check_action(action)


def test_the_keys_of_projectm_and_the_contract() -> None:
    expected = {
        "N": "next",
        "Shift+N": "next smooth",
        "P": "previous",
        "R": "random",
        "Backspace": "last",
        "Left": "cross left",
        "Right": "cross right",
        "Space": "lock",
        "T": "tap",
        ",": "tempo half",
        ";": "tempo double",
        "Shift+T": "tempo release",
        "Up": "audio-scale up",
        "Down": "audio-scale down",
        "M": "mirror",
        ".": "blackout",
        "F": "fullscreen",
        "F11": "fullscreen",
        "Ctrl+M": "monitor",
        "Ctrl+I": "device",
        "F2": "screenshot",
        "S": "seed",
        "Ctrl+S": "keep",
        "Ctrl+Q": "quit",
        "Tab": "hud",
        "F1": "help",
        **{str(n): f"slot {n}" for n in range(1, 10)},
        **{f"Shift+{n}": f"slot {n} smooth" for n in range(1, 10)},
    }
    sent = {chord: " ".join((action.name, *action.args)) for chord, action in KEYS.items()}
    assert {chord: sent.get(chord) for chord in expected} == expected


def test_readme_prints_the_table() -> None:
    listed = re.findall(r"^\| `([^|]+)` \| ([^|]+) \|$", README.read_text(), flags=re.MULTILINE)
    table = [(keys, summary) for keys, summary in key_table()]
    assert [(keys.replace("`", ""), summary) for keys, summary in listed] == table


def usage(command: Command) -> str:
    """The action as a script's line has it."""
    needed = len(command.arguments) - command.optional
    words = [word if n < needed else f"[{word}]" for n, word in enumerate(command.arguments)]
    return " ".join((command.name, *words))


def test_the_page_for_the_stage_lists_every_action() -> None:
    page = (README.parent / "docs" / "stage.md").read_text().partition("## Actions")[2]
    listed = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|$", page, flags=re.MULTILINE)
    assert listed == [(usage(it).replace("|", "/"), it.summary) for it in COMMANDS]


@pytest.mark.parametrize(
    ("actions", "name"),
    [
        (["next"], "seed-1"),
        (["previous"], "seed-3"),
        (["next", "next", "previous"], "seed-1"),
        (["slot 3"], "seed-2"),
        (["slot 99"], "seed-0"),
        (["slot 3", "last"], "seed-0"),
        (["slot 3", "last", "last"], "seed-2"),
        (["style seed-1"], "seed-1"),
        (["style seed:77"], "seed-0"),
        (["style nobody"], "seed-0"),
        (["lock", "next"], "seed-0"),
        (["lock", "lock", "next"], "seed-1"),
        (["lock 1", "lock 1", "random"], "seed-0"),
        (["last"], "seed-0"),
    ],
)
def test_switching(actions: list[str], name: str) -> None:
    assert after(START, *actions).style.name == name


@pytest.mark.parametrize(
    ("asked", "style"),
    [
        (["next"], STYLES[1]),
        (["next", "next"], STYLES[2]),
        (["previous"], STYLES[3]),
        (["slot 3"], STYLES[2]),
        (["style seed-3"], STYLES[3]),
        (["next smooth"], STYLES[1]),
        (["fade seed-2 1s"], STYLES[2]),
        (["slot 3", "next"], STYLES[3]),
    ],
)
def test_a_style_that_is_not_ready_is_waited_for(asked: list[str], style: Style) -> None:
    session = after(START, *asked, waiting=STYLES[1:])
    waits = await_styles(session, pool(waiting=STYLES[1:]))
    assert waits == session
    assert waits.waiting is not None
    assert (waits.style, waits.asked, waits.waiting.ready) == (STYLES[0], style, False)
    ready = await_styles(waits, pool())
    assert advance(ready, 0.1, Beat(), Beat()).style is style


def test_random_takes_what_is_ready_and_waits_where_nothing_is() -> None:
    assert after(START, "random", waiting=(STYLES[1], STYLES[3])).style is STYLES[2]
    assert after(START, "random", waiting=STYLES[1:]).asked in STYLES[1:]


def test_the_hand_on_the_crossing_waits_too() -> None:
    held = after(START, "cross 0.5", "cross right", waiting=STYLES[1:])
    assert await_styles(held, pool(waiting=STYLES[1:])) == held
    assert held.crossing == Crossing(STYLES[1], None, goal=0.55, ready=False)
    assert await_styles(held, pool()).crossing == Crossing(STYLES[1], None, goal=0.55)


def test_what_can_never_be_drawn_is_given_up_and_passed_over() -> None:
    lost = pool(lost=(STYLES[1],))
    for asked in ("slot 2", "cross 0.5"):
        session = after(START, asked, waiting=(STYLES[1],))
        assert session.asked is STYLES[1] or session.style is STYLES[1]
        assert await_styles(session, lost) == START
    assert apply(Action("next"), START, lost).style is STYLES[2]


def test_a_seed_that_still_grows_comes_when_it_is_grown() -> None:
    growing: Future[Style] = Future()
    styles = pool(submit=lambda _: growing)
    session = apply(Action("seed"), START, styles)
    assert await_styles(session, styles) == session
    assert apply(Action("lock"), session, styles).seed_asked is None
    assert apply(Action("next"), session, styles).seed_asked is None
    growing.set_result(STYLES[3])
    grown = await_styles(session, styles)
    assert (grown.style, grown.seed_asked) == (STYLES[3], None)


def test_random_is_never_the_same_style() -> None:
    styles, session = pool(), START
    seen = set()
    for _ in range(40):
        before = session.style
        session = apply(Action("random"), session, styles)
        assert session.style is not before
        seen.add(session.style.name)
    assert seen == {style.name for style in STYLES}


def test_fresh_seeds_differ_and_neighbours_return_to_the_library() -> None:
    styles, session = pool(), START
    grown = []
    for _ in range(3):
        session = apply(Action("seed"), session, styles)
        grown.append(session.style.name)
    assert len(set(grown)) == 3
    assert apply(Action("next"), session, styles).style is STYLES[0]
    assert apply(Action("previous"), session, styles).style is STYLES[-1]


def test_audio_scale_steps_and_bounds() -> None:
    assert START.audio_scale is None
    assert after(START, "audio-scale up").audio_scale == pytest.approx(0.11)
    assert after(START, "audio-scale down").audio_scale == pytest.approx(0.09)
    assert after(START, *["audio-scale down"] * 40).audio_scale == 0.0
    there_and_back = ["audio-scale up"] * 7 + ["audio-scale down"] * 7
    assert after(START, *there_and_back).audio_scale == pytest.approx(0.1)
    assert after(START, "audio-scale 0.25").audio_scale == 0.25


@pytest.mark.parametrize(
    ("actions", "hands"),
    [
        (["dimmer 0.5", "dimmer up"], Hands(dimmer=0.55)),
        (["dimmer up"], Hands(dimmer=1.0)),
        (["hue up", "hue up", "hue down"], Hands(hue=0.0417)),
        (["zoom 2", "zoom up"], Hands(zoom=2.181)),
        (["zoom 0.25", "zoom down"], Hands(zoom=0.25)),
        (["drift up"], Hands(drift=1.25)),
        (["drift 0", "drift down"], Hands(drift=0.0)),
        (["mirror"], Hands(mirror=2)),
        (["mirror 6", "mirror"], Hands(mirror=0)),
        (["mirror 4", "freeze", "hands-off"], Hands()),
        (["freeze", "freeze"], Hands()),
        (["freeze 1", "freeze 1"], Hands(frozen=True)),
    ],
)
def test_hands_are_set_or_moved_by_steps_and_stay_in_their_bounds(
    actions: list[str], hands: Hands
) -> None:
    assert after(START, *actions).hands == hands


def test_smooth_changes_take_the_shows_own_time_or_the_one_given() -> None:
    crossing = after(START, "fade-time 4beats", "next smooth").crossing
    assert crossing == Crossing(STYLES[1], Span(4.0, "beats"))
    assert after(START, "slot 3 2s").crossing == Crossing(STYLES[2], Span(2.0))
    assert after(START, "fade seed-2 1.5").crossing == Crossing(STYLES[2], Span(1.5))
    assert after(START, "fade nobody 1.5") is START


def test_a_morph_needs_a_measured_pair_and_fades_otherwise() -> None:
    styles = pool()
    assert apply(Action("morph", ("seed-1", "2")), START, styles).crossing == Crossing(
        STYLES[1], Span(2.0)
    )
    pair = frozenset({style_sha256(STYLES[0]), style_sha256(STYLES[1])})
    family = pool(morphs=Morphs(frozenset({pair})))
    assert apply(Action("morph", ("seed-1", "2")), START, family).crossing == Crossing(
        STYLES[1], Span(2.0), morph=True
    )
    assert apply(Action("fade", ("seed-1", "2")), START, family).crossing == Crossing(
        STYLES[1], Span(2.0)
    )
    assert apply(Action("morph", ("seed-2", "2")), START, family).crossing == Crossing(
        STYLES[2], Span(2.0)
    )


def test_the_arrows_steer_to_the_next_style_and_back() -> None:
    steered = after(START, "cross right", "cross right")
    assert steered.crossing == Crossing(STYLES[1], None, goal=0.1)
    assert after(steered, "cross left", "cross left").crossing == Crossing(
        STYLES[1], None, goal=0.0
    )
    there_and_back = after(START, *["cross right"] * 6, *["cross left"] * 6)
    assert there_and_back.crossing == Crossing(STYLES[1], None, goal=0.0)
    assert after(START, "cross left") == START
    assert after(START, "cross 0.5").crossing == Crossing(STYLES[1], None, goal=0.5)


def test_playlist_and_the_moment_of_switching() -> None:
    assert after(START, "playlist").playlist == Span(8.0, "bars")
    assert after(START, "playlist", "playlist").playlist is None
    assert after(START, "playlist 30s").playlist == Span(30.0)
    assert after(START, "playlist 30s", "playlist off").playlist is None
    assert after(START, "shuffle").shuffle
    assert [after(START, *["switch-on"] * n).switch_on for n in range(4)] == [
        "now", "beat", "bar", "now",
    ]  # fmt: skip
    waits = after(START, "switch-on bar", "next", "next")
    assert waits.style is STYLES[0]
    assert waits.asked is STYLES[2]


def test_locking_gives_up_what_waits_for_its_beat() -> None:
    waits = after(START, "switch-on bar", "next")
    assert waits.asked is STYLES[1]
    assert after(START, "switch-on bar", "next", "lock").asked is STYLES[0]
    assert after(START, "switch-on bar", "lock", "lock", "next", "lock 0").asked is STYLES[1]


def test_a_renewed_style_takes_the_old_ones_place_everywhere() -> None:
    old = replace(STYLES[1])
    session = Session(old, crossing=Crossing(STYLES[2], Span(1.0)), last=old)
    renewed = apply(Action("renewed", ("seed-1",)), session, pool())
    assert renewed.base is STYLES[1]
    assert renewed.last is STYLES[1]
    assert renewed.crossing == session.crossing


def test_switches_set_and_toggle() -> None:
    assert after(START, "blackout").blackout
    assert not after(START, "blackout", "blackout").blackout
    assert after(START, "blackout 1", "blackout 1").blackout
    assert after(START, "dimmer 0.25").hands.dimmer == 0.25
    assert after(START, "help").help_shown
    assert after(START, "quit").quitting


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nxt", "there is no action 'nxt'; known: next, previous"),
        ("next 1 2", "next got 2 arguments, expected 'next SPAN'"),
        ("next soon", "next got 'soon', expected smooth, or a length above 0"),
        ("slot", "slot got 0 arguments, expected 'slot N SPAN'"),
        ("fade seed-1", "fade got 1 arguments, expected 'fade NAME SPAN'"),
        ("fade seed-1 0", "a length above 0, at most 3600, such as 2s, 8beats or 4bars"),
        ("mirror 5", "0 or 2 or 3 or 4 or 6"),
        ("zoom 0", "a number from 0.25 to 4 or up or down"),
        ("hue nan", "a number from -100 to 100 or up or down"),
        ("playlist never", "off or a length above 0"),
        ("slot 0", "a slot's number, from 1"),
        ("slot ²", "a slot's number, from 1"),
        ("dimmer nan", "a number from 0 to 1"),
        ("dimmer 2", "a number from 0 to 1"),
        ("blackout maybe", "0 or 1"),
        ("audio-scale much", "a number from 0 to 1 or up or down"),
    ],
)
def test_bad_actions_get_a_sentence(text: str, expected: str) -> None:
    name, *args = text.split()
    with pytest.raises(UsageError, match=re.escape(expected)):
        check_action(Action(name, tuple(args)))


@given(st.sampled_from([command.name for command in COMMANDS]), st.lists(st.text(), max_size=3))
def test_what_the_check_accepts_can_be_applied(name: str, args: list[str]) -> None:
    action = Action(name, tuple(args))
    try:
        check_action(action)
    except UsageError:
        return
    assert isinstance(apply(action, START, pool()), Session)
