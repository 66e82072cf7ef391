"""Turning from an input to songs and back: between two frames, opened and closed elsewhere."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from visualizer.audio.source_switch import SourceSwitch
from visualizer.errors import SoundError
from visualizer.types import HOP, Hop

WAIT_S = 20.0


class Input:
    """An input whose hops all hold the same value."""

    state, device, problem, overflows = "running", "Line In", "", 3
    asked_for = "Line In"

    def __init__(self) -> None:
        self.asked_s: list[float] = []
        self.steps = 0

    def hops_until(self, time_s: float) -> Sequence[Hop]:
        self.asked_s.append(time_s)
        return [np.full((HOP, 2), -1.0, np.float32)]

    def next_device(self) -> None:
        self.steps += 1


class FakeSong:
    """A song whose hops hold the second that was asked for."""

    state, problem, overflows = "file", "", 0

    def __init__(self, path: Path) -> None:
        self.device = path.name
        self.at_s = 0.0
        self.finished = False
        self.closed_in = ""

    def position_s(self) -> float:
        return self.at_s

    def hops_until(self, position_s: float) -> Sequence[Hop]:
        return [np.full((HOP, 1), position_s, np.float32)]

    def close(self) -> None:
        self.closed_in += threading.current_thread().name


class Records:
    """Opens songs, and knows them all."""

    def __init__(self) -> None:
        self.songs: list[FakeSong] = []
        self.opened_in: set[str] = set()

    def open(self, path: Path) -> FakeSong:
        self.opened_in.add(threading.current_thread().name)
        if path.suffix == ".png":
            raise SoundError(f"{path.name} is not sound that can be decoded")
        self.songs.append(FakeSong(path))
        return self.songs[-1]


def settle(source_switch: SourceSwitch) -> None:
    """Until all that was handed to the thread is done."""
    done = threading.Event()
    source_switch.do(done.set)
    assert done.wait(WAIT_S)


def heard(source_switch: SourceSwitch, time_s: float = 100.0) -> float:
    (hop,) = source_switch.hops_until(time_s)
    return float(hop[0, 0])


@pytest.fixture
def records() -> Records:
    return Records()


@pytest.fixture
def line() -> Input:
    return Input()


@pytest.fixture
def source_switch(line: Input, records: Records) -> Iterator[SourceSwitch]:
    with SourceSwitch(line, None, records.open) as source_switch:
        yield source_switch


def test_without_a_song_the_input_is_heard(source_switch: SourceSwitch, line: Input) -> None:
    assert heard(source_switch, 1.5) == -1.0
    assert line.asked_s == [1.5]
    assert (source_switch.state, source_switch.device, source_switch.overflows) == (
        "running",
        "Line In",
        3,
    )
    assert not source_switch.finished
    source_switch.next_device()
    source_switch.next_device()
    assert line.steps == 2


def test_a_song_takes_over_between_two_frames_and_is_followed_by_its_own_time(
    source_switch: SourceSwitch, line: Input, records: Records
) -> None:
    source_switch.play(Path("night.flac"))
    settle(source_switch)
    # Whatever is asked before the next frame tells of what the last one heard.
    assert source_switch.device == "Line In"
    assert heard(source_switch) == 0.0
    records.songs[0].at_s = 2.5
    assert heard(source_switch, 103.0) == 2.5
    assert (source_switch.state, source_switch.device, source_switch.overflows) == (
        "file",
        "night.flac",
        0,
    )
    assert len(records.opened_in) == 1
    assert threading.current_thread().name not in records.opened_in
    # Nothing piles up meanwhile.
    assert line.asked_s == [100.0, 103.0]


def test_after_a_songs_end_the_input_is_heard_again(
    source_switch: SourceSwitch, records: Records, caplog: pytest.LogCaptureFixture
) -> None:
    source_switch.play(Path("night.flac"))
    settle(source_switch)
    assert heard(source_switch) == 0.0
    records.songs[0].finished = True
    with caplog.at_level(logging.INFO):
        assert heard(source_switch) == heard(source_switch) == -1.0
    assert caplog.messages == ["night.flac has ended: listening to Line In again"]
    assert not source_switch.finished
    settle(source_switch)
    assert records.songs[0].closed_in.startswith("song")


def test_the_next_device_after_a_song_is_the_input(
    source_switch: SourceSwitch, line: Input, records: Records
) -> None:
    source_switch.play(Path("night.flac"))
    settle(source_switch)
    assert heard(source_switch) == 0.0
    source_switch.next_device()
    assert heard(source_switch) == -1.0
    assert line.steps == 0
    settle(source_switch)
    assert records.songs[0].closed_in


def test_the_last_of_several_songs_is_heard_and_all_are_closed_once(
    line: Input, records: Records
) -> None:
    with SourceSwitch(line, None, records.open) as source_switch:
        for name in ("a.mp3", "b.mp3", "c.mp3"):
            source_switch.play(Path(name))
        settle(source_switch)
        heard(source_switch)
        assert source_switch.device == "c.mp3"
        source_switch.play(Path("d.mp3"))
    assert [len(song.closed_in.split("song")) - 1 for song in records.songs[:2]] == [1, 1]
    assert [song.closed_in for song in records.songs[2:]] == [threading.current_thread().name] * 2


def test_what_is_no_song_is_a_line_in_the_log_and_nothing_changes(
    source_switch: SourceSwitch, caplog: pytest.LogCaptureFixture
) -> None:
    source_switch.play(Path("photo.png"))
    settle(source_switch)
    assert heard(source_switch) == -1.0
    (message,) = caplog.messages
    assert message.startswith("song: photo.png is not sound that can be decoded")
    assert message.endswith("(a style's file would end in .safetensors)")


def test_a_show_without_an_input_follows_its_songs_and_ends_with_the_last(records: Records) -> None:
    first = FakeSong(Path("first.wav"))
    with SourceSwitch(None, first, records.open) as source_switch:
        first.at_s = 10.0
        assert (source_switch.position_s(), heard(source_switch)) == (10.0, 10.0)
        source_switch.next_device()
        assert source_switch.device == "first.wav"
        source_switch.play(Path("second.wav"))
        settle(source_switch)
        first.at_s = 11.0
        assert heard(source_switch) == 0.0
        # The show's time goes on from where the first song was left.
        assert source_switch.position_s() == 11.0
        records.songs[0].at_s = 0.5
        assert (source_switch.position_s(), heard(source_switch)) == (11.5, 0.5)
        first.finished = True
        ended = [source_switch.finished]
        records.songs[0].finished = True
        ended.append(source_switch.finished)
        assert ended == [False, True]
        assert heard(source_switch) == 0.5
