"""The demo track: the same for ever, and what it says of itself is true."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest

from benchmarks.onsets import score
from visualizer.audio.analysis.analyzer import Analyzer
from visualizer.audio.analysis.framer import Framer
from visualizer.audio.playback.demo_track import BARS, BREAK, DROP, GROOVE, DemoTrack, compose
from visualizer.errors import FilmError, UsageError
from visualizer.types import RATE_HZ, Features


@pytest.fixture(scope="module")
def heard(demo_track: DemoTrack) -> list[Features]:
    analyzer = Analyzer()
    return [analyzer.step(hop) for hop in Framer(2).push(demo_track.samples)]


def _bar_db(demo_track: DemoTrack, bars: range) -> float:
    bar = 240.0 / demo_track.bpm * RATE_HZ
    part = demo_track.samples[round(bars.start * bar) : round(bars.stop * bar)].astype(np.float64)
    return float(10.0 * np.log10(np.mean(part * part)))


@pytest.mark.slow
def test_the_same_seed_gives_the_same_samples_and_others_differ(demo_track: DemoTrack) -> None:
    again = compose(1)
    assert again.samples.tobytes() == demo_track.samples.tobytes()
    assert again.onsets_s == demo_track.onsets_s
    assert compose(2).samples.tobytes() != demo_track.samples.tobytes()


def test_it_is_music_with_dynamics(demo_track: DemoTrack) -> None:
    assert demo_track.samples.dtype == np.float32
    assert 19.5 < len(demo_track.samples) / RATE_HZ < 20.5
    assert 0.8 < np.abs(demo_track.samples).max() < 1.0
    assert _bar_db(demo_track, DROP) >= _bar_db(demo_track, BREAK) + 6.0
    assert _bar_db(demo_track, GROOVE) >= _bar_db(demo_track, BREAK) + 6.0
    left, right = demo_track.samples.T
    assert np.corrcoef(left, right)[0, 1] < 0.995  # stereo, but no side alone
    assert np.abs(demo_track.samples[-480:]).max() < 0.01  # ends in silence


def test_every_onset_is_in_the_track_and_once(demo_track: DemoTrack) -> None:
    onsets = np.array(demo_track.onsets_s)
    assert (np.diff(onsets) > 0.02).all()
    assert onsets[0] == 0.0
    assert onsets[-1] < len(demo_track.samples) / RATE_HZ


def test_the_default_detector_finds_them(demo_track: DemoTrack, heard: list[Features]) -> None:
    result = score([f.time_s for f in heard if f.onset], demo_track.onsets_s)
    assert result.f50 >= 0.95
    assert result.f25 >= 0.95
    assert np.median(result.late_ms) <= 12.0


def test_the_tempo_is_found(demo_track: DemoTrack, heard: list[Features]) -> None:
    for at_s in (6.0, 12.0, 19.0):
        bpm = heard[round(at_s * RATE_HZ / 256)].beat.bpm
        assert bpm == pytest.approx(demo_track.bpm, rel=0.02)


def test_the_beat_is_held_from_the_fifth_second_to_the_last_bar(
    demo_track: DemoTrack, heard: list[Features]
) -> None:
    end_s = BARS * 240.0 / demo_track.bpm
    off = [
        (f.beat.phase - f.time_s * demo_track.bpm / 60.0 + 0.5) % 1.0 - 0.5
        for f in heard
        if 5.0 < f.time_s < end_s
    ]
    assert np.abs(off).max() * 60.0 / demo_track.bpm < 0.03


def test_the_break_is_seen_as_quieter(demo_track: DemoTrack, heard: list[Features]) -> None:
    bar = 240.0 / demo_track.bpm * RATE_HZ / 256

    def bass(bars: range) -> float:
        return float(
            np.mean(
                [f.bands[1] for f in heard[round(bars.start * bar) + 100 : round(bars.stop * bar)]]
            )
        )

    assert bass(BREAK) < 0.5 * bass(DROP)


def test_it_is_written_with_its_truth(demo_track: DemoTrack, tmp_path: Path) -> None:
    demo_track.write(tmp_path / "demo.wav")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["demo.json", "demo.wav"]
    with wave.open(str(tmp_path / "demo.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, RATE_HZ)
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    np.testing.assert_allclose(pcm / 32767.0, demo_track.samples, atol=0.6 / 32767.0)
    truth = json.loads((tmp_path / "demo.json").read_text())
    assert truth == {"onsets_s": list(demo_track.onsets_s), "bpm": demo_track.bpm}


def test_what_cannot_be_written_is_said(demo_track: DemoTrack, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"should end in \.wav"):
        demo_track.write(tmp_path / "demo.mp3")
    with pytest.raises(FilmError, match="there is no folder"):
        demo_track.write(tmp_path / "nowhere" / "demo.wav")
    (tmp_path / "taken.json").mkdir()
    with pytest.raises(FilmError, match="is a folder"):
        demo_track.write(tmp_path / "taken.wav")
    assert [p.name for p in tmp_path.iterdir()] == ["taken.json"]


def test_somebody_elses_json_beside_it_stays(demo_track: DemoTrack, tmp_path: Path) -> None:
    notes = tmp_path / "demo.json"
    notes.write_text('{"tracks": 12}')
    with pytest.raises(FilmError, match=r"demo\.json is not ours"):
        demo_track.write(tmp_path / "demo.wav")
    assert notes.read_text() == '{"tracks": 12}'
    notes.unlink()
    demo_track.write(tmp_path / "demo.wav")
    demo_track.write(tmp_path / "demo.wav")
