"""The limit on shows of one colour, judged by the analyser, which shares no code with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flash_attacks import PLAIN, one_colour
from visualizer.contracts import Scene, ScenePart
from visualizer.monitor.flash_analyzer import FlashAnalyzer
from visualizer.show.flashes.limit import DIM, RELEASE_S, FlashLimit
from visualizer.types import Modulation, Tick

REST = Modulation(np.zeros(3, np.float32))
WHITE = one_colour("white", 1.0, 1.0, 1.0)
RED = one_colour("red", 1.0, 0.0, 0.0)
FPS = 60.0


def scene(dimmer: float, hue: float = 0.0) -> Scene:
    return Scene((ScenePart(RED if hue else WHITE, REST, 1.0),), dimmer, hue=hue)


def shown(dimmers: Sequence[float], fps: float = FPS) -> list[float]:
    """What the limit makes of a white picture's dimmer, frame by frame."""
    limit = FlashLimit(lambda: 16 / 9)
    ticks = (Tick(k, k / fps, 1.0 / fps) for k in range(len(dimmers)))
    return [
        limit.step(scene(dimmer), tick).dimmer for dimmer, tick in zip(dimmers, ticks, strict=True)
    ]


def flashes(dimmers: Sequence[float], fps: float = FPS) -> int:
    """In the worst second of a white picture with these dimmers, after a moment in the dark."""
    analyzer = FlashAnalyzer()
    analyzer.see(np.zeros((2, 2, 3), np.uint8), -1.0 / fps)
    for index, dimmer in enumerate(dimmers):
        light = 1.055 * max(dimmer, 0.0031308) ** (1 / 2.4) - 0.055
        level = round(255.0 * (12.92 * dimmer if dimmer < 0.0031308 else light))
        analyzer.see(np.full((2, 2, 3), level, np.uint8), index / fps)
    return analyzer.general.flashes


def strobe(rate_hz: float, length_s: float, fps: float = FPS) -> list[float]:
    return [float(k / fps * rate_hz % 1.0 < 0.5) for k in range(round(fps * length_s))]


@pytest.mark.parametrize("fps", [24.0, 30.0, 60.0])
@pytest.mark.parametrize("rate_hz", [4.0, 5.0, 8.0, 12.0])
def test_a_strobe_is_held_to_three_flashes_a_second(rate_hz: float, fps: float) -> None:
    wanted = strobe(rate_hz, 4.0, fps)
    assert flashes(wanted, fps) > 3
    assert 1 <= flashes(shown(wanted, fps), fps) <= 3


@pytest.mark.parametrize("rate_hz", [0.5, 1.0, 2.0])
def test_what_does_not_flash_too_often_is_left_alone(rate_hz: float) -> None:
    wanted = strobe(rate_hz, 4.0)
    assert shown(wanted) == wanted


@pytest.mark.slow
def test_kicks_at_128_a_minute_are_left_alone() -> None:
    kick_s = 60.0 / 128.0
    wanted = [0.2 + 0.8 * np.exp(-(k / FPS % kick_s) / 0.1) for k in range(600)]
    assert flashes(wanted) == 3
    assert shown(wanted) == wanted


def test_a_scene_that_is_not_dimmed_is_handed_on_as_it_is() -> None:
    limit, still = FlashLimit(lambda: 1.0), scene(1.0)
    assert limit.step(still, Tick(0, 0.0, 0.0)) is still
    assert (limit.holding, limit.held) == (False, 0)


def test_the_bright_phases_are_held_down_and_the_light_glides_back() -> None:
    wanted = strobe(10.0, 3.0) + [1.0] * 180
    got = np.array(shown(wanted))
    assert (got <= np.array(wanted)).all()
    # The first flashes pass; from then on what is left of them is none.
    assert got[:3].max() == 1.0
    assert got[60:180].max() < 0.1
    # A second of rest, then one of rising, evenly to the eye and never in a step.
    back = np.flatnonzero(got[180:] == 1.0)[0] / FPS
    assert 1.0 < back < 1.0 + RELEASE_S + 0.1
    assert np.diff(got[180:] ** (1 / 2.2)).max() < 1.5 / FPS / RELEASE_S
    assert (got[180 + round(back * FPS) :] == 1.0).all()


def test_going_black_is_always_allowed_at_once() -> None:
    rng = np.random.default_rng(3)
    wanted = [float(rng.uniform() * (rng.uniform() < 0.6)) for _ in range(600)]
    got = shown(wanted)
    assert all(a == 0.0 for a, b in zip(got, wanted, strict=True) if b == 0.0)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.0, 1.0), st.integers(1, 12)), min_size=10, max_size=40),
    st.sampled_from([24.0, 30.0, 60.0]),
)
def test_no_hand_on_the_dimmer_gets_a_fourth_flash(
    moves: list[tuple[float, int]], fps: float
) -> None:
    wanted = [dimmer for dimmer, frames in moves for _ in range(frames)]
    got = shown(wanted, fps)
    assert flashes(got, fps) <= 3
    assert all(0.0 <= a <= b for a, b in zip(got, wanted, strict=True))


def test_what_is_held_for_long_is_dim_and_not_black() -> None:
    # Cuts between these, thirty a second, leave no room for a dimmer of more than .03.
    colours = ((0.7, 0.66, 0.07), (0.7, 0.32, 0.45), (0.98, 0.06, 0.18))
    styles = [one_colour(name, *colour) for name, colour in zip("abc", colours, strict=True)]
    limit, dimmers = FlashLimit(lambda: 16 / 9), []
    for k in range(60):
        cut = Scene((ScenePart(styles[k % 3], REST, 1.0),))
        dimmers.append(limit.step(cut, Tick(k, k / 30.0, 1.0 / 30.0)).dimmer)
    assert 0.0 < min(dimmers) < DIM
    assert dimmers[-1] == DIM


def test_red_that_comes_and_goes_is_held_by_its_own_measure() -> None:
    limit, analyzer = FlashLimit(lambda: 1.0), FlashAnalyzer()
    for k in range(240):
        # A dark red: its luminance alone would never be a flash.
        dimmer = 0.3 * (k // 4 % 2)
        got = limit.step(Scene((ScenePart(RED, REST, 1.0),), dimmer), Tick(k, k / FPS, 1 / FPS))
        level = round(255.0 * (1.055 * max(got.dimmer, 0.0031308) ** (1 / 2.4) - 0.055))
        analyzer.see(np.full((2, 2, 3), (level, 0, 0), np.uint8), k / FPS)
    assert limit.held > 150
    assert analyzer.red.flashes <= 3


def halves(turn: float) -> Scene:
    """Black on one side and white on the other; half a turn swaps them."""
    tensors = {name: np.zeros_like(tensor) for name, tensor in WHITE.tensors.items()}
    for layer in range(PLAIN.depth + 1):
        # From x through one neuron a layer to all three colours.
        tensors[f"layers.{layer}.weight"][:, 0] = 40.0
    style = replace(WHITE, name="halves", tensors=tensors)
    return Scene((ScenePart(style, replace(REST, turn=turn), 1.0),))


def test_halves_in_opposition_are_held_though_their_mean_stands_still() -> None:
    limit = FlashLimit(lambda: 16 / 9)
    for k in range(120):
        limit.step(halves(0.5 * (k // 4 % 2)), Tick(k, k / FPS, 1 / FPS))
    assert limit.held > 60


def test_the_same_scenes_are_dimmed_alike_whoever_looks() -> None:
    wanted = strobe(9.0, 2.0)
    assert shown(wanted) == shown(wanted)
