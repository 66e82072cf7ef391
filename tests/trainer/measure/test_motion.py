from __future__ import annotations

import math
from dataclasses import asdict, replace

import numpy as np
import pytest

from tests.styles import random_style
from trainer.measure.look import contrast, measure_look, saturated
from trainer.measure.motion import (
    REACH,
    block_changes,
    cross_fade,
    levels_between,
    measure_motion,
    moves,
    part_levels,
)
from visualizer.style.measure.reference_states import Levels, draw, fixed_moments
from visualizer.style.measure.upscale_psnr import SCALE_SIZE, bearable_scales, psnr_db, upscale
from visualizer.style.network import pixel_grid
from visualizer.style.procedural.seeds import seed_style
from visualizer.style.routes import STANDARD_ROUTES, Z_NAMES
from visualizer.style.style import Architecture, Style

SMALL = Architecture(width=4, depth=2, activation="tanh", feature_waves=1, warp_waves=1)


def noise(seed: int, height: int = 60, width: int = 90) -> Levels:
    generator = np.random.Generator(np.random.PCG64(seed))
    return (255.0 * generator.random((height, width, 3))).astype(np.float32)


def clouds(seed: int, height: int = 60, width: int = 90) -> Levels:
    """A smooth picture: a few waves of random direction and colour."""
    generator = np.random.Generator(np.random.PCG64(seed))
    p = pixel_grid(width, height)
    waves = np.sin(p @ (4.0 * generator.standard_normal((2, 8))) + 6.0 * generator.random(8))
    return (127.5 + 20.0 * waves @ generator.standard_normal((8, 3))).astype(np.float32)


def fading_style(to: dict[str, float]) -> Style:
    """Grey that turns lighter with z: logit(level / 255) / 2 = C z."""
    style = random_style(SMALL, z=len(Z_NAMES))
    tensors = {name: np.zeros_like(tensor) for name, tensor in style.tensors.items()}
    for name, amount in to.items():
        tensors["layers.2.conditioning"][:, Z_NAMES.index(name)] = amount
    return replace(style, z_names=Z_NAMES, routes=STANDARD_ROUTES, tensors=tensors)


def travelling_style(entry: str, way: float) -> Style:
    """A wave along x, cos(8 x + way * entry), that only travels."""
    style = fading_style({})
    tensors = dict(style.tensors)
    tensors["features.frequency"][0] = 8.0, 5.0
    tensors["features.phase"][0, Z_NAMES.index(entry)] = way
    tensors["layers.0.weight"][0, 4] = 1.0
    tensors["layers.1.weight"][0, 0] = 1.0
    tensors["layers.2.weight"][:, 0] = 1.0
    return replace(style, tensors=tensors)


@pytest.mark.parametrize("shift", [(1, 0), (0, -3), (4, 5), (-REACH, REACH)])
def test_a_shifted_picture_moves_wholly(shift: tuple[int, int]) -> None:
    whole = noise(1, 80, 110)
    y, x = shift
    before, after = whole[10:70, 10:100], whole[10 + y : 70 + y, 10 + x : 100 + x]
    assert moves(before, after) == 1.0


def test_a_cross_fade_of_noise_moves_nothing() -> None:
    before = noise(1)
    assert moves(before, cross_fade(before, noise(2), 5.0)) == 0.0


def test_a_smooth_picture_tells_travel_from_fading_by_half_pixels() -> None:
    big = clouds(3, 150, 210)
    before, after = big[:120, :180][::2, ::2], big[5:125, 5:185][::2, ::2]
    fading = cross_fade(before, clouds(4), levels_between(before, after))
    assert moves(before, after) > 0.75
    assert moves(before, fading) < 0.45


def test_nothing_changed_means_nothing_moved() -> None:
    picture = noise(1)
    assert moves(picture, picture) == 0.0
    assert block_changes(picture, picture) == (0.0, 0.0)


def test_the_change_is_measured_where_blocks_lie() -> None:
    before = np.zeros((60, 90, 3), np.float32)
    after = before + np.float32(2.0)
    change, left = block_changes(before, after)
    # 48 x 78 pixels lie far enough inside, in 4 x 6 blocks of 12 x 12, 3 colours each.
    assert change == left == 2.0 * 3 * 144 * 24


def test_a_cross_fade_goes_as_far_as_asked_and_no_further_than_there() -> None:
    before, other = noise(1), noise(2)
    assert levels_between(before, cross_fade(before, other, 7.0)) == pytest.approx(7.0, rel=1e-4)
    np.testing.assert_allclose(cross_fade(before, other, 1e9), other, atol=1e-3)
    np.testing.assert_array_equal(cross_fade(before, before, 5.0), before)


def grey(logit: float) -> float:
    return 255.0 / (1.0 + math.exp(-2.0 * logit))


def test_the_amounts_are_those_of_a_lamp_worked_out_by_hand() -> None:
    style = fading_style({"onset": 0.3, "bass": 0.1})
    bass = fixed_moments(Z_NAMES, 4)[:, Z_NAMES.index("bass")]
    expected = np.mean([grey(0.3 + 0.1 * b) - grey(0.1 * b) for b in bass])
    assert part_levels(style, ("onset",)) == pytest.approx(expected, rel=1e-4)
    assert part_levels(style, ("high",)) == 0.0


