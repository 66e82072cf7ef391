"""Features become z and the view: in closed form, bounded, never still, never jumping."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualizer.show.modulation import (
    Z_LIMIT,
    Modulator,
    drift,
    place_centroid,
    soften,
    squash_flux,
)
from visualizer.style.procedural.seeds import seed_style
from visualizer.style.routes import STANDARD_ROUTES, Z_NAMES
from visualizer.style.style import SOUND_SOURCES, SOURCES, Route, Style, View
from visualizer.types import BANDS, MAX_STEP_S, Beat, Features, Modulation

SEED = seed_style(1)
SETTLED_S = MAX_STEP_S
"""Ten attack times: a rise is complete to 5e-5."""
LOUD = Features(
    level=0.6,
    bands=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
    pulse=0.9,
    flux=0.17,
    centroid_hz=1000.0,
)
ON_THE_BEAT = Beat(phase=0.125, bpm=None, trust=1.0)
EXPECTED = {
    **{name: (0.1 * (i + 1)) ** 2 for i, name in enumerate(SOURCES[:BANDS])},
    "level": 0.6,
    "pulse": 0.9,
    "flux": 0.5,
    "centroid": 0.5,
    "beat_sin": math.sqrt(0.5),
    "beat_cos": math.sqrt(0.5),
}


def with_routes(*routes: Route, view: View | None = None) -> Style:
    return replace(SEED, routes=routes, view=view or View())


def settle(modulator: Modulator, features: Features, beat: Beat, scale: float) -> Modulation:
    for _ in range(40):
        modulation = modulator.step(features, beat, SETTLED_S, scale)
    return modulation


@pytest.mark.parametrize("source", SOUND_SOURCES)
def test_each_sound_source_reaches_its_target_times_gain_and_audio_scale(source: str) -> None:
    style = with_routes(Route("mid", source, 0.5), Route("high", source, -0.25))
    z = settle(Modulator(style), LOUD, ON_THE_BEAT, 0.20).z
    expected = np.zeros(len(Z_NAMES))
    expected[1], expected[2] = EXPECTED[source], -0.5 * EXPECTED[source]
    assert z == pytest.approx(expected, abs=2e-4)


def test_drift_sources_ignore_the_audio_scale_and_follow_the_clock() -> None:
    style = with_routes(*(Route(name, name, 1.0) for name in Z_NAMES[7:]))
    for scale in (0.0, 0.1, 1.0):
        modulator = Modulator(style, start_s=100.0)
        modulator.step(LOUD, ON_THE_BEAT, 0.1, scale)
        z = modulator.step(LOUD, ON_THE_BEAT, 0.1, scale).z
        assert z[7:] == pytest.approx(drift(100.2), abs=1e-6)


def test_routes_to_one_target_add_up() -> None:
    style = with_routes(Route("bass", "level", 0.5), Route("bass", "pulse", 0.5))
    assert settle(Modulator(style), LOUD, Beat(), 0.1).z[0] == pytest.approx(0.75, abs=1e-3)


def test_view_routes_add_octaves_turns_and_half_heights_to_the_view_at_rest() -> None:
    style = with_routes(
        Route("zoom", "level", 0.5),
        Route("turn", "level", 0.1),
        Route("shift_x", "level", 0.2),
        Route("shift_y", "level", -0.3),
        view=View(1.5, 0.25, (0.1, 0.2)),
    )
    modulation = settle(Modulator(style), LOUD, Beat(), 0.1)
    assert modulation.zoom == pytest.approx(1.5 * 2.0**0.3, abs=1e-3)
    assert modulation.turn == pytest.approx(0.31, abs=1e-3)
    assert modulation.shift == pytest.approx((0.22, 0.02), abs=1e-3)


def test_audio_scale_0_leaves_only_the_drift() -> None:
    loud, silent = Modulator(SEED), Modulator(SEED)
    for _ in range(20):
        a = loud.step(LOUD, ON_THE_BEAT, 1 / 60, 0.0)
        b = silent.step(Features(), Beat(), 1 / 60, 0.0)
    assert np.array_equal(a.z, b.z)
    assert (a.zoom, a.turn, a.shift) == (b.zoom, b.turn, b.shift)
    assert not a.z[:7].any()
    assert a.z[7:].any()


def test_an_onset_raises_z_within_a_frame_and_then_decays() -> None:
    modulator = Modulator(with_routes(Route("onset", "pulse", 1.0)))
    heights = [
        float(modulator.step(Features(pulse=0.9**n), Beat(), 1 / 60, 0.1).z[4]) for n in range(40)
    ]
    top = int(np.argmax(heights))
    assert heights[0] > 0.4
    assert 1 <= top <= 4
    assert max(np.diff(heights, prepend=0.0)) < 0.6
    assert all(b < a for a, b in zip(heights[top:], heights[top + 1 :], strict=False))


def test_the_beat_turns_with_its_phase_as_large_as_its_trust() -> None:
    modulator = Modulator(SEED)
    for phase, trust in ((0.0, 1.0), (0.25, 0.5), (0.6, 0.0)):
        z = modulator.step(Features(), Beat(phase, 120.0, trust), 1 / 60, 0.1).z
        angle = 2.0 * math.pi * phase
        assert z[5:7] == pytest.approx([trust * math.sin(angle), trust * math.cos(angle)], abs=1e-6)


def test_a_stall_moves_on_no_further_than_a_slow_drift() -> None:
    modulator = Modulator(SEED)
    before = modulator.step(Features(), Beat(), 1 / 60, 0.1)
    after = modulator.step(Features(), Beat(), 2.0, 0.1)
    assert np.abs(after.z - before.z).max() < 0.15
    assert abs(after.turn - before.turn) < 0.01


def test_the_drift_is_the_same_at_any_frame_rate() -> None:
    slow, fast = Modulator(SEED), Modulator(SEED)
    for _ in range(30):
        a = slow.step(Features(), Beat(), 1 / 30, 0.1)
        for _ in range(2):
            b = fast.step(Features(), Beat(), 1 / 60, 0.1)
    assert a.z == pytest.approx(b.z, abs=1e-6)


def test_the_drift_never_stands_still() -> None:
    path = np.array([drift(0.1 * n) for n in range(36_000)])
    speed = np.linalg.norm(np.diff(path, axis=0), axis=1) / 0.1
    assert speed.min() > 0.01
    assert speed.max() < 0.6


def test_no_half_minute_of_the_drift_come_again_within_an_hour() -> None:
    path = np.array([drift(2.0 * n) for n in range(1_800)])
    window = 15
    starts = len(path) - window
    worst = np.zeros((starts, starts))
    for k in range(window):
        part = path[k : k + starts]
        square = 4.0 - 2.0 * part @ part.T  # |a - b|² of points on two unit circles
        np.maximum(worst, square, out=worst)
    apart = np.abs(np.subtract.outer(np.arange(starts), np.arange(starts))) >= window
    # Measured 11 degrees, 6 for ten seconds: near meetings, soon parted by the wandering speeds.
    assert math.sqrt(worst[apart].min()) > math.radians(8.0)


NUMBERS = st.floats(width=64) | st.sampled_from([math.nan, math.inf, -math.inf, 1e300])


@settings(max_examples=150, deadline=None)
@given(
    bands=st.tuples(*[NUMBERS] * BANDS),
    rest=st.tuples(*[NUMBERS] * 7),
    bpm=st.none() | NUMBERS,
    dt_s=NUMBERS,
    scale=NUMBERS,
    gain=st.floats(-100.0, 100.0),
)
def test_whatever_comes_in_what_goes_out_is_bounded(
    bands: tuple[float, ...],
    rest: tuple[float, ...],
    bpm: float | None,
    dt_s: float,
    scale: float,
    gain: float,
) -> None:
    level, flux, centroid, pulse, strength, phase, trust = rest
    features = Features(
        level=level, bands=bands, flux=flux, centroid_hz=centroid, pulse=pulse, strength=strength
    )
    targets = (*Z_NAMES, "zoom", "turn", "shift_x", "shift_y")
    routes = [Route(target, source, gain) for target in targets for source in SOURCES[4:18]]
    modulator = Modulator(with_routes(*routes))
    for heard in (features, Features(), features):
        modulation = modulator.step(heard, Beat(phase, bpm, trust), dt_s, scale)
        assert np.abs(modulation.z).max() <= Z_LIMIT
        assert 0.5 <= modulation.zoom <= 2.0
        assert abs(modulation.turn) <= 0.5
        assert max(map(abs, modulation.shift)) <= 1.0


def test_soften_leaves_small_values_alone_and_grows_smoothly_to_its_limit() -> None:
    x = np.linspace(-9.0, 9.0, 3_601)
    y = soften(x, 1.5, 3.0)
    inside = np.abs(x) <= 1.5
    assert np.array_equal(y[inside], x[inside])
    assert (np.diff(y) > 0).all()
    assert np.diff(y).max() <= 0.005 + 1e-9
    assert np.abs(y).max() < 3.0


def test_flux_and_centroid_scales() -> None:
    assert [squash_flux(x) for x in (0.0, 0.17, 0.51)] == pytest.approx([0.0, 0.5, 0.75])
    assert [place_centroid(x) for x in (0.0, 100.0, 1000.0, 1e4, 2e4)] == pytest.approx(
        [0.0, 0.0, 0.5, 1.0, 1.0]
    )


def test_standard_routes_fill_every_standard_entry() -> None:
    assert {route.target for route in STANDARD_ROUTES} == set(Z_NAMES)
