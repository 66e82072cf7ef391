from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from visualizer.style.network import (
    ACTIVATION_FUNCTIONS,
    evaluate,
    frame_constants,
    pixel_grid,
    view_matrix,
)
from visualizer.style.procedural.seeds import seed_style
from visualizer.style.style import ACTIVATIONS, Architecture, Style
from visualizer.types import Fold, Modulation

Z = ("a", "b")


def style_of(architecture: Architecture, **tensors: np.ndarray) -> Style:
    """All tensors zero, but those given (``__`` stands for the dot)."""
    shapes = architecture.shapes(len(Z))
    zeros = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
    given = {name.replace("__", "."): value.astype(np.float32) for name, value in tensors.items()}
    return Style("test", architecture, Z, (), zeros | given)


def at_rest() -> Modulation:
    return Modulation(np.zeros(len(Z), np.float32))


def test_pixel_centres_top_row_first() -> None:
    grid = pixel_grid(4, 2)
    assert grid.shape == (2, 4, 2)
    np.testing.assert_allclose(grid[0, 0], [-1.5, 0.5])
    np.testing.assert_allclose(grid[1, 3], [1.5, -0.5])
    wide = pixel_grid(1920, 1080)
    assert wide[..., 0].max() == pytest.approx(16 / 9 - 1 / 1080)
    assert wide[..., 1].max() == pytest.approx(1 - 1 / 1080)


def test_zeros_are_grey() -> None:
    style = style_of(Architecture(4, 2, "tanh", 0, 0))
    np.testing.assert_allclose(evaluate(style, at_rest(), pixel_grid(3, 3)), 0.5)


def test_colour_is_sigmoid_of_twice_the_sum() -> None:
    bias = np.array([0.0, 1.0, -2.0])
    style = style_of(Architecture(4, 2, "tanh", 0, 0), layers__2__bias=bias)
    colour = evaluate(style, at_rest(), np.zeros((1, 2)))
    np.testing.assert_allclose(colour[0], 1 / (1 + np.exp(-2 * bias)), rtol=1e-6)


def test_the_whole_network_by_hand() -> None:
    """One path through every part, worked out with the standard library alone."""
    architecture = Architecture(4, 2, "sin", 1, 1)
    first = np.zeros((4, 5))
    first[0] = [0.3, -0.2, 0.5, 0.7, 0.1]
    second = np.zeros((4, 4))
    second[0, 0] = 1.5
    colour = np.zeros((3, 4))
    colour[:, 0] = [1.0, -1.0, 0.25]
    style = style_of(
        architecture,
        warp__frequency=np.array([[2.0, -1.0]]),
        warp__offset=np.array([0.4]),
        warp__phase=np.array([[0.5, 0.0]]),
        warp__amplitude=np.array([[0.2], [-0.1]]),
        features__frequency=np.array([[3.0, 1.0]]),
        features__phase=np.array([[0.0, 2.0]]),
        layers__0__weight=first,
        layers__0__conditioning=np.array([[0.1, 0.2]] + [[0.0, 0.0]] * 3),
        layers__1__weight=second,
        layers__2__weight=colour,
    )
    z = (0.8, -0.3)
    modulation = Modulation(np.array(z, np.float32), zoom=2.0, turn=0.25, shift=(0.1, 0.0))
    # The view: undo the shift, turn back by a quarter, halve.
    x, y = 0.6 - 0.1, 0.2
    x, y = y / 2, -x / 2
    wave = math.sin(2 * x - y + 0.4 + 0.5 * z[0])
    x, y = x + 0.2 * wave, y - 0.1 * wave
    angle = 3 * x + y + 2 * z[1]
    h = 0.3 * x - 0.2 * y + 0.5 * math.hypot(x, y) + 0.7 * math.sin(angle) + 0.1 * math.cos(angle)
    h = math.sin(h + 0.1 * z[0] + 0.2 * z[1])
    h = math.sin(1.5 * h)
    expected = [1 / (1 + math.exp(-2 * w * h)) for w in (1.0, -1.0, 0.25)]
    got = evaluate(style, modulation, np.array([[0.6, 0.2]]))
    np.testing.assert_allclose(got[0], expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "x", "y"),
    [
        ("tanh", 0.5, math.tanh(0.5)),
        ("sin", 0.5, math.sin(0.5)),
        ("gaussian", 0.5, math.exp(-0.25)),
        ("relu", -0.5, 0.0),
        ("relu", 0.5, 0.5),
        ("leaky_relu", -0.5, -0.05),
        ("elu", -0.5, math.expm1(-0.5)),
        ("silu", 0.5, 0.5 / (1 + math.exp(-0.5))),
    ],
)
def test_activations_in_closed_form(name: str, x: float, y: float) -> None:
    assert float(ACTIVATION_FUNCTIONS[name](np.array(x))) == pytest.approx(y, rel=1e-12)


def test_every_activation_has_a_function_and_bears_any_number() -> None:
    assert tuple(ACTIVATION_FUNCTIONS) == ACTIVATIONS
    extreme = np.array([-1e30, -100.0, 0.0, 100.0, 1e30], np.float32)
    for function in ACTIVATION_FUNCTIONS.values():
        assert np.isfinite(function(extreme)).all()


def test_z_moves_phases_and_biases_linearly() -> None:
    style = seed_style(3)
    size = len(style.z_names)
    rest = frame_constants(style, np.zeros(size))
    one = frame_constants(style, np.eye(size)[4])
    column = style.tensors["layers.1.conditioning"][:, 4]
    np.testing.assert_allclose(one.biases[1] - rest.biases[1], column, atol=1e-6)
    np.testing.assert_array_equal(rest.biases[0], style.tensors["layers.0.bias"])


def test_view_turns_and_zooms_the_picture() -> None:
    # Twice as large: what is seen at (1, 0) lies at (0.5, 0) of the pattern.
    zoomed = view_matrix(replace(at_rest(), zoom=2.0))
    np.testing.assert_allclose(zoomed @ [1, 0, 1], [0.5, 0.0], atol=1e-12)
    # Turned a quarter counter-clockwise: at the top one sees what lay on the right.
    turned = view_matrix(replace(at_rest(), turn=0.25))
    np.testing.assert_allclose(turned @ [0, 1, 1], [1.0, 0.0], atol=1e-12)
    # Shifted right: at (0.5, 0) one sees the old centre.
    shifted = view_matrix(replace(at_rest(), shift=(0.5, 0.0)))
    np.testing.assert_allclose(shifted @ [0.5, 0, 1], [0.0, 0.0], atol=1e-12)


def test_the_plane_is_folded_before_the_view() -> None:
    style, points = seed_style(8), pixel_grid(16, 9)
    moved = Modulation(np.zeros(len(style.z_names), np.float32), 1.4, 0.1, (0.3, 0.2))
    mirrored = np.stack([np.abs(points[..., 0]), points[..., 1]], axis=-1)
    expected = evaluate(style, moved, mirrored)
    got = evaluate(style, replace(moved, fold=Fold(after=2)), points)
    np.testing.assert_array_equal(got, expected)
    np.testing.assert_array_equal(got, got[:, ::-1])


def test_float32_agrees_with_float64() -> None:
    style, grid = seed_style(8), pixel_grid(24, 16)
    modulation = Modulation(np.full(len(style.z_names), 0.4, np.float32))
    wide = evaluate(style, modulation, grid)
    narrow = evaluate(style, modulation, grid.astype(np.float32))
    assert narrow.dtype == np.float32
    np.testing.assert_allclose(narrow, wide, atol=2e-4)
