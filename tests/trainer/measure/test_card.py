from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize

from tests.styles import random_style
from trainer.clip.guide import Guide
from trainer.clip.judges import Judge, Judges
from trainer.clip.targets import Target
from trainer.measure.card import (
    as_images,
    clip_card,
    embed,
    make_card,
    plain_card,
    rank,
    similarities,
)
from trainer.training.cppn import CPPN
from visualizer.style.measure.reference_states import draw, fixed_moments
from visualizer.style.routes import STANDARD_ROUTES, Z_NAMES
from visualizer.style.style import Architecture, Style, style_sha256

SMALL = Architecture(width=8, depth=2, activation="tanh", feature_waves=2, warp_waves=1)
KEYS = {
    "clip", "score", "score_std", "score_min", "untrained_score", "gain", "rank", "rank_of",
    "judges", "kick_levels", "bass_levels", "high_levels", "drift_levels", "quiet_levels_per_s",
    "flicker_levels", "moves", "contrast", "contrast_min", "saturated", "parameters",
    "crisp_levels", "dark_share", "flat_share", "saturation", "mirror", "start",
    "flop_per_pixel", "scale_50db", "scale_40db", "sha256",
}  # fmt: skip


class ColourGuide:
    """Sees the mean colour of a picture and nothing else."""

    name = "colours"
    side = 8
    dimensions = 3

    def __init__(self) -> None:
        self.sizes: list[tuple[int, ...]] = []

    def encode_image(self, images: Tensor) -> Tensor:
        self.sizes.append(tuple(images.shape))
        return normalize(images.mean(dim=(2, 3)), dim=-1)


def colour_guide() -> Guide:
    return cast("Guide", ColourGuide())


def target(vector: list[float], centre: Any = None, others: Any = None) -> Target:
    unit = normalize(torch.tensor(vector), dim=0)
    return Target(unit, centre, others, "by hand", unit)


def plain_style(logits: tuple[float, float, float]) -> Style:
    """One colour everywhere, whatever is heard."""
    style = random_style(SMALL, z=len(Z_NAMES))
    tensors = {name: np.zeros_like(tensor) for name, tensor in style.tensors.items()}
    tensors["layers.2.bias"][:] = logits
    return replace(style, z_names=Z_NAMES, routes=STANDARD_ROUTES, tensors=tensors)


def judge(vector: list[float]) -> Judge:
    return Judge(colour_guide(), target(vector))


def test_the_score_of_a_plain_colour_is_worked_out_by_hand() -> None:
    # sigmoid(2 b): red .75, green .5, blue .25.
    style = plain_style((0.5 * math.log(3.0), 0.0, -0.5 * math.log(3.0)))
    card = make_card(style, Judges(judge([1.0, 0.0, 0.0])))
    expected = 0.75 / math.sqrt(0.75**2 + 0.5**2 + 0.25**2)
    assert card["score"] == pytest.approx(expected, abs=1e-6)
    assert card["score_min"] == pytest.approx(expected, abs=1e-6)
    assert card["score_std"] == pytest.approx(0.0, abs=1e-6)
    assert card["gain"] == pytest.approx(card["score"] - card["untrained_score"])
    # Untrained nets start near grey, whose cosine to red is 1 / sqrt(3).
    assert card["untrained_score"] == pytest.approx(1.0 / math.sqrt(3.0), abs=0.05)
    assert (card["contrast"], card["kick_levels"], card["moves"]) == (
        pytest.approx(0.0, abs=1e-4),
        0.0,
        0.0,
    )
    assert (card["rank"], card["rank_of"], card["judges"]) == (None, 101, [])
    assert card["clip"] == "colours, by hand"


def test_a_card_has_all_its_fields_and_what_the_spine_says_of_a_style() -> None:
    style = random_style(SMALL, z=4)
    card = make_card(style, Judges(judge([1.0, 1.0, 0.0])))
    assert set(card) >= KEYS
    assert card["sha256"] == style_sha256(style)
    assert card["parameters"] == SMALL.parameters
    assert card["flop_per_pixel"] == SMALL.flop_per_pixel


