"""``train.py import``: a torch file becomes a style."""

from __future__ import annotations

from pathlib import Path

import click

from trainer.cli.checks import need_torch
from trainer.files import check_replaceable, run_files
from visualizer.cli.options import DEBUG, FILE, options
from visualizer.errors import StyleError
from visualizer.style.style import ACTIVATIONS, check_name
from visualizer.system.files import check_target
from visualizer.system.used_files import check_apart, used


@click.command("import")
@click.argument("old", type=FILE, metavar="OLD.pth")
@click.option(
    "--output", type=FILE, required=True, metavar="NAME.safetensors", help="The style to write."
)
@click.option(
    "--activation",
    type=click.Choice(ACTIVATIONS),
    metavar="NAME",
    help=f"{', '.join(ACTIVATIONS)}; tanh where the file does not say.",
)
@click.option(
    "--output-activation",
    "squash",
    type=click.Choice(("sigmoid", "tanh")),
    help="How its last layer becomes colours; sigmoid by default.",
)
@click.option(
    "--inputs",
    metavar="'x y r ...'",
    help="What its inputs are, in order; all but x, y and r become z.",
)
@options(DEBUG)
def import_command(
    *,
    old: Path,
    output: Path,
    activation: str | None,
    squash: str | None,
    inputs: str | None,
    **_: object,
) -> None:
    """Turn a torch state dict of plain linear layers into a style; code in it is never run."""
    check_apart(used("the old file", old), used("what the import writes", *run_files(output)))
    check_name(output.stem)
    check_target(output, StyleError)
    check_replaceable(output)
    need_torch()
    from trainer.importing.importer import import_style, style_name
    from trainer.importing.writer import write_imported

    name = style_name(output)
    done = import_style(old, name, activation, squash, inputs.split() if inputs else None)
    write_imported(done, old, output)
    arch = done.style.architecture
    click.echo(f"{output}: {arch.width} wide, {arch.depth} deep, {arch.activation}")
    for note in done.notes:
        click.echo(f"- {note}")
