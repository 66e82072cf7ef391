"""The same night by other clocks: everything at its time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.night.shows import Show, acted
from visualizer.audio.flac import FlacWriter
from visualizer.audio.rounded import to_whole
from visualizer.night.journal import Journal, Note, Reading, Sound
from visualizer.night.replaying.cursor import (
    Cursor,
    FollowedClock,
    RecordedActions,
    SpreadSource,
    replayed_clocks,
)
from visualizer.night.replaying.sound import NightSound, film_sound, with_its_sound
from visualizer.show.beat.tap_tempo import Grid
from visualizer.show.clock import FrameClock
from visualizer.types import HOP, RATE_HZ, Tick

HOP_S = HOP / RATE_HZ


def night(folder: Path, *notes: Note, start_s: float = 0.0, is_whole: bool = True) -> Journal:
    """Of a ramp, so that each sample says where it is from."""
    header = Show(folder).header()
    count = sum(note.hops for note in notes) * HOP
    ramp = (np.arange(count) / 2**18).astype(np.float32)[:, None]
    with FlacWriter(folder / "sound.flac", 1) as writer:
        writer.write(to_whole(ramp))
    sounds = (Sound("sound.flac", 1, 0),)
    return Journal(folder, replace(header, start_s=start_s), {}, sounds, notes, is_whole)


def frames(journal: Journal, cursor: Cursor, fps: int, count: int) -> Iterator[Tick]:
    return FollowedClock(FrameClock(Fraction(fps), count), journal, cursor).ticks()


def test_actions_come_in_the_first_frame_that_is_not_before_them(tmp_path: Path) -> None:
    journal = night(
        tmp_path,
        Note(7, 5.0, 0.1, hops=1, actions=acted("next")),
        Note(8, 5.26, 0.26, actions=acted("tap")),
        Note(9, 5.27, 0.01, actions=acted("last")),
        start_s=5.0,
    )
    cursor = Cursor(journal)
    control = RecordedActions(cursor)
    asked = {
        tick.time_s: [action.name for action in control.poll(tick)]
        for tick in frames(journal, cursor, 10, 5)
    }
    assert asked == {5.0: ["next"], 5.1: [], 5.2: [], 5.3: ["tap", "last"], 5.4: []}


def test_sound_that_came_late_at_once_is_spread_over_its_time(tmp_path: Path) -> None:
    hops = 100
    end_s = hops * HOP_S
    journal = night(tmp_path, Note(0, end_s, end_s, hops=hops))
    cursor, sound = Cursor(journal), NightSound(journal)
    source = SpreadSource(journal, sound)
    heard = [len(source.hops_until(count * HOP_S)) for count in (0, 10, 25, 25, 100, 200)]
    assert heard == [0, 10, 15, 0, 75, 0]
    assert cursor.note is journal.notes[0]


def test_hops_are_handed_out_in_order_and_whole(tmp_path: Path) -> None:
    journal = night(tmp_path, *(Note(n, 0.01 * (n + 1), 0.01, hops=n % 4) for n in range(20)))
    cursor = Cursor(journal)
    source = SpreadSource(journal, NightSound(journal))
    heard = [
        hop for tick in frames(journal, cursor, 50, 20) for hop in source.hops_until(tick.time_s)
    ]
    samples = np.concatenate(heard)[:, 0] * 2**18
    assert np.array_equal(samples, np.arange(sum(n % 4 for n in range(20)) * HOP))


def test_a_clock_from_outside_says_what_it_said_last(tmp_path: Path) -> None:
    grid = Grid(0.3, 128.0)
    journal = night(
        tmp_path,
        Note(0, 0.1, 0.1, hops=1),
        Note(1, 0.2, 0.1, clocks={"midi": Reading(grid, knows_phase=False)}),
        Note(2, 0.4, 0.2, clocks={"midi": Reading(None)}),
    )
    cursor = Cursor(journal)
    midi = replayed_clocks(cursor)["midi"]
    said = [(midi.grid(tick.time_s), midi.knows_phase) for tick in frames(journal, cursor, 10, 5)]
    assert said == [(None, True), (None, True), (grid, False), (grid, False), (None, True)]


def test_a_film_hears_each_moment_where_it_was_heard(tmp_path: Path) -> None:
    # For half a second nothing was heard: the device was lost.
    first, second = 50, 50
    before_s, after_s = first * HOP_S, first * HOP_S + 0.5 + second * HOP_S
    journal = night(
        tmp_path, Note(0, before_s, 0.1, hops=first), Note(1, after_s, 0.1, hops=second)
    )
    sound = np.concatenate(list(film_sound(journal, 0.0, after_s)))
    assert sound.shape == (round(after_s * RATE_HZ), 2)
    gap = round(0.5 * RATE_HZ)
    assert np.array_equal(sound[: first * HOP, 0] * 2**18, np.arange(first * HOP))
    assert not sound[first * HOP : first * HOP + gap].any()
    assert sound[first * HOP + gap, 1] * 2**18 == first * HOP


def test_a_films_sound_lasts_as_long_as_was_asked_for(tmp_path: Path) -> None:
    journal = night(tmp_path, Note(0, 0.1, 0.1, hops=10), Note(1, 2.0, 1.9))
    sound = np.concatenate(list(film_sound(journal, 0.05, 2.0)))
    assert sound.shape == (round(1.95 * RATE_HZ), 2)


@pytest.mark.parametrize("missing", [1, 5])
def test_a_night_that_broke_off_ends_with_its_sound(tmp_path: Path, missing: int) -> None:
    notes = [Note(n, 0.02 * (n + 1), 0.02, hops=4) for n in range(10)]
    journal = night(tmp_path, *notes, is_whole=False)
    (tmp_path / "sound.flac").unlink()
    with FlacWriter(tmp_path / "sound.flac", 1) as writer:
        writer.write(np.zeros(((40 - missing) * HOP + 100, 1), np.int32))
    left = with_its_sound(journal).notes
    assert [note.index for note in left] == list(range((40 - missing) // 4))
