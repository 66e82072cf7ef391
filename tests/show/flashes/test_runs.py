from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from visualizer.show.flashes.runs import MeanRuns

POINTS = 100
STEP = 0.08
FPS = 30.0
APART = np.where(np.arange(POINTS) % 2, 0.3, -0.3)
"""Added to a picture, moves every point and no mean."""


def transitions(means: Sequence[float], moved: Sequence[float] = ()) -> int:
    """The most that are counted in any second, black after any picture counted in.

    moved: how much of ``APART`` each picture has in it.
    """
    shares = [*moved, *[0.0] * (len(means) - len(moved))]
    pictures = [mean + share * APART for mean, share in zip(means, shares, strict=True)]
    return next(most for most in range(20) if not _exceeds(pictures, most))


def _exceeds(pictures: Sequence[NDArray[np.float64]], most: int) -> bool:
    runs, found = MeanRuns(POINTS, (STEP,), most, 1.0), False
    for index, picture in enumerate(pictures):
        runs.at(index / FPS)
        found = found or runs.excess(picture)
        runs.see(picture, index / FPS)
    return found


@pytest.mark.parametrize(
    ("means", "count"),
    [
        ([0.0, 0.07, 0.0], 0),
        ([0.5], 2),
        ([0.1, 0.2, 0.3, 0.5], 2),
        ([0.5, 0.0, 0.5, 0.0], 4),
        ([0.5, 0.45, 0.5, 0.45], 2),
        # As long as a second: the first rise is forgotten as the second comes.
        ([0.5, *[0.5] * 29, 0.0, *[0.0] * 29, 0.5], 2),
    ],
)
def test_each_rise_and_fall_by_a_step_is_a_transition(means: list[float], count: int) -> None:
    assert transitions(means) == count


def test_two_rises_with_a_halt_between_them_are_two() -> None:
    assert transitions([0.5, 0.6, 0.7]) == 2
    assert transitions([0.5, 0.501, 0.7]) == 3


def test_a_fall_is_not_forgotten_for_a_turn_that_a_film_may_not_show() -> None:
    means = [0.5, 0.45, 0.452, 0.4, 0.6]
    assert transitions(means) == 4
    # A turn that nobody can miss begins a new fall, too small to count.
    means[2] = 0.47
    assert transitions(means) == 3


def test_the_more_the_points_move_by_themselves_the_less_is_known_of_the_mean() -> None:
    means = [0.5, 0.45, 0.47, 0.4, 0.6]
    assert transitions(means) == 3
    assert transitions(means, [0.0, 0.0, 1.0, 1.0, 1.0]) == 4