def test_a_loop_goes_to_its_far_side() -> None:
    style = fading_style({"drift1_cos": 0.2})
    cos = fixed_moments(Z_NAMES, 4)[:, Z_NAMES.index("drift1_cos")]
    expected = np.mean([abs(grey(0.2 * c) - grey(-0.2 * c)) for c in cos])
    motion = measure_motion(style)
    assert part_levels(style, ("drift1_cos", "drift1_sin")) == pytest.approx(expected, rel=1e-4)
    assert motion.drift_levels == pytest.approx(expected / 2.0, rel=1e-4)
    assert motion.kick_levels == motion.bass_levels == motion.high_levels == 0.0
    assert 0.0 < motion.quiet_levels_per_s < expected
    # |dz| is .02 and its share along the one entry that counts less; the slope is 255 / 2.
    assert 0.0 < motion.flicker_levels < 255.0 / 2.0 * 0.2 * 0.02
    assert motion.moves == motion.moves_fading == 0.0


def test_a_wave_whose_phase_z_moves_travels() -> None:
    motion = measure_motion(travelling_style("onset", 2.0))
    assert motion.kick_levels > 10.0
    assert motion.moves > 0.8
    assert motion.quiet_levels_per_s == 0.0


def test_a_style_without_an_entry_is_not_moved_by_it() -> None:
    motion = measure_motion(random_style(SMALL))
    assert motion.kick_levels == motion.drift_levels == motion.moves == 0.0
    assert motion.flicker_levels > 0.0


@pytest.mark.slow
def test_a_seed_measures_the_same_every_time() -> None:
    style = seed_style(1)
    first = measure_motion(style)
    assert asdict(first) == asdict(measure_motion(style))
    assert first.kick_levels > 10.0
    assert first.moves > first.moves_fading


def test_moments_are_fixed_and_within_what_is_heard() -> None:
    moments = fixed_moments(Z_NAMES)
    assert moments.shape == (16, 11)
    np.testing.assert_array_equal(moments, fixed_moments(Z_NAMES))
    assert (moments[:, :5] >= 0.0).all()
    assert (moments[:, :5] <= 1.5).all()
    assert (np.diff(moments[:, Z_NAMES.index("level")]) > 0.0).all()
    for loop in (7, 9):
        np.testing.assert_allclose(np.linalg.norm(moments[:, loop : loop + 2], axis=1), 1.0)
    assert (np.linalg.norm(moments[:, 5:7], axis=1) <= 1.0 + 1e-9).all()
    # An entry's values do not hang on which others there are.
    np.testing.assert_array_equal(fixed_moments(("bass",))[:, 0], moments[:, 0])


def test_contrast_and_saturation_of_known_pictures() -> None:
    halves = np.zeros((10, 10, 3), np.float32)
    halves[5:] = 200.0
    assert contrast(halves) == pytest.approx(100.0)
    assert saturated(halves) == 0.5
    assert saturated(np.full((4, 4, 3), 128.0, np.float32)) == 0.0
    look = measure_look([halves, np.full((10, 10, 3), 90.0, np.float32)])
    assert look.contrast == pytest.approx(50.0)
    assert look.contrast_min == pytest.approx(0.0, abs=1e-4)
    assert look.saturated == 0.25


def test_psnr_of_a_known_error() -> None:
    a = np.zeros((8, 8, 3), np.float32)
    assert psnr_db(a, a) == math.inf
    assert psnr_db(a, a + np.float32(25.5)) == pytest.approx(20.0, rel=1e-5)


def test_upscaling_keeps_a_ramp_and_a_plain_colour() -> None:
    plain = np.full((5, 7, 3), 77.0, np.float32)
    np.testing.assert_allclose(upscale(plain, 40, 30), 77.0, rtol=1e-5)
    x = np.arange(20, dtype=np.float32)
    ramp = np.broadcast_to((10.0 * x)[None, :, None], (10, 20, 3)).astype(np.float32)
    at = (np.arange(60) + 0.5) / 3.0 - 0.5
    inside = slice(6, 54)
    np.testing.assert_allclose(upscale(ramp, 60, 30)[5, inside, 0], 10.0 * at[inside], atol=1e-3)


def test_a_smooth_style_bears_a_small_scale_and_a_fine_one_does_not() -> None:
    assert bearable_scales(fading_style({"bass": 0.1}), (50.0, 40.0)) == (0.1, 0.1)
    fine = travelling_style("onset", 1.0)
    fine.tensors["features.frequency"][0] = 150.0, 90.0
    assert bearable_scales(fine, (50.0, 40.0))[0] == 1.0


def test_the_scale_found_keeps_what_it_promises() -> None:
    style = seed_style(22)
    scale_50db, scale_40db = bearable_scales(style, (50.0, 40.0))
    assert scale_40db <= scale_50db
    z = fixed_moments(style.z_names, 2)[1]
    width, height = SCALE_SIZE
    full = draw(style, z, SCALE_SIZE)
    small = draw(style, z, (round(width * scale_50db), round(height * scale_50db)))
    assert psnr_db(full, upscale(small, width, height)) >= 50.0
