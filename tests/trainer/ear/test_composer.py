"""Music that is made up: its beats are where it says, whatever its kind."""

from __future__ import annotations

import numpy as np
import pytest

from trainer.ear.composer import compose
from trainer.ear.kinds import KICK
from trainer.ear.more_kinds import ALL_KINDS
from trainer.ear.score import DRUM_CHANNEL


@pytest.mark.parametrize("kind", sorted(ALL_KINDS))
def test_every_kind_plays_in_its_own_tempo_and_meter(kind: str) -> None:
    score = compose(7, kind=kind)
    slowest, fastest = ALL_KINDS[kind].bpm
    bpm = 60.0 / np.median(np.diff(score.beats_s))
    assert 0.85 * slowest < bpm < 1.1 * fastest
    assert len(score.notes) > len(score.beats_s)
    assert np.isin(score.downbeats_s, score.beats_s).all()
    in_bar = len(score.beats_s) / len(score.downbeats_s)
    assert in_bar == pytest.approx(score.timing.in_bar, abs=0.6)
    for note in score.notes:
        assert 0.0 <= note.start_s < note.end_s
        assert 0 <= note.key < 128
        assert 0 < note.velocity < 128


def test_the_same_seed_is_the_same_piece_and_another_one_is_not() -> None:
    assert compose(5).notes == compose(5).notes
    assert compose(5).notes != compose(6).notes


def test_a_houses_kicks_are_its_beats() -> None:
    score = compose(3, kind="house")
    kicks = {n.start_s for n in score.notes if n.channel == DRUM_CHANNEL and n.key == KICK}
    lines = np.array(sorted(kicks))
    near = [np.abs(lines - beat_s).min() < 0.02 for beat_s in score.beats_s]
    assert np.mean(near) > 0.6
