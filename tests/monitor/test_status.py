from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from tests.fakes import HandClock, make_frame
from visualizer.contracts import Frame
from visualizer.errors import ChladniError
from visualizer.monitor.frame_times import FrameTimes
from visualizer.monitor.latency import Latency, Percentiles
from visualizer.monitor.status import Status
from visualizer.types import Features

TIMES = FrameTimes(Fraction(1))


@dataclass
class Input:
    state: str = "running"
    device: str = "line-in"
    problem: str = ""
    overflows: int = 3


def frame(index: int, hops: tuple[Features, ...] = ()) -> Frame:
    return make_frame(index=index, fps=20, hops=hops, features=Features(level_db=-12.345))


def test_a_line_a_second_with_what_happened(tmp_path: Path) -> None:
    path, clock = tmp_path / "status.jsonl", HandClock()
    onset = Features(onset=True, strength=1.0)
    times = FrameTimes(Fraction(20), clock)
    with Status(path, Input(), times, clock, flashes_held=lambda: 7) as status:
        for index in range(61):
            seen = frame(index, (onset, Features(), onset) if index == 10 else ())
            times.see(seen)
            status.see(seen)
            # One frame takes four times its period: one late frame, no more.
            clock.now_s += 0.2 if index == 30 else 0.05
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(lines) == 3
    assert set(lines[0]) == {
        "time_s", "fps", "late_frames", "frames", "style", "audio_state", "device",
        "level_db", "onsets", "overflows", "flashes_held",
        "sound_to_picture_p50_ms", "sound_to_picture_p99_ms", "wait_p50_ms", "input_latency_ms",
    }  # fmt: skip
    assert [line["late_frames"] for line in lines] == [0, 1, 1]
    assert lines[0]["fps"] == pytest.approx(20, rel=0.06)
    assert lines[0]["onsets"] == 2
    assert lines[2]["frames"] == pytest.approx(59, abs=3)
    assert lines[0]["device"] == "line-in"
    assert lines[0]["audio_state"] == "running"
    assert lines[0]["overflows"] == 3
    assert lines[0]["level_db"] == -12.35
    assert [line["flashes_held"] for line in lines] == [7, 7, 7]
    assert lines[0]["sound_to_picture_p50_ms"] is None
    assert [line["time_s"] for line in lines] == pytest.approx([1, 2, 3], abs=0.2)


def test_a_line_tells_how_old_the_sound_in_the_picture_is(tmp_path: Path) -> None:
    path, clock = tmp_path / "status.jsonl", HandClock()
    stages = [Percentiles(ms, 2.0 * ms) for ms in (4.0, 1.0, 2.0, 8.0, 15.125, 26.0)]
    latencies = iter((None, Latency(None, *stages), Latency(10.6667, *stages)))
    with Status(path, Input(), TIMES, clock, lambda: next(latencies)) as status:
        for index in range(4):
            status.see(frame(index))
            clock.now_s += 1.0
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    names = "sound_to_picture_p50_ms", "sound_to_picture_p99_ms", "wait_p50_ms", "input_latency_ms"
    assert [[line[name] for name in names] for line in lines] == [
        [None, None, None, None],
        [15.12, 30.25, 4.0, None],
        [15.12, 30.25, 4.0, 10.67],
    ]


def test_a_file_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    status = Status(tmp_path / "none" / "s.jsonl", Input(), TIMES)
    with pytest.raises(ChladniError, match="cannot be written"):
        status.__enter__()


def test_a_full_disk_ends_the_lines_and_not_the_show(caplog: pytest.LogCaptureFixture) -> None:
    clock = HandClock()
    with Status(Path("/dev/full"), Input(), TIMES, clock) as status:
        for index in range(5):
            status.see(frame(index))
            clock.now_s += 1.0
    assert caplog.text.count("is given up") == 1
