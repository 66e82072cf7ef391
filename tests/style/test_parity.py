"""torch = NumPy = GLSL. The yardstick is NumPy in float64; torch's float32 sets the measure."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.graphics import MOVED, QUICK, reference, renderer, scene
from tests.styles import random_style
from trainer.training.cppn import CPPN
from visualizer.contracts import Morph, Scene, ScenePart
from visualizer.render import gpu_styles
from visualizer.render.renderer import Renderer
from visualizer.render.shader_text.layout import Limits
from visualizer.render.shader_text.tuning import (
    GPU,
    LLVMPIPE,
    LLVMPIPE_128,
    OTHER_MESA,
    Compute,
    Tuning,
)
from visualizer.show.modulation import Modulator
from visualizer.style.interpolate import interpolate
from visualizer.style.measure.reference_states import draw
from visualizer.style.network import evaluate, frame_constants, pixel_grid, view_matrix
from visualizer.style.style import ACTIVATIONS, Architecture, Style, View
from visualizer.types import MIRRORS, Beat, Features, Fold


def torch_colours(style: Style) -> NDArray[np.float32]:
    """The trainer's network, float32, at the pixels of the test's picture."""
    view = torch.from_numpy(view_matrix(MOVED)).float()
    points = torch.from_numpy(pixel_grid(40, 24)).float() @ view[:, :2].T + view[:, 2]
    with torch.no_grad():
        return np.asarray(CPPN.from_style(style)(points, torch.from_numpy(MOVED.z)).numpy())


def assert_parity(drawer: Renderer, architecture: Architecture) -> None:
    style = random_style(architecture, seed=3)
    drawer.prepare(style)
    drawer.draw(scene(style))
    got, exact = drawer.read_network(), reference(style)
    assert np.ptp(exact) > 0.1, "the picture is too flat to tell"
    error = np.abs(got - exact).max()
    torch_error = np.abs(torch_colours(style) - exact).max()
    in_numpy = evaluate(style, MOVED, pixel_grid(40, 24).astype(np.float32))
    assert error <= 4.0 * torch_error + 1e-5
    assert np.abs(in_numpy - exact).max() <= 4.0 * torch_error + 1e-5
    eight_bits = np.abs(np.rint(255.0 * got) - np.rint(255.0 * exact))
    assert eight_bits.max() <= 1.0
    drawer.forget(style)


@pytest.fixture(scope="module")
def quick() -> Iterator[Renderer]:
    with renderer(tuning=QUICK) as opened:
        yield opened


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activations_with_and_without_warp_and_features(quick: Renderer, activation: str) -> None:
    for features, warp in ((0, 0), (5, 0), (0, 7), (32, 16)):
        assert_parity(quick, Architecture(16, 2, activation, features, warp))


@pytest.mark.parametrize("fold", [*(Fold(after=arms) for arms in MIRRORS), Fold(3, 6, 0.4)])
def test_folded_pictures_are_the_same_left_and_right(quick: Renderer, fold: Fold) -> None:
    got = draw_folded(quick, fold)
    assert np.array_equal(got, got[:, ::-1]) == (fold.after != 0)


@pytest.mark.parametrize("mirror", MIRRORS)
def test_a_styles_own_mirror_and_view_are_the_same_everywhere(quick: Renderer, mirror: int) -> None:
    plain = random_style(Architecture(16, 2, "tanh", 5, 3), seed=3)
    style = dataclasses.replace(plain, view=View(1.3, 0.07, (0.2, -0.1), mirror))
    rest = Modulator(style).step(Features(), Beat(), 0.0, 0.1)
    assert rest.fold == Fold(mirror, mirror)
    quick.prepare(style)
    quick.draw(scene(style, modulation=rest))
    exact = reference(style, modulation=rest)
    assert np.abs(quick.read_network() - exact).max() < 2e-5
    quick.forget(style)
    points = torch.from_numpy(pixel_grid(40, 24)).float()
    with torch.no_grad():
        in_torch = CPPN.from_style(style)(points, torch.from_numpy(rest.z)).numpy()
    # The route to the zoom is the show's; at rest it adds nothing.
    np.testing.assert_allclose(in_torch, exact, atol=2e-5)
    np.testing.assert_allclose(draw(style, rest.z, (40, 24)) / 255.0, exact, atol=2e-5)


@pytest.mark.parametrize("fold", [Fold(0, 2, 0.25), Fold(6, 0, 0.9)])
def test_on_the_way_to_or_from_a_fold(quick: Renderer, fold: Fold) -> None:
    draw_folded(quick, fold)


def draw_folded(drawer: Renderer, fold: Fold) -> NDArray[np.float32]:
    style = random_style(Architecture(16, 2, "tanh", 5, 3), seed=3)
    modulation = dataclasses.replace(MOVED, fold=fold)
    drawer.prepare(style)
    drawer.draw(scene(style, modulation=modulation))
    got = drawer.read_network()
    assert np.abs(got - reference(style, modulation=modulation)).max() < 2e-5
    drawer.forget(style)
    return got


@pytest.mark.parametrize("depth", [3, 4, 8])
def test_depths(quick: Renderer, depth: int) -> None:
    assert_parity(quick, Architecture(16, depth, "tanh", 6, 3))


@pytest.mark.parametrize("widths", [(4, 12), (20, 32), (64,), (100, 128), (256,)], ids=str)
def test_widths(quick: Renderer, widths: tuple[int, ...]) -> None:
    for width in widths:
        assert_parity(quick, Architecture(width, 2, "tanh", 4, 2))


@pytest.mark.slow
def test_the_largest_network_that_fits_uniform_blocks(quick: Renderer) -> None:
    assert_parity(quick, Architecture(256, 4, "tanh", 32, 16))


@pytest.mark.parametrize("tuning", [LLVMPIPE, LLVMPIPE_128, GPU, OTHER_MESA])
@pytest.mark.parametrize("textured", [False, True], ids=["blocks", "texels"])
def test_tunings(tuning: Tuning, textured: bool) -> None:  # noqa: FBT001 - a table's column
    with renderer(tuning=dataclasses.replace(tuning, textured=textured)) as opened:
        assert_parity(opened, Architecture(16, 3, "tanh", 5, 3))


@pytest.mark.parametrize("activation", ["tanh", "sin"])
@pytest.mark.parametrize(
    ("width", "depth", "waves", "tuning"),
    [
        (16, 2, (0, 0), Compute(pixels=8, neurons=1)),
        (12, 3, (5, 3), Compute(pixels=16, neurons=1)),
        (40, 3, (32, 16), Compute(pixels=8, neurons=4)),
    ],
)
def test_lanes_that_are_neurons(
    activation: str, width: int, depth: int, waves: tuple[int, int], tuning: Compute
) -> None:
    with renderer(tuning=tuning) as opened:
        assert_parity(opened, Architecture(width, depth, activation, *waves))


def test_blocks_of_16_kib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visualizer.render.renderer.query_limits", lambda: Limits(16384, 12))
    with renderer(tuning=QUICK) as opened:
        assert_parity(opened, Architecture(64, 2, "tanh", 32, 3))


def test_what_fits_no_block_goes_into_a_texture_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("visualizer.render.renderer.query_limits", lambda: Limits(16384, 3))
    with renderer(tuning=QUICK) as opened, caplog.at_level(logging.WARNING):
        assert_parity(opened, Architecture(64, 2, "tanh", 32, 3))
        assert_parity(opened, Architecture(64, 2, "tanh", 0, 0))
    assert [record.name for record in caplog.records] == [gpu_styles.__name__]
    assert "texture" in caplog.text


@pytest.mark.parametrize(
    "tuning",
    [QUICK, dataclasses.replace(QUICK, textured=True), Compute(16, 1)],
    ids=["blocks", "texels", "compute"],
)
def test_a_style_on_its_way_to_another(tuning: Tuning | Compute) -> None:
    form = Architecture(12, 3, "tanh", 5, 3)
    before, after = random_style(form, seed=3), random_style(form, seed=4)
    # Its own fold goes on; what the other one's would be does not matter.
    start = dataclasses.replace(MOVED, fold=Fold(after=3))
    with renderer(tuning=tuning) as opened:
        for style in (before, after):
            opened.prepare(style)

        def drawn(way: float) -> NDArray[np.float32]:
            # In the upper layer, whose room is its own.
            below = ScenePart(before, MOVED, 1.0, Morph(after, MOVED, 0.5))
            part = ScenePart(before, start, 1.0, Morph(after, MOVED, way))
            opened.draw(Scene((below, part)))
            return opened.read_network(1)

        exact = reference(interpolate(before, after, 0.3), modulation=start)
        assert np.abs(drawn(0.3) - exact).max() < 2e-5
        for way, end in ((0.0, before), (1.0, after)):
            opened.draw(scene(end, modulation=start))
            alone = opened.read_network()
            assert np.array_equal(drawn(way), alone)


def test_frame_constants_keep_the_precision_of_z() -> None:
    style = random_style(Architecture(16, 2, "tanh", 5, 3))
    assert all(b.dtype == np.float32 for b in frame_constants(style, MOVED.z).biases)
