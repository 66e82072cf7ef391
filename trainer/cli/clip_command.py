"""``train.py clip``: which CLIPs there are, and whether one is here."""

from __future__ import annotations

from typing import Any

import click

from trainer.cli.checks import check_clip, need_torch
from trainer.cli.options import CLIP, ClipName
from trainer.cli.requested import clip_from
from trainer.clip.word_lists import all_texts
from visualizer.cli.options import DEBUG, options, typed_in
from visualizer.errors import UsageError


@click.command("clip")
@click.option("--list", "listed", is_flag=True, help="Print every MODEL:TAG that can be fetched.")
@click.option("--texts", is_flag=True, help="Print the texts to embed into a text vector file.")
@click.option("--fetch", type=ClipName(), metavar="NAME:TAG", help="Download weights, print where.")
@click.option("--check", is_flag=True, help="Load the model and say what it can do.")
@options(CLIP, DEBUG)
@click.pass_context
def clip_command(ctx: click.Context, /, **values: Any) -> None:  # noqa: ANN401 - typed by click
    """Look after CLIP, which guides the training."""
    wishes = [name for name in ("listed", "texts", "fetch", "check") if values[name]]
    if len(wishes) != 1:
        raise UsageError("give one of --list, --texts, --fetch NAME:TAG and --check")
    if values["texts"]:
        click.echo("\n".join(all_texts()))
        return
    clip = clip_from(values, typed_in(ctx))
    if values["check"]:
        check_clip(clip)
    need_torch()
    from trainer.clip.weights import check, fetch, names

    if values["listed"]:
        click.echo("\n".join(names()))
    elif values["fetch"]:
        click.echo(fetch(values["fetch"]))
    else:
        click.echo(check(clip))