def test_cards_are_the_same_every_time_and_draw_from_no_generator() -> None:
    style = random_style(SMALL, z=4)
    torch.manual_seed(1)
    before = torch.get_rng_state()
    cards = [clip_card(style, judge([1.0, 1.0, 0.0])) for _ in range(2)]
    assert cards[0] == cards[1]
    assert plain_card(style) == plain_card(style)
    assert torch.equal(torch.get_rng_state(), before)


def test_every_judge_speaks() -> None:
    style = random_style(SMALL, z=4)
    judges = Judges(judge([1.0, 0.0, 0.0]), (judge([0.0, 0.0, 1.0]),))
    card = make_card(style, judges)
    (second,) = card["judges"]
    assert set(second) == {
        "clip", "score", "score_std", "score_min", "untrained_score", "gain", "rank", "rank_of",
    }  # fmt: skip
    assert second["score"] != card["score"]


def test_pictures_are_seen_whole_at_the_guides_own_size() -> None:
    guide = ColourGuide()
    embed(random_style(SMALL, z=4), cast("Guide", guide), fixed_moments(("a", "b", "c", "d")))
    assert sum(size[0] for size in guide.sizes) == 16
    assert {size[1:] for size in guide.sizes} == {(3, 8, 8)}


def test_pictures_are_those_that_the_trainers_own_network_draws() -> None:
    style = CPPN.fresh(SMALL, Z_NAMES, 3).to_style("a")
    z = fixed_moments(Z_NAMES)[5]
    picture = draw(style, z, (6, 4))
    images = as_images([picture])
    assert images.shape == (1, 3, 4, 6)
    np.testing.assert_allclose(images[0, 1, 2, 3], picture[2, 3, 1] / 255.0, rtol=1e-6)
    x, y = (2 * 3 + 1) / 6 * 1.5 - 1.5, 1 - (2 * 2 + 1) / 4
    with torch.no_grad():
        colour = CPPN.from_style(style)(
            torch.tensor([[x, y]]), torch.tensor(z, dtype=torch.float32)
        )
    np.testing.assert_allclose(images[0, :, 2, 3], colour[0], atol=1e-5)


def test_moments_of_a_song_may_take_the_place_of_the_fixed_ones() -> None:
    style = random_style(SMALL, z=4)
    still = np.zeros((3, 4), np.float32)
    card = clip_card(style, judge([1.0, 0.0, 0.0]), still)
    assert card["score_std"] == pytest.approx(0.0, abs=1e-7)


def at(angle_deg: float) -> Tensor:
    angle = math.radians(angle_deg)
    return torch.tensor([math.cos(angle), math.sin(angle)])


def test_rank_counts_the_distractors_that_lie_nearer() -> None:
    around = torch.stack([at(angle) for angle in (3.0, -12.0, 40.0, 90.0)])
    unit = at(20.0)
    with_centre = Target(unit, torch.zeros(2), around, "by hand", unit)
    assert rank(at(0.0), with_centre) == 3
    assert rank(at(20.0), with_centre) == 1
    assert rank(10.0 * at(0.0), with_centre) == 3


def test_rank_looks_from_the_centre_of_all_texts() -> None:
    # Seen from the centre the prompt lies exactly where the pictures do.
    centre = torch.tensor([0.9, 0.0])
    unit = at(20.0)
    others = torch.stack([at(19.0), at(0.0)])
    away = normalize(unit - centre, dim=0)
    assert rank(away, Target(unit, centre, others, "by hand", unit)) == 1
    assert rank(away, Target(unit, None, others, "by hand", unit)) is None
    assert rank(away, Target(unit, centre, None, "by hand", unit)) is None


def test_similarity_is_the_raw_cosine() -> None:
    seen = torch.stack([at(0.0), at(60.0), at(180.0)])
    three = Target(2.0 * at(0.0), None, None, "by hand", at(0.0))
    np.testing.assert_allclose(similarities(seen, three), [1.0, 0.5, -1.0], atol=1e-6)
