from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.tiny_clip import make_tiny_clip
from trainer.clip.guide import load_guide
from trainer.clip.judges import Judge
from trainer.clip.targets import make_target
from trainer.config import TrainConfig
from trainer.request import Start, TrainRequest
from trainer.start.candidates import Candidate, mirrors_of
from trainer.start.field import draw_field, stage_score
from trainer.start.hues import HUES_DEG, prompt_hues
from trainer.start.race import plan_race, race_iterations
from visualizer.style.measure.reference_states import draw
from visualizer.style.procedural.seeds import compose, seed_style, seed_symmetry
from visualizer.style.style import ACTIVATIONS, Architecture
from visualizer.types import MIRRORS

SMALL = Architecture(8, 2, "tanh", feature_waves=4, warp_waves=2)
REQUEST = TrainRequest(
    "storm clouds",
    Path("clouds.safetensors"),
    TrainConfig(SMALL, candidates=6, mirror=None, auto_motion=True),
)


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    guide = load_guide(make_tiny_clip(tmp_path_factory.mktemp("tiny")), None)
    return Judge(guide, make_target("storm clouds", guide, None))


def test_a_candidate_without_a_hue_is_the_seed_itself() -> None:
    style = Candidate(7, None, 0, "warp").compose(seed_style(7).architecture)
    for name, tensor in seed_style(7).tensors.items():
        np.testing.assert_array_equal(style.tensors[name], tensor)
    assert Candidate(7, None, 0, "warp").name() == "seed:7"


@pytest.mark.slow
def test_another_hue_changes_the_colours_and_no_form() -> None:
    blue, red = (compose(7, hue_deg=hue) for hue in (240.0, 20.0))
    np.testing.assert_array_equal(blue.tensors["layers.0.weight"], red.tensors["layers.0.weight"])
    # A palette has an accent of another hue, so that many together tell.
    colours = [
        np.mean(
            [draw(compose(seed, hue_deg=hue), np.zeros(11), (32, 18)) for seed in range(12)],
            (0, 1, 2),
        )
        for hue in (240.0, 20.0)
    ]
    assert colours[0][2] - colours[0][0] > colours[1][2] - colours[1][0]
    assert Candidate(7, 20.0, 6, "warp").name() == "seed:7@20"


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    "sizes", [(4, 2, 0, 0), (8, 2, 4, 0), (12, 8, 0, 3), (64, 3, 32, 16)], ids=str
)
def test_accidents_are_composed_at_any_sizes(
    sizes: tuple[int, int, int, int], activation: str
) -> None:
    width, depth, features, warp = sizes
    architecture = Architecture(width, depth, activation, features, warp)
    style = compose(3, architecture)
    picture = draw(style, np.zeros(11), (32, 18))
    assert np.isfinite(picture).all()
    assert style.architecture == architecture


def test_only_a_seed_without_a_symmetry_is_tried_without_a_mirror() -> None:
    free = next(seed for seed in range(50) if seed_symmetry(seed).order == 1)
    star = next(seed for seed in range(50) if seed_symmetry(seed).order > 1)
    assert mirrors_of(free) == MIRRORS
    assert 0 not in mirrors_of(star)


@pytest.mark.slow
def test_a_field_is_reproducible_and_has_each_seed_once(judge: Judge) -> None:
    first, second = ([e.candidate for e in draw_field(REQUEST, judge)] for _ in range(2))
    assert first == second
    assert 1 <= len(first) == len({candidate.seed for candidate in first}) <= 6
    kinds = [candidate.motion for candidate in first]
    assert kinds[:2] == ["warp", "travel"]
    other = replace(REQUEST, config=replace(REQUEST.config, seed=1))
    assert {e.candidate.seed for e in draw_field(other, judge)} != {c.seed for c in first}
    lava = replace(REQUEST, prompt="lava")
    assert {e.candidate.seed for e in draw_field(lava, judge)} != {c.seed for c in first}


def test_one_seed_is_tried_in_its_mirrors_and_a_mirror_that_was_given_is_kept(
    judge: Judge,
) -> None:
    chosen = replace(REQUEST, start=Start(seed=7, hue_deg=30.0))
    field = [entry.candidate for entry in draw_field(chosen, judge)]
    assert sorted(candidate.mirror for candidate in field) == sorted(mirrors_of(7))
    assert {(candidate.seed, candidate.hue_deg) for candidate in field} == {(7, 30.0)}
    fixed = replace(chosen, config=replace(chosen.config, mirror=4))
    (only,) = draw_field(fixed, judge)
    assert (only.candidate.mirror, only.style.view.mirror) == (4, 4)


def test_a_stage_wants_edges_and_night_and_neither_grey_nor_white() -> None:
    seeds = [draw(seed_style(38), z) for z in np.random.default_rng(0).uniform(0, 1, (2, 11))]
    grey = [np.full((54, 96, 3), 120.0, np.float32)] * 2
    white = [np.full((54, 96, 3), 250.0, np.float32)] * 2
    assert stage_score(seeds) > 2.0
    assert 0.0 > stage_score(grey) > stage_score(white)


@pytest.mark.slow
def test_hues_are_those_of_the_circle(judge: Judge) -> None:
    assert sorted(prompt_hues(judge)) == sorted(HUES_DEG)


def test_a_race_takes_at_most_a_third_and_none_is_too_short_to_tell() -> None:
    assert plan_race(4, 64) == (1, 8)
    assert plan_race(120, 64) == (3, 8)
    assert plan_race(120, 2) == (2, 20)
    for iterations in (16, 60, 140, 240, 400, 1500):
        size, rung = plan_race(iterations, 24)
        assert race_iterations(size, rung) <= iterations / 3.0
        assert size == 1 or 8 <= rung <= 20
    assert race_iterations(6, 10) == (6 + 3 + 2) * 10
