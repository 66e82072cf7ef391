from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from trainer.training import losses


def waves(shift: float = 0.0, side: int = 48) -> Tensor:
    """Luma (1, S, S): smooth, with structure in both directions, moved right by pixels."""
    y, x = torch.meshgrid(torch.arange(side) * 1.0, torch.arange(side) * 1.0, indexing="ij")
    x = x - shift
    return (0.5 + 0.2 * torch.sin(0.5 * x + 0.3 * y) + 0.2 * torch.cos(0.4 * y - 0.25 * x))[None]


def test_similarity_is_the_mean_cosine() -> None:
    vectors = torch.eye(3)[:2]
    direction = torch.tensor([0.6, 0.8, 0.0])
    assert losses.similarity(vectors, direction).item() == pytest.approx(0.7)


def test_luma_of_white_is_one() -> None:
    assert losses.luma(torch.ones(2, 5, 3)).shape == (2, 5)
    torch.testing.assert_close(losses.luma(torch.ones(3)), torch.tensor(1.0))


def test_change_counts_levels() -> None:
    before = torch.zeros(2, 10, 3)
    after = torch.stack([torch.full((10, 3), 0.1), torch.zeros(10, 3)])
    torch.testing.assert_close(losses.change(before, after), torch.tensor([25.5, 0.0]))


def test_hinges_are_zero_within_the_wanted_range() -> None:
    wanted = torch.tensor([20.0, 10.0])
    for levels in (wanted, 1.8 * wanted):
        assert losses.too_small(levels, wanted).item() == 0.0
        assert losses.too_large(levels, wanted).item() == pytest.approx(0.0, abs=1e-6)
    assert losses.too_small(torch.tensor([10.0, 10.0]), wanted).item() == pytest.approx(0.25)
    assert losses.too_large(torch.tensor([72.0, 0.0]), wanted).item() == pytest.approx(0.5)


def test_flat_pictures_cost_and_contrasted_ones_do_not() -> None:
    grey = torch.full((1, 100, 3), 0.5)
    assert losses.flat(grey, 35.0).item() == pytest.approx(1.0)
    halves = torch.cat([torch.zeros(1, 50, 3), torch.ones(1, 50, 3)], dim=1)
    assert losses.flat(halves, 35.0).item() == 0.0
    assert losses.flat(0.5 + 0.1 * (halves - 0.5), 25.5).item() == pytest.approx(0.5, abs=0.01)


def test_flicker_counts_what_is_above_the_allowed() -> None:
    assert losses.flicker(torch.tensor([0.5, 3.0]), 1.0).item() == pytest.approx(1.0)


def test_a_shift_is_explained_and_a_fade_is_not() -> None:
    before = waves()
    moved = losses.fading(before, waves(0.4)).item()
    faded = losses.fading(before, before + 0.05 * waves(7.0)).item()
    flashed = losses.fading(before, before + 0.05).item()
    assert moved < 0.02
    assert faded > 0.3
    assert flashed > 0.8


def test_a_diagonal_shift_is_explained_too() -> None:
    before = waves()
    after = torch.roll(before, (1, 1), dims=(1, 2))[:, 1:, 1:]
    assert losses.fading(before[:, 1:, 1:], after).item() < 0.05


def test_nothing_moving_costs_nothing_and_has_a_gradient() -> None:
    before = waves().requires_grad_()
    share = losses.fading(before, before * 1.0)
    share.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
    assert share.item() == 0.0
    assert before.grad is not None
    assert torch.isfinite(before.grad).all()


def test_fading_is_a_share() -> None:
    generator = torch.Generator().manual_seed(0)
    noise = torch.rand(3, 48, 48, generator=generator)
    share = losses.fading(noise, torch.rand(3, 48, 48, generator=generator)).item()
    assert 0.5 < share <= 1.0
    assert math.isfinite(share)


def picture(luma: Tensor) -> Tensor:
    """Grey colours (1, S², 3) of luma (S, S)."""
    return luma.reshape(1, -1, 1).expand(1, -1, 3)


def test_slopes_are_levels_a_pixel() -> None:
    ramp = torch.arange(9) / losses.LEVELS
    steepness = losses.slopes(picture(3.0 * ramp.expand(9, 9)), 9)
    assert steepness.shape == (1, 49)
    torch.testing.assert_close(steepness, torch.full((1, 49), 3.0))


def test_soft_asks_for_the_strongest_twentieth_alone() -> None:
    steepness = torch.zeros(1, 100)
    assert losses.soft(steepness, 40.0).item() == pytest.approx(1.0)
    steepness[0, :5] = 30.0
    assert losses.soft(steepness, 40.0).item() == pytest.approx(0.25)
    steepness[0, :5] = 50.0
    assert losses.soft(steepness, 40.0).item() == 0.0


def test_empty_counts_what_has_no_gradient_beyond_the_most() -> None:
    steepness = torch.full((1, 100), 100.0)
    assert losses.empty(steepness, 0.25, 1.5).item() == 0.0
    steepness[0, :60] = 0.0
    assert losses.empty(steepness, 0.25, 1.5).item() == pytest.approx(0.35)


def test_bright_asks_for_a_share_of_darkness() -> None:
    colours = torch.ones(1, 100, 3)
    assert losses.bright(colours, 0.25).item() == pytest.approx(1.0, abs=1e-4)
    colours[0, :25] = 0.0
    assert losses.bright(colours, 0.25).item() == pytest.approx(0.0, abs=0.02)


def test_pale_is_white_alone_and_never_a_colour() -> None:
    colours = torch.tensor([[[1.0, 1.0, 0.0]] * 90 + [[1.0, 1.0, 1.0]] * 10])
    assert losses.pale(colours, 0.04).item() == pytest.approx(0.06)
    assert losses.pale(colours, 0.2).item() == 0.0


def test_the_gradients_of_flat_pictures_are_finite() -> None:
    colours = torch.full((1, 81, 3), 0.5, requires_grad=True)
    steepness = losses.slopes(colours, 9)
    (losses.soft(steepness, 40.0) + losses.empty(steepness, 0.1, 1.5)).backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
    assert colours.grad is not None
    assert bool(torch.isfinite(colours.grad).all())
