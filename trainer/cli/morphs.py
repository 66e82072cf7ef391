"""``train.py morphs``: which styles of a folder may become each other on the stage."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import click

from trainer.cli.checks import check_clip, check_texts, need_torch
from trainer.cli.new_folder import make_folder
from trainer.cli.options import CLIP, DEVICE, TEXT
from trainer.cli.requested import clip_from
from trainer.request import TrainRequest
from visualizer.cli.options import DEBUG, FILE, options, typed_in
from visualizer.errors import StyleError
from visualizer.style.library import library_folders, open_library, styles_folder
from visualizer.style.morph_pairs import MORPHS
from visualizer.system.files import check_target

log = logging.getLogger(__name__)


@click.command()
@click.argument("folder", type=FILE, required=False, metavar="[FOLDER]")
@options(TEXT, CLIP, DEVICE, DEBUG)
@click.pass_context
def morphs(ctx: click.Context, /, folder: Path | None, **values: Any) -> None:  # noqa: ANN401 - typed by click
    """Measure which trained styles may become each other weight by weight on the stage."""
    folder = folder or styles_folder()
    styles = open_library(folder).styles
    target = library_folders(folder)[0]
    make_folder(target)
    check_target(target / MORPHS, StyleError)
    request = TrainRequest(
        prompt=None,
        output=Path(),
        clip=clip_from(values, typed_in(ctx)),
        text_embedding=values["text_embedding"],
        device=values["device"],
    )
    if request.text_embedding is not None:
        check_texts(request.text_embedding, *(style.prompt for style in styles))
    check_clip(request.clip)
    need_torch()
    from trainer.clip.judges import ClipModels
    from trainer.measure.morph_pairs import MorphGains, candidates, measure_pair, save_pairs

    pairs = candidates(styles)
    if not pairs:
        raise StyleError(f"no two trained styles in {folder} are networks of the same shape")
    gains = MorphGains(ClipModels(request))
    measured = []
    for number, (a, b) in enumerate(pairs, 1):
        pair = measure_pair(a, b, gains.toward(a, b))
        measured.append(pair)
        log.info("%d of %d: %s", number, len(pairs), pair.sentence())
    path = save_pairs(measured, target)
    click.echo(f"{sum(pair.good for pair in measured)} of {len(pairs)} pairs may morph: {path}")
