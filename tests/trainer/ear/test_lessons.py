"""Lessons: rendered, heard, kept; and the excerpts that are made of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from trainer.ear import synth
from trainer.ear.excerpts import FRAMES, excerpt, plain
from trainer.ear.lessons import FRAME_S, Lesson, lesson
from visualizer.audio.analysis.beat.beat_network import BANDS, DELAY_FRAMES
from visualizer.errors import ChladniError

needs_fluidsynth = pytest.mark.skipif(
    shutil.which("fluidsynth") is None, reason="FluidSynth is not installed"
)


@pytest.fixture
def clicks() -> Lesson:
    """All bands at once on every beat, two a second; three in a bar."""
    beats_s = np.arange(0.25, 40.0, 0.5)
    bands = np.full((3750, BANDS), 1e-3, np.float32)
    bands[np.rint(beats_s / FRAME_S).astype(int)] = 1.0
    return Lesson("clicks", bands, beats_s, beats_s[::3])


def test_targets_follow_the_beats_by_the_delay(clicks: Lesson) -> None:
    heard, wanted = plain(clicks)
    assert heard.shape == (FRAMES, 2 * BANDS)
    rises = np.flatnonzero(heard[:, BANDS] > 1.0)
    beats = np.flatnonzero(wanted[:, 0] == 1.0)
    assert np.abs(beats - rises - DELAY_FRAMES).max() <= 1.0
    np.testing.assert_array_equal(np.flatnonzero(wanted[:, 1] == 1.0), beats[::3])


@pytest.mark.parametrize("seed", range(8))
def test_however_an_excerpt_is_changed_its_beats_stay_with_its_strokes(
    clicks: Lesson, seed: int
) -> None:
    heard, wanted = excerpt(clicks, np.random.Generator(np.random.PCG64(seed)))
    assert np.isfinite(heard).all()
    # The band that rises most says where the strokes are; some bands may be missing.
    rises = heard[:, BANDS:].max(axis=1)
    for frame in np.flatnonzero(wanted[:, 0] == 1.0)[1:-1]:
        assert rises[frame - 4 : frame + 2].max() > 2.0 * np.median(rises)


@needs_fluidsynth
@pytest.mark.slow
def test_a_lesson_is_made_once_and_then_read(tmp_path: Path) -> None:
    first = lesson(4, tmp_path)
    assert first.bands.shape == (3750, BANDS)
    assert first.bands.max() > 0.05
    (path,) = tmp_path.iterdir()
    made = path.stat().st_mtime_ns
    second = lesson(4, tmp_path)
    np.testing.assert_allclose(second.bands, first.bands, rtol=1e-3, atol=1e-6)
    assert path.stat().st_mtime_ns == made
    path.write_bytes(b"half of a fi")
    np.testing.assert_array_equal(lesson(4, tmp_path).beats_s, first.beats_s)


def test_without_fluidsynth_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ChladniError, match="apt-get install fluidsynth"):
        synth.find_sound_fonts()
