"""The scale's controller, on a simulated GPU and clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualizer.render.scale_controller import LADDER, PATIENCE, SHARE, Autoscale, Measured
from visualizer.types import LATE

PERIOD_MS = 1000.0 / 60.0
FLOP = 1e10
"""Of a frame at scale 1."""


@dataclass
class Gpu:
    """Draws ``speed(frame)`` flop a millisecond; its measures come ``delay`` frames late.

    other_ms: of all but the networks. noise: of the speed, as a share.
    """

    speed: Callable[[int], float]
    delay: int = 2
    other_ms: float = 1.0
    noise: float = 0.0
    stall: Callable[[int], float] = lambda _frame: 0.0
    scales: list[float] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)

    def play(
        self,
        frames: int,
        flop: Callable[[int], float] = lambda _: FLOP,
        floor: float = LADDER[-1],
    ) -> None:
        scaler = Autoscale(PERIOD_MS)
        random = np.random.Generator(np.random.PCG64(1))
        under_way: deque[Measured] = deque()
        for frame in range(frames):
            while under_way and under_way[0].number <= frame - 1 - self.delay:
                scaler.note(under_way.popleft())
            if frame:
                work = under_way[-1].flop if under_way else 0.0
                scaler.note_late(frame - 1, work, max(PERIOD_MS, self.took_ms[-1]))
            scale = scaler.choose(flop(frame), floor)
            noise = 1.0 + self.noise * random.uniform(-1.0, 1.0)
            network_ms = flop(frame) * scale**2 / (self.speed(frame) * noise)
            under_way.append(Measured(frame, flop(frame) * scale**2, network_ms, self.other_ms))
            self.scales.append(scale)
            self.took_ms.append(network_ms + self.other_ms + self.stall(frame))

    @property
    def late(self) -> list[int]:
        return [n for n, took_ms in enumerate(self.took_ms) if took_ms > LATE * PERIOD_MS]

    @property
    def changes(self) -> int:
        return int(np.count_nonzero(np.diff(self.scales)))


def enough_for(scale: float) -> float:
    """The speed at which a frame at ``scale`` takes all the time that drawing may take."""
    return FLOP * scale**2 / (SHARE * PERIOD_MS - 1.0)


def test_it_settles_on_the_largest_scale_that_fits() -> None:
    for scale in (1.0, 0.7, 0.35, 0.2):
        gpu = Gpu(lambda _, scale=scale: enough_for(scale * 1.001))  # type: ignore[misc] # bound now
        gpu.play(2000)
        expected = max(step for step in LADDER if step <= scale)
        assert gpu.scales[-1] == pytest.approx(expected)
        assert max(gpu.took_ms[10:]) <= SHARE * PERIOD_MS + 1e-6


@pytest.mark.parametrize("delay", [1, 2, 3])
@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_a_threefold_load_costs_two_late_frames_at_most(delay: int, noise: float) -> None:
    gpu = Gpu(lambda n: enough_for(0.9) / (3.0 if n >= 500 else 1.0), delay, noise=noise)
    gpu.play(2000)
    assert len([n for n in gpu.late if n >= 400]) <= 2
    assert gpu.scales[-1] == pytest.approx(0.9 / 3**0.5, rel=0.25)


def test_a_load_that_is_known_beforehand_makes_no_frame_late() -> None:
    # A fade draws two layers, then a style of four times the work cuts in.
    def flop(frame: int) -> float:
        return FLOP * (2.0 if 300 <= frame < 420 else 4.0 if frame >= 420 else 1.0)

    gpu = Gpu(lambda _: enough_for(0.8), noise=0.1)
    gpu.play(1000, flop)
    assert [n for n in gpu.late if n > 10] == []
    assert gpu.scales[299] == gpu.scales[250] > gpu.scales[350] > gpu.scales[500]


def test_it_comes_back_up_when_the_load_goes() -> None:
    gpu = Gpu(lambda n: enough_for(0.9) / (3.0 if 500 <= n < 900 else 1.0))
    gpu.play(900 + 8 * PATIENCE)
    assert gpu.scales[700] < 0.65 * gpu.scales[499]
    # Less than a step's worth of speed is not worth a change.
    assert LADDER.index(gpu.scales[-1]) - LADDER.index(gpu.scales[499]) in {0, 1}


def test_noise_makes_it_neither_swing_nor_late() -> None:
    gpu = Gpu(lambda _: enough_for(0.6), noise=0.1)
    gpu.play(10_000)
    assert gpu.changes <= 6
    assert [n for n in gpu.late if n > 10] == []


def test_a_gpu_that_changes_its_mind_is_trusted_less_each_time() -> None:
    # Three seconds fast, one slow, over and over: two late frames each time would be 200.
    gpu = Gpu(lambda n: enough_for(0.9) / (2.5 if n % 240 >= 180 else 1.0))
    gpu.play(24_000)
    assert len(gpu.late) < 60


def test_a_stall_of_the_machine_is_forgiven_at_once() -> None:
    gpu = Gpu(lambda _: enough_for(0.8), stall=lambda n: 2000.0 if n == 500 else 0.0)
    gpu.play(600)
    assert gpu.scales[510] == gpu.scales[499]


def test_no_style_is_drawn_below_its_floor_as_long_as_half_the_rate_is_kept() -> None:
    gpu = Gpu(lambda _: enough_for(0.3))
    gpu.play(300, floor=0.4)
    assert set(gpu.scales[10:]) == {0.4}
    slow = Gpu(lambda _: enough_for(0.15))
    slow.play(300, floor=0.9)
    assert max(slow.took_ms[10:]) <= 2.0 * PERIOD_MS
    assert 0.15 < slow.scales[-1] < 0.9


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.floats(0.0, 1e14),
            st.floats(allow_nan=True, allow_infinity=True),
            st.floats(allow_nan=True, allow_infinity=True),
            st.integers(-5, 400),
            st.floats(0.1, 1.0),
        ),
        max_size=60,
    )
)
def test_whatever_is_measured_the_scale_is_one_that_can_be_drawn(
    frames: list[tuple[float, float, float, int, float]],
) -> None:
    scaler = Autoscale(PERIOD_MS)
    for flop, network_ms, other_ms, number, floor in frames:
        scaler.note(Measured(number, flop, network_ms, other_ms))
        scaler.note_late(number, flop, network_ms)
        assert LADDER[-1] <= scaler.choose(flop, floor) <= 1.0
