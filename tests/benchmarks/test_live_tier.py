from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from benchmarks.live_tier import PROMPTS, SEEDS, WIDTHS, Card, Case, find_knee
from trainer.config import TrainConfig

PUBLISHED = Path(__file__).parents[2] / "docs" / "training.md"


def cards(means: dict[int, float], apart: float) -> dict[Case, Card]:
    """Scores whose two seeds lie so far apart, around each width's mean."""
    return {
        Case(prompt, width, seed): {"score": means[width] + (seed - 0.5) * apart}
        for prompt, width, seed in product(PROMPTS, WIDTHS, SEEDS)
    }


@pytest.mark.parametrize(
    ("apart", "width"),
    [
        (0.001, 64),  # an error of .0003: only what equals the best
        (0.012, 32),  # one of .0035
        (0.050, 16),  # one of .0144
    ],
)
def test_the_knee_is_the_narrowest_that_seeds_cannot_tell_from_the_best(
    apart: float, width: int
) -> None:
    knee = find_knee(cards({16: 0.26, 32: 0.267, 64: 0.27, 128: 0.269}, apart))
    assert knee.width == width
    assert knee.scores[32] == pytest.approx(0.267)
    # Two values so far apart have a variance of half its square; each mean is one of six runs.
    assert knee.error == pytest.approx(apart / (2 * 6) ** 0.5)


def test_the_trainers_width_is_the_knee_of_the_published_table() -> None:
    text = PUBLISHED.read_text(encoding="utf-8")
    published: dict[Case, Card] = {}
    for (prompt, (words, _)), width in product(PROMPTS.items(), WIDTHS):
        row = re.search(rf"\| {words} \| {width} \|.*?\| (\.\d+), (\.\d+) \|", text)
        assert row is not None
        for seed, score in zip(SEEDS, row.groups(), strict=True):
            published[Case(prompt, width, seed)] = {"score": float(score)}
    assert find_knee(published).width == TrainConfig().architecture.width
