"""What a narrower network loses: score, rank and motion against FLOP per pixel, and the knee.

::

    python -m benchmarks.live_tier FOLDER [options of train.py]

Trains four widths toward three prompts with two seeds each, from blank networks, 80 iterations at
112 px, into FOLDER; what is done is not done again. Prints a table in Markdown and the knee, the
width that the trainer takes where none is given; draws FOLDER/live-tier.svg and a contact sheet,
FOLDER/live-tier.png. The options are for the guide: ``--clip-model``, ``--text-embedding``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import sqrt
from pathlib import Path
from statistics import mean, variance
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.chart import Curve, Panel, save_chart
from trainer.cli.main import main as train
from trainer.runs.batch import is_done

WIDTHS = (16, 32, 64, 128)
"""All else is the trainer's own: four layers, 16 feature waves, eight warp waves, rate by width."""
PROMPTS = {
    "glass": ("a stained glass window", "warp"),
    "clouds": ("storm clouds", "travel"),
    "sunflower": ("a sunflower", "warp"),
}
SEEDS = (0, 1)
ALL = "mean of all"
MEASURES = {
    "score": "score of held-out pictures",
    "rank": "rank of 101 (1 is best)",
    "moves": "share of change that is movement",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One run."""

    prompt: str
    width: int
    seed: int

    @property
    def stem(self) -> str:
        """The name of its files."""
        return f"{self.prompt}_{self.width}wide_seed{self.seed}"

    def arguments(self, output: Path) -> list[str]:
        """Of train.py."""
        text, motion = PROMPTS[self.prompt]
        return [
            "--prompt", text, "--motion", motion, "--output", str(output),
            "--hidden-dim", str(self.width), "--seed", str(self.seed),
            "--iterations", "80", "--resolutions", "112", "--crops", "3", "--start", "blank",
        ]  # fmt: skip


Card = dict[str, Any]


def measure(folder: Path, options: Sequence[str]) -> dict[Case, Card]:
    """The card of every case, trained now where it was not."""
    cards = {}
    for prompt, width, seed in product(PROMPTS, WIDTHS, SEEDS):
        case = Case(prompt, width, seed)
        output = folder / f"{case.stem}.safetensors"
        done = is_done(PROMPTS[prompt][0], output)
        if not done and (code := train([*case.arguments(output), *options])):
            sys.exit(code)
        cards[case] = json.loads(output.with_suffix(".json").read_text(encoding="utf-8"))["card"]
    return cards


def rows(cards: dict[Case, Card]) -> Iterator[str]:
    """The table in Markdown, both seeds in each cell."""
    yield "| prompt | width | parameters | FLOP per pixel | score | rank | kick, levels | moves |"
    yield "|---|---|---|---|---|---|---|---|"
    for prompt, width in product(PROMPTS, WIDTHS):
        both = [cards[Case(prompt, width, seed)] for seed in SEEDS]
        cells = (
            ", ".join(format(card[name], shape).lstrip("0") for card in both)
            for name, shape in (("score", ".3f"), ("rank", "d"), ("kick_levels", ".0f"),
                                ("moves", ".2f"))
        )  # fmt: skip
        yield (
            f"| {PROMPTS[prompt][0]} | {width} | {both[0]['parameters']:,}"
            f" | {both[0]['flop_per_pixel']:,} | {' | '.join(cells)} |"
        )


@dataclass(frozen=True, slots=True)
class Knee:
    """The narrowest width that loses nothing that these runs can tell.

    scores: each width's mean over prompts and seeds. error: the standard error of such a mean,
    from how far seeds differ within one prompt and width.
    """

    width: int
    scores: dict[int, float]
    error: float


def find_knee(cards: dict[Case, Card]) -> Knee:
    """The narrowest whose mean lies within one standard error of the best.

    The one-standard-error rule of Breiman et al., "Classification and regression trees" (1984).
    """
    scores = {
        width: mean(card["score"] for case, card in cards.items() if case.width == width)
        for width in WIDTHS
    }
    spread = mean(
        variance([cards[Case(prompt, width, seed)]["score"] for seed in SEEDS])
        for prompt, width in product(PROMPTS, WIDTHS)
    )
    error = sqrt(spread / (len(PROMPTS) * len(SEEDS)))
    best = max(scores.values())
    width = next(width for width in WIDTHS if scores[width] >= best - error)
    return Knee(width, scores, error)


def panel(cards: dict[Case, Card], measure_name: str) -> Panel:
    """One measure against FLOP per pixel: a dot for each run, a line through the means."""
    names = {ALL: ALL} | {prompt: text for prompt, (text, _) in PROMPTS.items()}
    curves = []
    for prompt, text in names.items():
        runs: dict[float, list[float]] = {}
        for case, card in cards.items():
            if prompt in {ALL, case.prompt}:
                runs.setdefault(card["flop_per_pixel"], []).append(card[measure_name])
        means = [(flop, mean(values)) for flop, values in sorted(runs.items())]
        dots = [(flop, value) for flop, values in runs.items() for value in values]
        curves.append(Curve(text, means, () if prompt == ALL else dots))
    return Panel(MEASURES[measure_name], "FLOP per pixel", curves, in_proportion=False)


def sheet(folder: Path) -> Image.Image:
    """Every style's picture: a row for each prompt and seed, a column for each width."""

    def picture(case: Case) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        with Image.open(folder / f"{case.stem}.png") as image:
            return np.asarray(image.convert("RGB").resize((240, 135)))

    lines = [
        np.hstack([picture(Case(prompt, width, seed)) for width in WIDTHS])
        for prompt, seed in product(PROMPTS, SEEDS)
    ]
    return Image.fromarray(np.vstack(lines))


def main() -> None:
    """Train what is missing, print the table and the knee, draw the chart and the sheet."""
    if len(sys.argv) < 2:
        sys.exit(f"error: expected a folder\n{__doc__}")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    cards = measure(folder, sys.argv[2:])
    print("\n".join(rows(cards)))
    knee = find_knee(cards)
    means = ", ".join(f"{width}: {score:.4f}" for width, score in knee.scores.items())
    print(f"\nmean scores: {means}; standard error {knee.error:.4f}; knee: {knee.width} wide")
    save_chart([panel(cards, name) for name in MEASURES], folder / "live-tier.svg")
    sheet(folder).save(folder / "live-tier.png", optimize=True)


if __name__ == "__main__":
    main()
