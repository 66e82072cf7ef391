"""Cards of styles that are already there, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trainer.clip.judges import ClipModels
from trainer.measure.card import make_card, plain_card
from trainer.measure.rank import rank_text
from trainer.training.song_states import song_moments
from visualizer.style.style import Style
from visualizer.types import Features

UNSCORED: dict[str, Any] = {
    "clip": None,
    "score": None,
    "score_std": None,
    "score_min": None,
    "untrained_score": None,
    "gain": None,
    "rank": None,
    "rank_of": None,
    "judges": [],
}
"""What a card says where there is no prompt to judge by."""
TITLES = (
    "style", "score", "gain", "rank", "kick", "bass", "high", "drift", "quiet/s", "flicker",
    "moves", "contrast", "min", "saturated", "crisp", "dark", "flat", "colour", "mirror",
    "parameters", "50 dB", "prompt",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A style and its card. prompt: what it was scored against, None where nothing."""

    style: Style
    prompt: str | None
    card: dict[str, Any]

    def row(self) -> dict[str, Any]:
        """As JSON values."""
        return {"name": self.style.name, "prompt": self.prompt, "card": self.card}


def evaluate(
    style: Style,
    models: ClipModels | None,
    prompt: str | None,
    frames: Sequence[Features] | None = None,
) -> Evaluation:
    """Measure a style, and score it against a prompt where there are one and CLIPs.

    frames: of a song; the score is then taken at its moments instead of the fixed ones.
    """
    if models is None or prompt is None:
        return Evaluation(style, None, UNSCORED | plain_card(style))
    moments = None if frames is None else song_moments(style, frames)
    card = make_card(style, models.judges_of(prompt), moments)
    return Evaluation(style, prompt, card)


def table(evaluations: Sequence[Evaluation]) -> str:
    """The cards' numbers, a style a line."""
    rows = [TITLES, *(_cells(evaluation) for evaluation in evaluations)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(TITLES))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if column in {0, len(TITLES) - 1} else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _cells(evaluation: Evaluation) -> tuple[str, ...]:
    card = evaluation.card
    return (
        evaluation.style.name,
        _number(card["score"], ".3f"),
        _number(card["gain"], "+.3f"),
        rank_text(card),
        *(f"{card[f'{part}_levels']:.1f}" for part in ("kick", "bass", "high", "drift")),
        f"{card['quiet_levels_per_s']:.1f}",
        f"{card['flicker_levels']:.2f}",
        f"{card['moves']:.2f}",
        f"{card['contrast']:.0f}",
        f"{card['contrast_min']:.0f}",
        f"{card['saturated']:.2f}",
        f"{card['crisp_levels']:.0f}",
        *(f"{card[share]:.2f}" for share in ("dark_share", "flat_share", "saturation")),
        str(card["mirror"]),
        f"{card['parameters']:,}",
        f"{card['scale_50db']:g}",
        evaluation.prompt or "-",
    )


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)
