from __future__ import annotations

import numpy as np
import pytest

from trainer.measure import look
from visualizer.style.measure.reference_states import Levels


def grey(luma: np.ndarray) -> Levels:
    return np.repeat(np.asarray(luma, np.float32)[..., None], 3, axis=-1)


def test_a_ramp_is_as_crisp_as_it_is_steep_and_never_flat() -> None:
    ramp = grey(np.tile(2.0 * np.arange(100), (50, 1)))
    assert look.crisp_levels(ramp) == pytest.approx(2.0, abs=1e-4)
    assert look.flat_share(ramp) == 0.0
    assert look.dark_share(ramp) == pytest.approx(0.13)


def test_an_edge_counts_by_the_strongest_twentieth() -> None:
    # Central differences see an edge of 200 levels in two columns, 100 each: 2 of 40 are a 20th.
    edge = grey(np.where(np.arange(40) < 20, 0.0, 200.0) * np.ones((10, 1)))
    assert look.crisp_levels(edge) == pytest.approx(100.0, abs=1e-3)
    assert look.flat_share(edge) == pytest.approx(0.95)
    assert look.dark_share(edge) == 0.5


def test_saturation_is_that_of_hsv() -> None:
    picture = np.zeros((1, 4, 3), np.float32)
    picture[0, 0], picture[0, 1], picture[0, 2] = (200, 0, 0), (200, 100, 100), (90, 90, 90)
    assert look.saturation(picture) == pytest.approx((1.0 + 0.5) / 4)


def test_white_is_pale_and_yellow_is_not() -> None:
    picture = np.zeros((1, 2, 3), np.float32)
    picture[0] = (255, 255, 255), (255, 255, 0)
    assert look.pale_share(picture) == 0.5
