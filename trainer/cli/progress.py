"""A run on the terminal: a bar while it lasts, the card's numbers at its end."""

from __future__ import annotations

import logging
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from trainer.cli.status import StatusFile
from trainer.clip.judges import Judges
from trainer.request import TrainRequest
from trainer.runs.run import train_style
from trainer.training.optimize import Progress

_log = logging.getLogger(__name__)


def train_with_bar(
    request: TrainRequest, judges: Judges | None = None, status: Path | None = None
) -> None:
    """Train one style, with a bar on stderr where that is a terminal.

    judges: loaded before, when several runs share a guide. status: a file that tells another
    program how far the run is. Raises ChladniError.
    """
    bar = Bar(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[numbers]}"),
        TextColumn("eta"),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        disable=not sys.stderr.isatty(),
    )
    with bar, ExitStack() as closing:
        file = None
        if status is not None:
            file = closing.enter_context(StatusFile(status, request.config))
        task = bar.add_task("loading CLIP", total=request.config.total, numbers="")

        def watch(progress: Progress) -> None:
            bar.update(
                task,
                description=where(progress),
                completed=progress.step,
                numbers=summary(progress),
            )
            if file is not None:
                file.see(progress)

        report = train_style(request, judges, watch)
    click.echo(f"{request.output}: {headline(report['card'])}")


def where(progress: Progress) -> str:
    """The race, or the side of the pictures."""
    if progress.racing > 1:
        return f"race of {progress.racing}"
    return f"{progress.resolution} px"


def summary(progress: Progress) -> str:
    """Similarity and the loss parts, short."""
    parts = " ".join(f"{name} {value:.2f}" for name, value in progress.parts.items())
    return f"similarity {progress.similarity:.3f}, {parts}"


def headline(card: dict[str, Any]) -> str:
    """The card's most telling numbers in one line."""
    rank = "unknown" if card["rank"] is None else f"{card['rank']} of {card['rank_of']}"
    return (
        f"score {card['score']:.3f} (gain {card['gain']:+.3f}, rank {rank}),"
        f" a kick moves {card['kick_levels']:.0f} levels, {card['moves']:.0%} of it as movement"
    )
