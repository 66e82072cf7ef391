from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.styles import random_style
from trainer.training.cppn import ACTIVATION_FUNCTIONS, CPPN
from visualizer.style.network import evaluate, pixel_grid
from visualizer.style.routes import STANDARD_ROUTES, Z_NAMES
from visualizer.style.style import ACTIVATIONS, Architecture, style_sha256
from visualizer.style.style_file import parse_style, style_bytes
from visualizer.types import Modulation

RECIPE = Architecture(32, 4, "tanh", feature_waves=16, warp_waves=8)


def points(count: int = 50) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    generator = np.random.Generator(np.random.PCG64(1))
    return generator.uniform(-1.8, 1.8, (count, 2)).astype(np.float32)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("features", "warp"), [(0, 0), (5, 0), (0, 3), (16, 8)])
def test_it_equals_the_reference(activation: str, features: int, warp: int) -> None:
    style = random_style(Architecture(20, 3, activation, features, warp), seed=features + warp)
    z = np.array([0.3, -0.7, 1.2], np.float32)
    wanted = evaluate(style, Modulation(z), points().astype(np.float64))
    with torch.no_grad():
        got = CPPN.from_style(style)(torch.tensor(points()), torch.tensor(z))
    assert got.shape == (50, 3)
    assert np.abs(got.numpy() - wanted).max() < 5e-5


def test_every_activation_of_the_shader_is_known() -> None:
    assert set(ACTIVATION_FUNCTIONS) == set(ACTIVATIONS)


def test_a_batch_equals_its_pictures_one_by_one() -> None:
    network = CPPN.fresh(RECIPE, seed=3)
    z = torch.randn(4, len(Z_NAMES), generator=torch.Generator().manual_seed(0))
    crops = torch.tensor(points(4 * 20)).reshape(4, 20, 2)
    with torch.no_grad():
        batch = network(crops, z)
        shared = network(crops[0], z)
        for i in range(4):
            torch.testing.assert_close(batch[i], network(crops[i], z[i]))
            torch.testing.assert_close(shared[i], network(crops[0], z[i]))


def test_a_style_comes_back_as_it_went() -> None:
    style = replace(random_style(RECIPE, z=len(Z_NAMES)), z_names=Z_NAMES, routes=())
    again = CPPN.from_style(style).to_style("again")
    assert again.z_names == style.z_names
    assert style_sha256(again) == style_sha256(style)


def test_what_it_writes_can_be_played() -> None:
    style = CPPN.fresh(RECIPE, seed=1).to_style("fresh", prompt="storm clouds", seed=1)
    read = parse_style(style_bytes(style))
    assert (read.prompt, read.seed, read.routes) == ("storm clouds", 1, STANDARD_ROUTES)


def test_parameters_are_named_like_the_tensors() -> None:
    network = CPPN(RECIPE, Z_NAMES)
    shapes = {name: tuple(p.shape) for name, p in network.named_parameters()}
    assert shapes == RECIPE.shapes(len(Z_NAMES))


def test_a_seed_is_a_network_and_another_is_another() -> None:
    first, same, other = (CPPN.fresh(RECIPE, seed=s).to_style("x") for s in (5, 5, 6))
    assert style_sha256(first) == style_sha256(same) != style_sha256(other)


def test_a_fresh_network_is_the_recipe() -> None:
    wide = Architecture(256, 4, "tanh", feature_waves=32, warp_waves=16)
    tensors = {name: p.detach() for name, p in CPPN.fresh(wide, seed=0).named_parameters()}
    for layer, fan_in, gain in ((0, 67, 2.4), (1, 256, 1.6), (3, 256, 1.6)):
        deviation = float(tensors[f"layers.{layer}.weight"].std())
        assert deviation == pytest.approx(gain / fan_in**0.5, rel=0.05)
        assert float(tensors[f"layers.{layer}.bias"].std()) == pytest.approx(0.3, rel=0.15)
    assert float(tensors["layers.1.conditioning"].std()) == pytest.approx(0.3 / 11**0.5, rel=0.1)
    assert float(tensors["features.frequency"].std()) == pytest.approx(4.0, rel=0.3)
    # Every wave travels about equally far, whatever its frequency.
    travel = tensors["features.phase"] / tensors["features.frequency"].norm(dim=1, keepdim=True)
    assert float(travel.std()) == pytest.approx(0.1 / 2**0.5, rel=0.15)
    offset = tensors["warp.offset"]
    assert 0.0 <= float(offset.min()) < float(offset.max()) <= 2.0 * np.pi
    assert not tensors["layers.4.bias"].any()
    assert not tensors["layers.4.conditioning"].any()


def test_without_phases_only_the_warp_and_half_the_biases_move() -> None:
    network = CPPN.fresh(Architecture(256, 4, "tanh", 16, 8), seed=0, phases=False)
    assert not network.features["phase"].any()
    tensors = {name: p.detach() for name, p in network.named_parameters()}
    assert float(tensors["layers.1.conditioning"].std()) == pytest.approx(0.15 / 11**0.5, rel=0.1)


def test_a_fresh_picture_is_near_grey() -> None:
    grid = torch.tensor(pixel_grid(64, 36).reshape(-1, 2), dtype=torch.float32)
    for seed in range(5):
        with torch.no_grad():
            colours = CPPN.fresh(RECIPE, seed=seed)(grid, torch.zeros(len(Z_NAMES)))
        spread = colours.max(dim=-1).values - colours.min(dim=-1).values
        assert 0.2 < float(colours.mean()) < 0.8
        assert float(spread.mean()) < 0.35


def test_frequencies_are_not_trained_and_the_origin_has_a_gradient() -> None:
    network = CPPN.fresh(Architecture(8, 2, "tanh", 4, 2), seed=0)
    network(torch.zeros(1, 2), torch.zeros(len(Z_NAMES))).sum().backward()
    for name, parameter in network.named_parameters():
        if name == "features.frequency":
            assert parameter.grad is None
        else:
            assert parameter.grad is not None
            assert torch.isfinite(parameter.grad).all()
