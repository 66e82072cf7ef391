"""The analyzer: closed-form tones, silence, hostile input, and the same for any chunking."""

from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from visualizer.audio.analysis.analyzer import PULSE_TAU_S, Analyzer
from visualizer.audio.analysis.bands import EDGES_HZ
from visualizer.audio.analysis.downmix import check_channels
from visualizer.audio.analysis.framer import Framer
from visualizer.audio.playback.demo_track import compose
from visualizer.errors import SoundError, UsageError
from visualizer.style.style import BAND_SOURCES
from visualizer.types import BANDS, HOP, RATE_HZ, Beat, Features

HOSTILE = (math.nan, math.inf, -math.inf, 3e38, -3e38, 1e-45, 0.0, 1.0)


def _listen(samples: NDArray[np.float32], analyzer: Analyzer | None = None) -> list[Features]:
    analyzer = analyzer or Analyzer()
    return [analyzer.step(hop) for hop in Framer(samples.shape[1]).push(samples)]


def _sine(tone_hz: float, seconds: float, amplitude: float = 0.5) -> NDArray[np.float32]:
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (amplitude * np.sin(2 * np.pi * tone_hz * t)).astype(np.float32)[:, None]


def _music(seconds: float, channels: int = 2) -> NDArray[np.float32]:
    rng = np.random.default_rng(8)
    length = round(seconds * RATE_HZ)
    beat = np.exp(-(np.arange(length) % (RATE_HZ // 2)) / 4000.0)
    return (0.3 * beat[:, None] * rng.standard_normal((length, channels))).astype(np.float32)


def _check(features: Features) -> None:
    beat = features.beat
    assert all(math.isfinite(v) for v in (features.time_s, features.centroid_hz, beat.phase))
    assert -120.0 <= features.level_db <= 13.0
    assert len(features.bands) == BANDS
    assert all(0.0 <= v <= 1.0 for v in (*features.bands, features.level, features.pulse))
    assert 0.0 <= beat.trust <= 1.0
    assert 0.0 <= beat.phase < 1.0
    assert features.flux >= 0.0
    assert math.isfinite(features.flux)
    assert (features.strength > 0.0) == features.onset
    assert 0.0 <= features.centroid_hz <= RATE_HZ / 2


def test_silence_gives_zeros() -> None:
    for index, features in enumerate(_listen(np.zeros((RATE_HZ, 2), np.float32))):
        assert features == Features(hop=index, time_s=(index + 1) * HOP / RATE_HZ, beat=Beat())


def test_after_sound_everything_returns_to_zero() -> None:
    last = _listen(np.concatenate((_music(2.0), np.zeros((4 * RATE_HZ, 2), np.float32))))[-1]
    assert last.bands == (0.0,) * BANDS
    assert (last.level, last.pulse, last.flux, last.centroid_hz) == (0.0, 0.0, 0.0, 0.0)
    assert last.level_db == -120.0


@pytest.mark.parametrize("band", range(BANDS), ids=BAND_SOURCES)
def test_a_tone_drives_its_own_band(band: int) -> None:
    last = _listen(_sine(math.sqrt(EDGES_HZ[band] * EDGES_HZ[band + 1]), 2.0))[-1]
    assert int(np.argmax(last.bands)) == band
    assert last.bands[band] > 0.7
    assert max(v for i, v in enumerate(last.bands) if i != band) < 0.6 * last.bands[band]


def test_level_and_centroid_of_a_tone() -> None:
    last = _listen(_sine(3000.0, 3.0, amplitude=1.0))[-1]
    assert last.level_db == pytest.approx(-3.01, abs=0.05)
    assert last.level == pytest.approx(0.9 - 0.8 * 2.0 / 18.0, abs=0.02)  # at 0 dB, of -16 .. 2
    assert last.centroid_hz == pytest.approx(3000.0, rel=0.02)


def test_an_offset_is_no_sound() -> None:
    assert _listen(np.full((2 * RATE_HZ, 1), 0.5, np.float32))[-1].level_db < -90.0


def test_a_quiet_source_that_fades_in_drives_the_picture() -> None:
    music = _music(8.0)
    quiet = music / np.abs(music).max() * np.float32(10 ** (-50 / 20))
    quiet[: 2 * RATE_HZ] *= np.linspace(0.0, 1.0, 2 * RATE_HZ, dtype=np.float32)[:, None]
    late = [f for f in _listen(quiet) if f.time_s > 4.0]
    assert max(f.level for f in late) > 0.6
    assert sum(f.onset for f in late) >= 6


def test_loud_and_quiet_look_alike() -> None:
    loud = [f for f in _listen(_music(5.0)) if f.time_s > 3.5]
    quiet = [f for f in _listen(_music(5.0) * np.float32(0.05)) if f.time_s > 3.5]
    assert [f.onset for f in loud] == [f.onset for f in quiet]
    difference = [
        abs(a - b)
        for f, g in zip(loud, quiet, strict=True)
        for a, b in zip(f.bands, g.bands, strict=True)
    ]
    # The quiet one's tails end a little sooner, at the gate.
    assert np.mean(difference) < 0.03
    assert max(difference) < 0.25


@pytest.mark.slow
def test_a_drop_moves_the_level_and_the_break_before_it_stays_lower() -> None:
    music = 0.5 * _music(32.0)
    music[10 * RATE_HZ : 26 * RATE_HZ] *= np.float32(10 ** (-9 / 20))
    level = np.array([f.level for f in _listen(music)])

    def mean(start_s: float, end_s: float) -> float:
        return float(level[round(start_s * RATE_HZ / HOP) : round(end_s * RATE_HZ / HOP)].mean())

    assert mean(26.0, 28.0) - mean(24.0, 26.0) >= 0.25
    assert mean(10.5, 26.0) < mean(2.0, 10.0) - 0.25


@pytest.mark.slow
def test_each_band_of_a_song_uses_its_range() -> None:
    song = np.tile(compose().samples, (2, 1))
    bands = np.array([f.bands for f in _listen(song) if f.time_s > 2.0])
    quiet, loud = np.percentile(bands, (5.0, 95.0), axis=0)
    assert (quiet <= 0.15).all()
    assert (loud >= 0.85).all()


def test_the_pulse_jumps_and_decays_in_its_time() -> None:
    click = np.zeros((RATE_HZ, 1), np.float32)
    fading = np.exp(-np.arange(RATE_HZ // 2, dtype=np.float32) / 500.0)
    click[RATE_HZ // 2 :] = _sine(500.0, 0.5) * fading[:, None]
    features = _listen(click)
    (fired,) = [f.hop for f in features if f.onset]
    assert 0.5 <= features[fired].time_s < 0.515
    pulse = np.array([f.pulse for f in features])
    top = int(pulse.argmax())
    assert fired <= top <= fired + 3
    assert pulse[top] > 0.5
    later = top + round(PULSE_TAU_S * RATE_HZ / HOP)
    assert pulse[later] / pulse[top] == pytest.approx(math.exp(-1.0), abs=0.02)


@pytest.mark.parametrize("channels", [1, 3, 64])
def test_the_mix_of_equal_channels_is_one_of_them(channels: int) -> None:
    mono = _music(1.0, channels=1)
    one = _listen(mono)[-1]
    many = _listen(np.repeat(mono, channels, axis=1))[-1]
    assert many.level_db == pytest.approx(one.level_db, abs=0.01)


def test_an_inverted_side_does_not_mix_to_silence() -> None:
    mono = _music(3.0, channels=1)
    normal = _listen(np.hstack((mono, mono)))
    inverted = _listen(np.hstack((mono, -mono)))
    assert inverted[-1].level_db == pytest.approx(normal[-1].level_db, abs=0.1)
    assert [f.onset for f in inverted] == [f.onset for f in normal]


def test_chosen_channels_only() -> None:
    sound = np.hstack((_sine(100.0, 1.0), _sine(3000.0, 1.0)))
    assert int(np.argmax(_listen(sound, Analyzer(channels=(0,)))[-1].bands)) == 1
    assert int(np.argmax(_listen(sound, Analyzer(channels=(1,)))[-1].bands)) == 5
    # The device of a running show may change: what is not there is left out, or silence.
    assert int(np.argmax(_listen(sound, Analyzer(channels=(1, 2)))[-1].bands)) == 5
    assert _listen(sound, Analyzer(channels=(2,)))[-1].level == 0.0


def test_channels_that_are_not_there_are_refused_beforehand() -> None:
    check_channels(None, 1, "line-in")
    check_channels((0, 1), 2, "line-in")
    with pytest.raises(SoundError, match="channel 3 was asked for, but line-in has 2"):
        check_channels((0, 2), 2, "line-in")


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(UsageError, match="choose one of"):
        Analyzer("loud")


def test_the_number_of_channels_may_change_in_the_show() -> None:
    analyzer = Analyzer()
    for channels in (2, 1, 64, 2, 3):
        for features in _listen(_music(0.2, channels), analyzer):
            _check(features)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_any_chunking_gives_bitwise_the_same(seed: int) -> None:
    samples = _music(0.7)
    rng = np.random.default_rng(seed)
    framer, analyzer, found = Framer(2), Analyzer(), []
    at = 0
    while at < len(samples):
        size = int(rng.integers(0, 3000))
        found += [astuple(analyzer.step(hop)) for hop in framer.push(samples[at : at + size])]
        at += size
    assert found == [astuple(f) for f in _listen(samples)]


@pytest.mark.slow
@given(
    values=st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=40),
    channels=st.sampled_from([1, 2, 8]),
    method=st.sampled_from(["superflux", "hfc", "complex", "kl"]),
)
@settings(max_examples=15)
def test_hostile_input_gives_finite_output_and_is_forgotten(
    values: list[float], channels: int, method: str
) -> None:
    analyzer = Analyzer(method)
    hops = np.resize(np.array(values, np.float32), (20, HOP, channels))
    for hop in hops:
        _check(analyzer.step(hop))
    after = [analyzer.step(hop) for hop in Framer(channels).push(_music(5.0, channels))]
    for features in after:
        _check(features)
    assert max(f.level for f in after[-100:]) > 0.2
