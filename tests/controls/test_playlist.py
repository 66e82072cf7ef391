from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes import some_styles
from visualizer.contracts import Frame
from visualizer.controls.playlist import Playlist
from visualizer.duration import Span
from visualizer.show.session import Crossing, Session
from visualizer.types import Action, Beat, Features, Tick

A, B = some_styles(2)
ON_A = replace(Session(A), playlist=Span(2.0))


def asked(
    playlist: Playlist, session: Session, seconds: float, bpm: float | None = None
) -> list[tuple[int, Action]]:
    """(frame, action) of ten frames a second."""
    out = []
    for index in range(round(seconds * 10)):
        out += [(index, action) for action in playlist.poll(Tick(index, index / 10, 0.1))]
        beats = index / 10 * (bpm or 0.0) / 60
        beat = Beat(phase=beats % 1.0, bpm=bpm, count=int(beats))
        tick = Tick(index, index / 10, 0.1 if index else 0.0)
        playlist.see(Frame(tick, (), Features(), session, (), beat))
    return out


def test_every_style_stays_as_long_as_the_playlist_says() -> None:
    next_one = Action("next", ("smooth",))
    assert asked(Playlist(), ON_A, 6.5) == [(21, next_one), (41, next_one), (61, next_one)]


def test_beats_are_counted_by_the_beat() -> None:
    session = replace(ON_A, playlist=Span(1.0, "bars"))
    frames = [frame for frame, _ in asked(Playlist(), session, 9.0, bpm=60.0)]
    assert frames == [41, 81]


def test_without_a_tempo_a_beat_is_half_a_second() -> None:
    session = replace(ON_A, playlist=Span(4.0, "beats"))
    assert asked(Playlist(), session, 3.0)[0][0] == 21


def test_shuffle_asks_for_random_ones() -> None:
    actions = asked(Playlist(), replace(ON_A, shuffle=True), 3.0)
    assert [action.name for _, action in actions] == ["random"]


@pytest.mark.parametrize(
    "session",
    [
        replace(ON_A, playlist=None),
        replace(ON_A, locked=True),
        replace(ON_A, crossing=Crossing(B, None, progress=0.5, goal=0.5)),
    ],
    ids=["off", "locked", "in the performer's hands"],
)
def test_it_leaves_the_show_alone(session: Session) -> None:
    assert asked(Playlist(), session, 6.0) == []


def test_a_style_chosen_by_hand_stays_as_long_as_any_other() -> None:
    playlist = Playlist()
    assert asked(playlist, ON_A, 1.5) == []
    assert asked(playlist, replace(ON_A, base=B), 2.0) == []
