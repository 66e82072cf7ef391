from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from multiprocessing import active_children

import numpy as np
import pytest
from numpy.typing import NDArray

from visualizer.audio.capture.microphone import Microphone
from visualizer.audio.playback.player import Player, _stereo, steady_zero_s
from visualizer.errors import DeviceError, SoundError
from visualizer.types import RATE_HZ

Song = NDArray[np.float32]


def blocks_of(song: Song, size: int = 1000) -> Iterator[Song]:
    return (song[at : at + size] for at in range(0, len(song), size))


def clicks(duration_s: float, every_s: float) -> Song:
    song = np.zeros((round(duration_s * RATE_HZ), 1), np.float32)
    for start in range(0, len(song), round(every_s * RATE_HZ)):
        song[start : start + 48] = 0.8
    return song


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_clicks_are_heard_when_the_position_says_so() -> None:
    song, limit_s = clicks(3.0, 0.5), time.monotonic() + 60
    heard_s, positions_s = [], [0.0]
    with Microphone() as microphone:
        while microphone.state != "running":
            time.sleep(0.01)
            assert time.monotonic() < limit_s
        with Player(blocks_of(song)) as player:
            while not player.finished:
                assert time.monotonic() < limit_s
                positions_s.append(player.position_s())
                hops = microphone.hops_until(time.monotonic())
                if hops and (loud := np.flatnonzero(np.concatenate(hops)[:, 0] > 0.4)).size:
                    age_s = (len(hops) * 256 - loud[0]) / RATE_HZ
                    heard_s.append(positions_s[-1] - age_s)
                time.sleep(0.002)
            assert player.position_s() == 3.0
    assert all(np.diff(positions_s) >= 0)
    # Five after the first, which a cold output may swallow; the median, for the machine is shared.
    assert len(heard_s) >= 5
    errors_s = [(s + 0.25) % 0.5 - 0.25 for s in heard_s]
    assert abs(float(np.median(errors_s))) < 0.03


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_a_lost_output_lets_the_time_go_on_to_the_end(caplog: pytest.LogCaptureFixture) -> None:
    with Player(blocks_of(clicks(3.0, 0.5))) as player:
        while player.position_s() < 0.3:
            time.sleep(0.01)
        [child] = active_children()
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        before_s = player.position_s()
        time.sleep(0.2)
        assert player.position_s() - before_s >= 0.2
        while not player.finished:
            time.sleep(0.01)
        assert player.position_s() == 3.0
    assert caplog.messages == ["the audio output is gone: the song goes on in silence"]


@pytest.mark.usefixtures("server")
def test_a_song_that_breaks_off_ends_there_and_says_why() -> None:
    def broken() -> Iterator[Song]:
        yield np.zeros((4800, 2), np.float32)
        raise SoundError("the file is cut off")

    with Player(broken()) as player:
        while not player.finished:
            time.sleep(0.01)
        assert player.position_s() == pytest.approx(0.1)
        assert player.problem == "the file is cut off"


@pytest.mark.usefixtures("server")
def test_leaving_early_does_not_wait_for_the_song() -> None:
    with Player(blocks_of(clicks(600.0, 0.5))) as player:
        assert not player.finished
    assert active_children() == []


def test_no_output_is_a_device_error_and_that_alone(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    empty = tmp_path_factory.mktemp("alsa") / "asound.conf"
    empty.write_text("")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(empty))
    with pytest.raises(DeviceError, match="no sound can be played"):
        Player(blocks_of(clicks(3.0, 0.5))).__enter__()
    assert active_children() == []
    assert caplog.messages == []


def test_the_clock_swallows_jitter_and_follows_leaps() -> None:
    rng = np.random.default_rng(1)
    zero_s, course = 0.0, []
    for jitter_s in rng.uniform(-0.01, 0.01, 1000):
        zero_s = steady_zero_s(zero_s, 100.0 + jitter_s)
        course.append(zero_s)
    assert np.std(course[200:]) < 0.0015
    assert steady_zero_s(100.0, 101.0) == 101.0


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_what_is_no_number_is_played_as_silence(channels: int) -> None:
    block = np.full((4, channels), 0.5, np.float32)
    block[0, 0], block[1, 0], block[2, 0] = np.nan, np.inf, -np.inf
    np.testing.assert_array_equal(_stereo(block)[:, 0], [0.0, 0.0, 0.0, 0.5])
    assert _stereo(block).shape == (4, 2)
