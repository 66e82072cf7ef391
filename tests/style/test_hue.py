from __future__ import annotations

import numpy as np
import pytest

from visualizer.style.hue import LUMINANCE, hue_matrix

TURNS = [0.1, 1 / 3, 0.5, -0.2, 7.6]


@pytest.mark.parametrize("hue", TURNS)
def test_grey_stays_and_luminance_is_kept(hue: float) -> None:
    matrix = hue_matrix(hue)
    np.testing.assert_allclose(matrix @ np.full(3, 0.4), 0.4, atol=1e-12)
    np.testing.assert_allclose(LUMINANCE @ matrix, LUMINANCE, atol=1e-12)


def test_a_third_of_a_turn_takes_red_to_green_to_blue_to_red() -> None:
    """But for the grey that keeps the luminance: the differences between channels tell."""
    turned = hue_matrix(1 / 3) @ np.eye(3)
    for primary, place in enumerate([1, 2, 0]):
        colour = turned[:, primary]
        assert np.argmax(colour) == place
        np.testing.assert_allclose(colour[place] - np.delete(colour, place), 1.0, atol=1e-12)
        assert LUMINANCE @ colour == pytest.approx(LUMINANCE[primary])


@pytest.mark.parametrize("hue", [0.0, 1.0, -3.0])
def test_whole_turns_are_the_identity_exactly(hue: float) -> None:
    np.testing.assert_array_equal(hue_matrix(hue), np.eye(3))


def test_turns_add_up_and_keep_the_distance_from_grey() -> None:
    np.testing.assert_allclose(hue_matrix(0.2) @ hue_matrix(0.3), hue_matrix(0.5), atol=1e-12)
    colour = np.array([0.9, 0.3, 0.2])
    spread = [np.std(hue_matrix(hue) @ colour) for hue in TURNS]
    np.testing.assert_allclose(spread, np.std(colour), atol=1e-12)
