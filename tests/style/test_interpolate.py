from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.graphics import MOVED
from tests.styles import random_style
from visualizer.errors import StyleError
from visualizer.style.interpolate import blend, fits, interpolate
from visualizer.style.network import frame_constants
from visualizer.style.style import Architecture, Style, View

FORM = Architecture(12, 2, "sin", 3, 2)
A = replace(random_style(FORM, 1), view=View(1.0, 0.1, (0.5, 0.0)))
B = replace(random_style(FORM, 2), view=View(2.0, -0.1, (0.0, -1.0)))


def test_the_ends_are_the_styles_themselves_bit_by_bit() -> None:
    for way, end in ((0.0, A), (1.0, B)):
        between = interpolate(A, B, way)
        assert between.view == end.view
        for name, tensor in between.tensors.items():
            assert tensor.dtype == np.float32
            np.testing.assert_array_equal(tensor, end.tensors[name])


def test_a_quarter_of_the_way_is_three_parts_of_one_and_one_of_the_other() -> None:
    between = interpolate(A, B, 0.25)
    for name, tensor in between.tensors.items():
        expected = 0.75 * A.tensors[name].astype(float) + 0.25 * B.tensors[name].astype(float)
        np.testing.assert_allclose(tensor, expected, atol=1e-6)
    assert between.view.zoom == pytest.approx(1.25)
    assert between.view.turn == pytest.approx(0.05)
    assert between.view.shift == pytest.approx((0.375, -0.25))


def test_what_z_does_lies_between_as_well() -> None:
    """So it makes no difference whether weights or finished frames are mixed."""
    start, end = frame_constants(A, MOVED.z), frame_constants(B, MOVED.z)
    between = frame_constants(interpolate(A, B, 0.3), MOVED.z)
    for got, before, after in zip(between.biases, start.biases, end.biases, strict=True):
        np.testing.assert_allclose(got, blend(before, after, 0.3), atol=1e-6)


@pytest.mark.parametrize(
    "stranger",
    [
        random_style(replace(FORM, activation="tanh")),
        random_style(replace(FORM, width=16)),
        random_style(replace(FORM, feature_waves=4)),
        random_style(FORM, z=4),
        replace(random_style(FORM), view=View(mirror=6)),
    ],
    ids=["activation", "width", "waves", "z", "mirror"],
)
def test_networks_of_another_form_do_not_fit(stranger: Style) -> None:
    assert fits(A, B)
    assert not fits(A, stranger)
    with pytest.raises(StyleError, match="random cannot become random"):
        interpolate(A, stranger, 0.5)
