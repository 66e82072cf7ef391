"""``train.py evaluate``: the cards of styles that are there."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trainer.cli.checks import check_clip, check_texts, need_torch
from trainer.cli.options import CLIP, DEVICE, JUDGES, TEXT
from trainer.cli.requested import clip_from
from trainer.request import TrainRequest
from visualizer.cli.options import DEBUG, FILE, JSON, options, typed_in
from visualizer.errors import ChladniError
from visualizer.style.library import find_style, styles_folder

if TYPE_CHECKING:
    from trainer.clip.judges import ClipModels

log = logging.getLogger(__name__)


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="STYLE...")
@click.option("--prompt", metavar="TEXT", help="Score by this instead of each style's own prompt.")
@click.option(
    "--audio", "song", type=FILE, metavar="SONG", help="Score at this song's moments instead."
)
@options(TEXT, CLIP, JUDGES, DEVICE, JSON, DEBUG)
@click.pass_context
def evaluate(ctx: click.Context, /, specs: Sequence[str], **values: Any) -> None:  # noqa: ANN401 - typed by click
    """Measure styles: NAME, PATH or seed:N. Without a prompt, movement and cost alone."""
    styles = [find_style(spec, styles_folder()) for spec in specs]
    prompts = [values["prompt"] or style.prompt for style in styles]
    given = typed_in(ctx)
    request = TrainRequest(
        prompt=values["prompt"],
        output=Path(),
        clip=clip_from(values, given),
        judges=values["judges"],
        text_embedding=values["text_embedding"],
        device=values["device"],
    )
    if request.text_embedding is not None:
        check_texts(request.text_embedding, *prompts)
    for clip in (request.clip, *request.judges):
        check_clip(clip)
    frames = None
    if values["song"] is not None:
        from trainer.training.song_states import listen

        frames = listen(values["song"])
    need_torch()
    from trainer.measure.evaluate import evaluate as measure
    from trainer.measure.evaluate import table

    models = None
    if any(prompt is not None for prompt in prompts):
        models = _models(request, asked={"clip_model", "clip_pretrained"} & given)
    pairs = zip(styles, prompts, strict=True)
    rows = [measure(style, models, prompt, frames) for style, prompt in pairs]
    if values["as_json"]:
        click.echo(json.dumps([row.row() for row in rows], indent=2))
    else:
        click.echo(table(rows))


def _models(request: TrainRequest, *, asked: set[str]) -> ClipModels | None:
    """The CLIPs; None, with a word, where the default one is not there and nobody named it."""
    from trainer.clip.judges import ClipModels

    try:
        return ClipModels(request)
    except ChladniError as error:
        if asked:
            raise
        log.warning("%s; the scores are left out", error)
        return None
