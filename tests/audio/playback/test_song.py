"""A song that is played and followed at once, with and without an output."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Self

import numpy as np
import pytest

from tests.audio.test_file import write_wav
from visualizer.audio.capture.ring import Frames
from visualizer.audio.file import AudioFile
from visualizer.audio.file_source import FileSource
from visualizer.audio.playback.song import PlayedSong
from visualizer.errors import DeviceError, SoundError
from visualizer.types import HOP, RATE_HZ

HOPS = 100


class FakePlayer:
    """Plays at the speed of ``now``."""

    now = 0.0
    closed = 0

    def __init__(self, blocks: Iterable[Frames]) -> None:
        self.length_s = sum(map(len, blocks)) / RATE_HZ

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        FakePlayer.closed += 1

    def position_s(self) -> float:
        return min(self.now, self.length_s)

    @property
    def finished(self) -> bool:
        return self.now >= self.length_s


class NoOutput(FakePlayer):
    """There is no loudspeaker."""

    def __enter__(self) -> Self:
        raise DeviceError("no sound can be played: nothing is there")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    noise = np.random.default_rng(1).integers(-9999, 9999, (HOPS * HOP, 2), np.int16)
    return write_wav(tmp_path_factory.mktemp("song") / "night.wav", noise)


def test_its_hops_are_those_of_the_file_as_they_are_heard(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visualizer.audio.playback.song.Player", FakePlayer)
    monkeypatch.setattr(FakePlayer, "now", 0.0)
    monkeypatch.setattr(FakePlayer, "closed", 0)
    with AudioFile(path) as audio:
        expected = np.stack(list(FileSource(audio).all_hops()))
    with PlayedSong(path) as song:
        assert (song.device, song.state, song.overflows) == ("night.wav", "file", 0)
        assert list(song.hops_until(song.position_s())) == []
        FakePlayer.now = 60 * HOP / RATE_HZ
        np.testing.assert_array_equal(song.hops_until(song.position_s()), expected[:60])
        ended = [song.finished]
        FakePlayer.now = 9.9
        np.testing.assert_array_equal(song.hops_until(song.position_s()), expected[60:])
        assert [*ended, song.finished] == [False, True]
        song.close()
        assert FakePlayer.closed == 1
    assert FakePlayer.closed == 1


def test_without_an_output_it_goes_by_in_silence_and_ends(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("visualizer.audio.playback.song.Player", NoOutput)
    now_s = 500.0
    with caplog.at_level(logging.INFO), PlayedSong(path, now_s=lambda: now_s) as song:
        assert caplog.messages == [
            "no sound can be played: nothing is there; the picture follows night.wav in silence"
        ]
        assert song.position_s() == 0.0
        now_s += HOPS * HOP / RATE_HZ
        assert len(song.hops_until(song.position_s())) == HOPS
        ended = [song.finished]
        now_s += 0.1
        assert not np.any(song.hops_until(song.position_s()))
        assert [*ended, song.finished] == [False, True]


def test_what_cannot_be_followed_is_refused_before_a_sound(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_: object) -> None:
        raise AssertionError("nothing may be played")

    monkeypatch.setattr("visualizer.audio.playback.song.Player", never)
    with pytest.raises(SoundError, match=r"channel 3 was asked for, but night\.wav has 2"):
        PlayedSong(path, (2,)).__enter__()
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    with pytest.raises(SoundError, match=r"photo\.png is not sound"):
        PlayedSong(tmp_path / "photo.png").__enter__()


def test_a_file_that_is_gone_ends_there_and_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("visualizer.audio.playback.song.Player", FakePlayer)
    path = write_wav(tmp_path / "stick.wav", np.ones((HOPS * HOP, 1), np.int16))
    with PlayedSong(path) as song:
        path.unlink()
        heard = [hop for end in (10, 20, 30) for hop in song.hops_until(end * HOP / RATE_HZ)]
    assert not np.any(heard)
    (said,) = caplog.messages
    assert "stick.wav is not sound" in said


def test_in_silence_a_clock_that_leaps_skips_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visualizer.audio.playback.song.Player", NoOutput)
    now_s = 500.0
    with PlayedSong(path, now_s=lambda: now_s) as song:
        hops = 0
        for leap_s in (0.1, 3600.1, -7200.1, 0.1):
            now_s += leap_s
            hops += len(song.hops_until(song.position_s()))
        assert hops == int(0.2 * RATE_HZ / HOP)
        assert not song.finished
