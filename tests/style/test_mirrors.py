from __future__ import annotations

import math

import numpy as np
import pytest

from visualizer.style.mirrors import MAX_STEPS, folded, mirror_steps
from visualizer.types import MIRRORS, Fold

POINTS = np.random.Generator(np.random.PCG64(4)).uniform(-2.0, 2.0, (500, 2))
STARS = [arms for arms in MIRRORS if arms > 2]


def whole(arms: int) -> Fold:
    return Fold(after=arms)


def turned(points: np.ndarray, turn: float) -> np.ndarray:
    c, s = math.cos(2 * math.pi * turn), math.sin(2 * math.pi * turn)
    return np.asarray(points @ np.array([[c, s], [-s, c]]))


def test_an_unfolded_plane_is_left_alone() -> None:
    assert len(mirror_steps(Fold())) == 0
    np.testing.assert_array_equal(folded(POINTS, Fold()), POINTS)


def test_two_shows_the_right_on_the_left() -> None:
    mirrored = POINTS.copy()
    mirrored[:, 0] = np.abs(mirrored[:, 0])
    np.testing.assert_array_equal(folded(POINTS, whole(2)), mirrored)


@pytest.mark.parametrize("arms", STARS)
def test_a_star_repeats_one_piece_in_every_arm_and_its_mirror(arms: int) -> None:
    once = folded(POINTS, whole(arms))
    np.testing.assert_allclose(folded(turned(POINTS, 1 / arms), whole(arms)), once, atol=1e-12)
    np.testing.assert_array_equal(folded(POINTS * [-1, 1], whole(arms)), once)
    np.testing.assert_allclose(np.hypot(*once.T), np.hypot(*POINTS.T), atol=1e-12)
    np.testing.assert_allclose(folded(once, whole(arms)), once, atol=1e-12)
    # One of 2 n pieces: a half sector. Points that filled more could not all be alike.
    angles = np.arctan2(once[:, 1], once[:, 0])
    assert np.ptp(angles) <= math.pi / arms + 1e-12
    # The piece itself stays where it is: seen from inside, nothing is folded.
    inside = np.abs(once - POINTS).max(axis=1) < 1e-12
    assert inside.mean() == pytest.approx(1 / (2 * arms), abs=0.06)


@pytest.mark.parametrize("arms", MIRRORS)
def test_a_fold_brings_no_two_points_further_apart(arms: int) -> None:
    """So it is continuous everywhere, the mirrors' own lines included."""
    others = POINTS + 1e-3 * turned(POINTS, 0.3)
    distance = np.hypot(*(folded(others, whole(arms)) - folded(POINTS, whole(arms))).T)
    assert (distance <= np.hypot(*(others - POINTS).T) + 1e-12).all()


@pytest.mark.parametrize(("before", "after"), [(0, 2), (2, 3), (3, 6), (6, 4), (4, 0)])
def test_on_the_way_every_point_lies_between_its_two_places(before: int, after: int) -> None:
    start, end = folded(POINTS, whole(before)), folded(POINTS, whole(after))
    for way in (0.0, 0.3, 1.0):
        between = folded(POINTS, Fold(before, after, way))
        np.testing.assert_allclose(between, (1 - way) * start + way * end, atol=1e-12)
    np.testing.assert_array_equal(folded(POINTS, Fold(before, after, 1.0)), end)
    np.testing.assert_array_equal(folded(POINTS, Fold(before, after, 0.0)), start)


def test_single_precision_stays_single() -> None:
    narrow = folded(POINTS.astype(np.float32), Fold(3, 6, 0.4))
    assert narrow.dtype == np.float32
    np.testing.assert_allclose(narrow, folded(POINTS, Fold(3, 6, 0.4)), atol=1e-6)


def test_there_is_room_for_every_folds_mirrors() -> None:
    assert max(len(mirror_steps(whole(arms))) for arms in MIRRORS) == MAX_STEPS
