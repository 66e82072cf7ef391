"""``train.py batch``: a style for each line of a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from trainer.cli.checks import need_torch
from trainer.cli.new_folder import check_in_new_folder, make_folder
from trainer.cli.options import CLIP, JUDGES, NEGATIVE, NETWORK, SOUND, TEXT, TRAINING
from trainer.cli.outputs import check_outputs
from trainer.cli.requested import side_request
from trainer.files import run_files
from trainer.runs.batch import name_outputs, read_prompts, run_batch
from visualizer.cli.options import DEBUG, FILE, options
from visualizer.style.library import new_styles_folder, slug
from visualizer.system.used_files import check_apart, used


@click.command()
@click.argument("prompts", type=FILE, metavar="PROMPTS.txt")
@click.option(
    "--output-dir",
    type=FILE,
    default=new_styles_folder,
    show_default="the library",
    metavar="DIR",
    help="Where the styles go.",
)
@options(NEGATIVE, TEXT, SOUND, NETWORK, TRAINING, CLIP, JUDGES, DEBUG)
@click.pass_context
def batch(ctx: click.Context, /, prompts: Path, output_dir: Path, **values: Any) -> int:  # noqa: ANN401 - typed by click
    """Train one style for each line of PROMPTS.txt; what is done is skipped."""
    outputs = name_outputs(read_prompts(prompts), output_dir, slug)
    first = side_request(ctx, values, prompt=outputs[0][0], output=outputs[0][1])
    for _, output in outputs:
        check_apart(used("the prompts", prompts), used("what a run writes", *run_files(output)))
    # A prompt that the file lacks is that prompt's failure alone: it is told in its turn.
    check_in_new_folder(replace(first, text_embedding=None))
    need_torch()
    from trainer.cli.progress import train_with_bar
    from trainer.clip.judges import ClipModels

    models = ClipModels(first)
    make_folder(output_dir)

    def train(prompt: str, output: Path) -> None:
        request = replace(first, prompt=prompt, output=output)
        check_outputs(request)
        train_with_bar(request, models.judges_of(prompt))

    outcome = run_batch(outputs, train)
    click.echo(
        f"{len(outcome.done)} trained, {len(outcome.skipped)} were there,"
        f" {len(outcome.failed)} failed"
    )
    return 1 if outcome.failed else 0
