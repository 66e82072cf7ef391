"""The benchmark of the ear: what it reads, what it counts, and that its held sounds are held."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.ear import Piece, annotated, f_measure, in_noise, late_ms
from benchmarks.held_sounds import HELD_SOUNDS
from visualizer.errors import UsageError
from visualizer.types import RATE_HZ


def test_annotations_are_grouped_by_what_stands_before_the_dash(tmp_path: Path) -> None:
    truth = tmp_path / "truth.json"
    truth.write_text(
        json.dumps({"drums-00.ogg": {"onsets_s": [1, 2.5]}, "rock-00.ogg": {"beats_s": [1.0]}})
    )
    assert annotated(truth) == [Piece("drums", (1.0, 2.5), tmp_path / "drums-00.ogg")]


@pytest.mark.parametrize(
    "text", ["", "[1]", '{"a.ogg": 3}', '{"a.ogg": {"onsets_s": ["x"]}}', "{}"]
)
def test_what_is_no_annotation_is_refused_by_name(tmp_path: Path, text: str) -> None:
    truth = tmp_path / "truth.json"
    truth.write_text(text)
    with pytest.raises(UsageError, match=r"truth\.json"):
        annotated(truth)


def test_scores_of_a_known_answer() -> None:
    pieces = [Piece("a", (1.0, 2.0, 3.0)), Piece("a", (1.0,))]
    found = [[1.01, 2.04, 5.0], [1.01]]
    assert f_measure(found, pieces, 0.05) == pytest.approx(2 * 3 / 8)
    assert f_measure(found, pieces, 0.025) == pytest.approx(2 * 2 / 8)
    assert late_ms(found, pieces) == pytest.approx([10.0, 40.0, 10.0])


def test_noise_is_10_db_below() -> None:
    sound = 0.1 * np.random.default_rng(1).standard_normal((RATE_HZ, 2)).astype(np.float32)
    noise = (in_noise(sound) - sound).mean(axis=1)
    ratio_db = 10.0 * np.log10(np.mean(noise**2) / np.mean(sound.mean(axis=1) ** 2))
    assert ratio_db == pytest.approx(-10.0, abs=0.05)


@pytest.mark.parametrize("kind", HELD_SOUNDS)
def test_held_sounds_have_no_stroke(kind: str) -> None:
    sound = HELD_SOUNDS[kind](1, 4.0)
    assert len(sound) == 4 * RATE_HZ
    assert 0.01 < np.abs(sound).max() <= 1.0
    loudness = np.sqrt(
        np.mean(sound[RATE_HZ : 3 * RATE_HZ].reshape(-1, RATE_HZ // 20) ** 2, axis=1)
    )
    assert np.abs(np.diff(np.log10(loudness))).max() < 0.3  # under 6 dB in 50 ms
