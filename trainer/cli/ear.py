"""``train.py ear``: the network that hears beats and bars, trained on music made for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from trainer.cli.checks import need_torch
from visualizer.cli.options import DEBUG, FILE, options
from visualizer.errors import ChladniError, UsageError
from visualizer.system.files import check_target

LESSONS = Path("explorations/lessons")


@click.command(
    epilog="\b\nExample:\n  train.py ear --output beat_network.safetensors --lessons 500"
)
@click.option(
    "--output", type=FILE, required=True, metavar="FILE", help="The weights; the card lies beside."
)
@click.option(
    "--lessons",
    type=click.IntRange(25, 100_000),
    default=300,
    show_default=True,
    help="Pieces of 40 s to learn from.",
)
@click.option(
    "--steps",
    type=click.IntRange(1, 100_000),
    default=80,
    show_default=True,
    help="Of training: 1.5 s each on one core.",
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True)
@click.option(
    "--lessons-dir",
    "folder",
    type=FILE,
    default=LESSONS,
    show_default=True,
    metavar="DIR",
    help="Where lessons are kept for another run.",
)
@options(DEBUG)
def ear(output: Path, folder: Path, **values: Any) -> None:  # noqa: ANN401 - typed by click
    """Train the network that hears beats, on music that is made up and played here."""
    if output.suffix != ".safetensors":
        raise UsageError(f"the output is {output}, expected a name ending in .safetensors")
    check_target(output, ChladniError)
    values.pop("debug", None)
    from trainer.ear.synth import find_sound_fonts

    find_sound_fonts()
    need_torch()
    from trainer.ear.run import HELD_BACK, EarRequest, run

    request = EarRequest(output=output, folder=folder, **values)
    card = run(request, lambda line: click.echo(line, err=True))
    click.echo(
        f"{output}: {card.parameters} weights, loss {card.validation_loss}"
        f" on {HELD_BACK} lessons held back"
    )
