"""How long sound takes to become a picture, stage by stage.

The way of a frame: its sound arrives in the capture process and waits until the frame begins
(the *wait*), is read, analysed, drawn, and swapped onto the screen. Measured from the moment a
whole hop is ours to the moment the window's swap returns: what the sound card held back before,
and what the display adds after, nobody here can see.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from visualizer.contracts import Frame, Picture, Sink, Source
from visualizer.types import Arrival, Hop

SPAN_S = 10.0
"""So far back the figures look: 600 frames at 60 a second, six of them slower than the p99."""
_KEPT = 2400
"""Frames: the span's at 240 a second."""

_OLDEST, _NEWEST, _READ, _ANALYSED, _DRAWN, _SHOWN = range(6)


@dataclass(frozen=True, slots=True)
class Percentiles:
    """What half of the frames, and what 99 of 100, stayed below."""

    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Latency:
    """The times of the last ``SPAN_S`` seconds' frames.

    input_ms: what lies before all this, by PortAudio's own word; None where it says nothing.
    The stages, one after the other: wait (a frame's newest hop lies in the ring until the frame
    begins), analysis, drawing (until it is handed to the GPU), swap (until the window has it).
    total: all four, from that hop's arrival to the swap. oldest: the same for the frame's oldest
    hop, which came just too late for the frame before.
    """

    input_ms: float | None
    wait: Percentiles
    analysis: Percentiles
    drawing: Percentiles
    swap: Percentiles
    total: Percentiles
    oldest: Percentiles


class LatencyMeter:
    """An observer that keeps the times of every frame that brings new sound.

    now_s: the clock of the arrivals; tests bring their own.
    """

    def __init__(self, now_s: Callable[[], float] = time.perf_counter) -> None:
        self._now_s = now_s
        self._times_s = np.full((_KEPT, 6), -np.inf)
        self._frames = 0
        self._marks_s = np.zeros(6)
        self._brings_sound = False
        self._input_latency_s: float | None = None

    def heard(self, arrival: Arrival | None) -> None:
        """The frame's hops were read just now; None if there were none, or only silence."""
        self._brings_sound = arrival is not None
        if arrival is not None:
            self._input_latency_s = arrival.input_latency_s
            self._marks_s[: _READ + 1] = arrival.oldest_s, arrival.newest_s, self._now_s()

    def see(self, frame: Frame) -> None:  # noqa: ARG002 - an observer's interface
        """The frame's hops are analysed."""
        self._marks_s[_ANALYSED] = self._now_s()

    def drawn(self) -> None:
        """The picture was handed to the GPU."""
        self._marks_s[_DRAWN] = self._now_s()

    def shown(self) -> None:
        """The window's swap has returned."""
        if self._brings_sound:
            self._marks_s[_SHOWN] = self._now_s()
            self._times_s[self._frames % _KEPT] = self._marks_s
            self._frames += 1

    def snapshot(self) -> Latency | None:
        """The figures of now; None where no frame of the last seconds brought sound."""
        times_s = self._times_s[self._times_s[:, _SHOWN] > self._now_s() - SPAN_S]
        if not len(times_s):
            return None
        stages_s = np.diff(times_s[:, _NEWEST:])
        totals_s = times_s[:, [_SHOWN]] - times_s[:, [_NEWEST, _OLDEST]]
        percentiles_ms = 1e3 * np.percentile(np.hstack((stages_s, totals_s)), (50, 99), axis=0)
        input_s = self._input_latency_s
        return Latency(
            None if input_s is None else 1e3 * input_s,
            *(Percentiles(*pair) for pair in percentiles_ms.T.tolist()),
        )


class TimedSource:
    """Tells a latency meter when the hops of a frame were read. arrival: of those read last."""

    def __init__(
        self, source: Source, arrival: Callable[[], Arrival | None], latency_meter: LatencyMeter
    ) -> None:
        self._source = source
        self._arrival = arrival
        self._latency_meter = latency_meter

    def hops_until(self, time_s: float) -> Sequence[Hop]:
        """Hand through the hops that are due."""
        hops = self._source.hops_until(time_s)
        self._latency_meter.heard(self._arrival())
        return hops


class TimedSink:
    """Tells a latency meter when a picture came to a sink, and when the sink was done with it."""

    def __init__(self, sink: Sink, latency_meter: LatencyMeter) -> None:
        self._sink = sink
        self._latency_meter = latency_meter

    def wants(self, frame: Frame) -> bool:
        """Whether the sink needs this frame's picture."""
        return self._sink.wants(frame)

    def show(self, picture: Picture, frame: Frame) -> None:
        """Give it the picture."""
        self._latency_meter.drawn()
        self._sink.show(picture, frame)
        self._latency_meter.shown()
