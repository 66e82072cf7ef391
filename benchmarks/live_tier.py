"""What a narrower network loses: score, rank and motion against FLOP per pixel, and the knee.

::

    python -m benchmarks.live_tier FOLDER [options of train.py]

Trains four widths toward three prompts with two seeds each, 80 iterations at 112 px, into FOLDER;
what is done is not done again. Prints a table in Markdown and the knee, the width that the trainer
takes where none is given; draws FOLDER/live-tier.svg and a contact sheet, FOLDER/live-tier.png. The
options are for the guide: ``--clip-model``, ``--text-embedding``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import log, sqrt
from pathlib import Path
from statistics import mean, variance
from typing import Any

import numpy as np
from PIL import Image

from trainer.batch import is_done
from trainer.cli import main as train

WIDTHS = (16, 32, 64, 128)
"""All else is the trainer's own: four layers, 16 feature waves, eight warp waves, rate by width."""
PROMPTS = {
    "glass": ("a stained glass window", "warp"),
    "clouds": ("storm clouds", "travel"),
    "sunflower": ("a sunflower", "warp"),
}
SEEDS = (0, 1)
ALL = "mean of all"
COLOURS = {ALL: "#222", "glass": "#2458d6", "clouds": "#c2571a", "sunflower": "#7a8f00"}
"""Of the lines, in the order that they are drawn: a prompt's dots cover those of all."""
MEASURES = {
    "score": "score of held-out pictures",
    "rank": "rank of 101 (1 is best)",
    "moves": "share of change that is movement",
}
PANEL, MARGIN = (250, 180), 44


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
            "--iterations", "80", "--resolutions", "112", "--crops", "3",
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


def chart(cards: dict[Case, Card]) -> str:
    """The three measures as panels of an SVG: a dot for each run, a line through the means."""
    width, height = PANEL
    total = (width + MARGIN) * len(MEASURES) + 8, height + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total[0]} {total[1]}">',
        "<style>text { font: 11px sans-serif }</style>",
        f'<rect width="{total[0]}" height="{total[1]}" fill="white"/>',
    ]
    for i, measure_name in enumerate(MEASURES):
        parts += panel(cards, measure_name, MARGIN + i * (width + MARGIN))
    for i, (prompt, colour) in enumerate(COLOURS.items()):
        x, y = MARGIN + 180 * i, total[1] - 6
        text = ALL if prompt == ALL else PROMPTS[prompt][0]
        parts.append(f'<text x="{x}" y="{y}" fill="{colour}">{text}</text>')
    return "\n".join([*parts, "</svg>", ""])


def panel(cards: dict[Case, Card], name: str, left: int) -> Iterator[str]:
    """One measure against FLOP per pixel, which is on a logarithmic axis."""
    width, height = PANEL
    flops = sorted({card["flop_per_pixel"] for card in cards.values()})
    values = [card[name] for card in cards.values()]
    low, high = min(values), max(values)
    bottom = MARGIN + height

    def place(flop: float, value: float) -> tuple[str, str]:
        across = log(flop / flops[0]) / log(flops[-1] / flops[0])
        up = (value - low) / (high - low or 1.0)
        return f"{left + 12 + across * (width - 24):.1f}", f"{bottom - 12 - up * (height - 24):.1f}"

    yield f'<text x="{left}" y="{MARGIN - 10}">{MEASURES[name]}</text>'
    yield f'<path d="M{left},{MARGIN}V{bottom}H{left + width}" fill="none" stroke="#bbb"/>'
    for value in (low, high):
        y = place(flops[0], value)[1]
        yield f'<text x="{left - 4}" y="{y}" text-anchor="end">{value:.3g}</text>'
    for flop in flops:
        x = place(flop, low)[0]
        label = f"{flop / 1000:.0f}k"
        yield f'<text x="{x}" y="{bottom + 14}" text-anchor="middle">{label}</text>'
    for prompt, colour in COLOURS.items():
        found = {
            flop: [
                card[name]
                for case, card in cards.items()
                if prompt in {ALL, case.prompt} and card["flop_per_pixel"] == flop
            ]
            for flop in flops
        }
        line = " ".join(",".join(place(flop, mean(found[flop]))) for flop in flops)
        yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
        for x, y in (place(flop, value) for flop in flops for value in found[flop]):
            yield f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>'


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
    (folder / "live-tier.svg").write_text(chart(cards), encoding="utf-8")
    sheet(folder).save(folder / "live-tier.png", optimize=True)


if __name__ == "__main__":
    main()
