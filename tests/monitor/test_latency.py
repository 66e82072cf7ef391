from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import blank_picture, make_frame
from visualizer.contracts import Frame, Picture
from visualizer.monitor.latency import (
    SPAN_S,
    Latency,
    LatencyMeter,
    Percentiles,
    TimedSink,
    TimedSource,
)
from visualizer.types import HOP, Arrival, Hop

FRAME = make_frame()
HOPS = [np.zeros((HOP, 1), np.float32)] * 3


class Stage:
    """A loop of parts that take known times: a source and a sink, and the clock they share."""

    def __init__(self, input_latency_s: float | None = None) -> None:
        self.now_s = 100.0
        self.swap_s = 0.0
        self.wanted = True
        self._input_latency_s = input_latency_s
        self._arrival: Arrival | None = None
        self.latency_meter = LatencyMeter(lambda: self.now_s)
        self._source = TimedSource(self, lambda: self._arrival, self.latency_meter)
        self._sink = TimedSink(self, self.latency_meter)

    def hops_until(self, _time_s: float) -> Sequence[Hop]:
        return HOPS

    def wants(self, _frame: Frame) -> bool:
        return self.wanted

    def show(self, _picture: Picture, _frame: Frame) -> None:
        self.now_s += self.swap_s

    def frame(self, stages_ms: Sequence[float], *, older_ms: float = 0.0) -> None:
        """A frame whose newest hop waits, is analysed, drawn and swapped so long."""
        wait_s, analysis_s, drawing_s, self.swap_s = (ms / 1e3 for ms in stages_ms)
        newest_s = self.now_s - wait_s
        self._arrival = Arrival(newest_s - older_ms / 1e3, newest_s, self._input_latency_s)
        self._play(analysis_s, drawing_s)

    def silent_frame(self) -> None:
        self._arrival = None
        self._play(0.001, 0.001)

    def latency(self) -> Latency:
        latency = self.latency_meter.snapshot()
        assert latency is not None
        return latency

    def _play(self, analysis_s: float, drawing_s: float) -> None:
        assert self._source.hops_until(0.0) is HOPS
        self.now_s += analysis_s
        self.latency_meter.see(FRAME)
        self.now_s += drawing_s
        if self._sink.wants(FRAME):
            self._sink.show(blank_picture(), FRAME)


def check(percentiles: Percentiles, p50_ms: float, p99_ms: float) -> None:
    assert astuple(percentiles) == pytest.approx((p50_ms, p99_ms))


def test_every_stage_is_told_apart_and_they_add_up_to_the_total() -> None:
    stage = Stage(input_latency_s=0.0107)
    for _ in range(20):
        stage.frame((4, 1, 2, 8), older_ms=11)
    latency = stage.latency()
    check(latency.wait, 4, 4)
    check(latency.analysis, 1, 1)
    check(latency.drawing, 2, 2)
    check(latency.swap, 8, 8)
    check(latency.total, 15, 15)
    check(latency.oldest, 26, 26)
    assert latency.input_ms == pytest.approx(10.7)


@given(st.permutations(range(101)))
def test_percentiles_are_those_of_the_frames_in_any_order(waits_ms: list[int]) -> None:
    stage = Stage()
    for wait_ms in waits_ms:
        stage.frame((wait_ms, 1, 1, 3))
    latency = stage.latency()
    check(latency.wait, 50, 99)
    check(latency.total, 55, 104)
    check(latency.swap, 3, 3)
    assert latency.input_ms is None


def test_frames_without_new_sound_or_that_nobody_sees_are_not_measured() -> None:
    stage = Stage()
    assert stage.latency_meter.snapshot() is None
    stage.silent_frame()
    stage.wanted = False
    stage.frame((50, 50, 50, 50))
    assert stage.latency_meter.snapshot() is None
    stage.wanted = True
    stage.frame((1, 1, 1, 1))
    stage.silent_frame()
    check(stage.latency().total, 4, 4)


def test_only_the_last_seconds_count_at_any_frame_rate() -> None:
    for period_ms in (1.0, 16.0, 100.0):
        stage = Stage()
        for total_ms in (400.0, 40.0):
            end_s = stage.now_s + SPAN_S
            while stage.now_s < end_s:
                # The wait lies before the frame: it takes no time of the loop's own.
                stage.frame((total_ms - period_ms, 0, 0, period_ms))
        assert stage.latency().total.p50_ms == pytest.approx(40.0)
        stage.now_s += SPAN_S
        assert stage.latency_meter.snapshot() is None
