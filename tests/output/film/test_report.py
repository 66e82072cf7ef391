"""The shares of a film's time, by a clock that is moved by hand."""

from __future__ import annotations

import pytest

from tests.fakes import HandClock, blank_picture
from tests.swscale import SwscaleTap
from visualizer.contracts import Picture, Scene
from visualizer.output.film.report import TimedRenderer, film_timing
from visualizer.types import GpuTime

FRAMES = 10
CALL_S = 0.001
ENCODE_S = 0.020


class Gpu:
    """Its drawing calls take CALL_S; how long it drew itself is known one draw later."""

    name = "a GPU"

    def __init__(self, clock: HandClock, drawing_ms: float | None) -> None:
        self.gpu_time: GpuTime | None = None
        self._clock = clock
        self._drawing_ms = drawing_ms
        self._draws = 0

    def draw(self, _scene: Scene) -> Picture:
        if self._draws and self._drawing_ms is not None:
            self.gpu_time = GpuTime(self._draws - 1, 0.9 * self._drawing_ms, 0.1 * self._drawing_ms)
        self._draws += 1
        self._clock.now_s += CALL_S
        return blank_picture()


class SpentTap(SwscaleTap):
    """In which the loop has spent some seconds."""

    def __init__(self, waited_s: float, copied_s: float) -> None:
        self.waited_s = waited_s
        self.copied_s = copied_s


def shares(
    drawing_ms: float | None, tap: SpentTap, other_s: float = 0.0, hash_s: float = 0.0
) -> dict[str, float]:
    """Milliseconds a frame, and the share beside, of a film that waited 20 ms for its encoder."""
    clock = HandClock()
    gpu = Gpu(clock, drawing_ms)
    renderer = TimedRenderer(gpu, gpu.name, lambda: gpu.gpu_time, clock)
    assert renderer.elapsed_s() == 0.0
    for _ in range(FRAMES):
        renderer.draw(Scene(()))
    clock.now_s += ENCODE_S + tap.waited_s + tap.copied_s + other_s + hash_s
    timing = film_timing(renderer, tap, FRAMES, ENCODE_S, hash_s)
    each = timing["per_frame_ms"]
    assert {
        name: 1e3 * s / FRAMES for name, s in timing["timing_s"].items()
    }.items() <= each.items()
    return {**each, "beside": timing["overhead_share"]}


def test_waiting_is_drawing_as_long_as_the_gpu_says_that_it_drew() -> None:
    # 1 ms in calls and 13 ms of waiting, while the GPU drew for 10 and converted for 4.
    each = shares(10.0, SpentTap(0.130, 0.010), other_s=0.040)
    assert each == pytest.approx(
        {"total": 21, "network": 10, "readback": 5, "encode": 2, "other": 4, "hash": 0}
        | {"beside": 9 / 21}
    )


def test_drawing_that_nobody_waited_for_is_not_counted_twice() -> None:
    # The GPU drew for 10 ms, 6 of them while the loop did something else.
    each = shares(10.0, SpentTap(0.030, 0.010), other_s=0.060)
    assert each == pytest.approx(
        {"total": 13, "network": 4, "readback": 1, "encode": 2, "other": 6, "hash": 0}
        | {"beside": 7 / 13}
    )


@pytest.mark.parametrize("drawing_ms", [None, 0.0])
def test_without_a_clock_on_the_gpu_all_waiting_is_drawing(drawing_ms: float | None) -> None:
    each = shares(drawing_ms, SpentTap(0.130, 0.010))
    assert (each["network"], each["readback"]) == pytest.approx((14.0, 1.0))


def test_the_hash_counts_as_if_it_were_not_there() -> None:
    tap = SpentTap(0.130, 0.010)
    with_hash, without = (shares(10.0, tap, 0.040, hash_s) for hash_s in (0.050, 0.0))
    assert with_hash["hash"] == pytest.approx(5.0)
    assert with_hash["beside"] == pytest.approx(without["beside"])
