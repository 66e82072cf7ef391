"""The trainer's side commands: compare, evaluate, batch and import.

Each checks what it was given, and only then imports what needs torch.
"""

from __future__ import annotations

import importlib
import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from trainer.cli.checks import check_clip, check_request, check_texts, need_torch
from trainer.cli.options import (
    CLIP,
    DEVICE,
    JUDGES,
    NEGATIVE,
    NETWORK,
    SOUND,
    STYLES,
    TEXT,
    TRAINING,
    clip_from,
    request_from,
    slug,
)
from trainer.request import TrainRequest
from trainer.runs.batch import name_outputs, read_prompts, run_batch
from visualizer.cli.options import DEBUG, FILE, JSON, options, typed_in
from visualizer.cli.params import Resolution
from visualizer.errors import ChladniError, StyleError
from visualizer.style.library import find_style, styles_folder
from visualizer.style.style import ACTIVATIONS
from visualizer.system.target import check_target

log = logging.getLogger(__name__)

EXPLORATIONS = Path("explorations/trained")


def _request(ctx: click.Context, values: dict[str, Any], **own: Any) -> TrainRequest:  # noqa: ANN401 - typed by click
    """The request that a command's options describe, with some of its own."""
    missing = {"image": None, "start": None, "resume": False, "live": False, "output": None}
    return request_from(missing | values | own, typed_in(ctx) | set(own))


@click.command(
    epilog="\b\nExample:\n  train.py compare --prompt lava --hidden-dims 16 32 64 --install"
)
@click.option("--prompt", required=True, metavar="TEXT", help="What all of them shall look like.")
@click.option(
    "--hidden-dims",
    "widths",
    type=int,
    multiple=True,
    default=(128, 256),
    show_default="128 256",
    metavar="N ...",
    help="Widths to compare, multiples of 4.",
)
@click.option(
    "--output-dir", type=FILE, metavar="DIR", help=f"{EXPLORATIONS}/clip_TIMESTAMP by default."
)
@click.option(
    "--video-resolution",
    "size",
    type=Resolution(),
    default="320x180",
    show_default=True,
    metavar="WxH",
    help="Of the test films.",
)
@click.option("--install", is_flag=True, help="Copy the winner into the styles folder.")
@options(NEGATIVE, TEXT, SOUND, NETWORK[1:], TRAINING, CLIP, JUDGES, DEBUG)
@click.pass_context
def compare(
    ctx: click.Context,
    /,
    widths: Sequence[int],
    output_dir: Path | None,
    size: tuple[int, int],
    **values: Any,  # noqa: ANN401 - typed by click
) -> None:
    """Train one prompt at several widths, film them and name the winner."""
    now = datetime.now().astimezone()
    folder = output_dir or EXPLORATIONS / f"clip_{now:%Y%m%d_%H%M%S}"
    name, widths = slug(values["prompt"]), tuple(dict.fromkeys(widths))
    requests = {
        width: _request(ctx, values, width=width, output=folder / f"{name}_{width}dim.safetensors")
        for width in widths
    }
    for request in requests.values():
        _check_in_new_folder(request)
    importlib.import_module("visualizer.output.film.film").check_size(*size)
    if values["install"]:
        check_target(styles_folder() / f"{name}.safetensors", StyleError)
    need_torch()

    room = importlib.import_module("trainer.compare.compare")
    show = importlib.import_module("trainer.cli.progress")
    first = requests[widths[0]]
    judging = importlib.import_module("trainer.runs.run").open_judging(first)
    _make_folder(folder)

    def train(width: int, iterations: int | None, output: Path) -> None:
        request = replace(requests[width], output=output)
        if iterations is not None:
            request = replace(request, config=replace(request.config, iterations=iterations))
        show.train_and_tell(request, judging)

    order = room.Order(values["prompt"], name, widths, folder, first.song, size)
    comparison = room.compare(
        order, train, importlib.import_module("trainer.compare.film").draw_film
    )
    click.echo(f"{comparison.winner.width} wide wins; read {folder / room.RESULTS}")
    if values["install"]:
        click.echo(f"installed {room.install(order, comparison, styles_folder())}")


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
        frames = importlib.import_module("trainer.training.song_states").listen(values["song"])
    need_torch()

    room = importlib.import_module("trainer.measure.evaluate")
    jury = None
    if any(prompt is not None for prompt in prompts):
        jury = _jury(request, asked={"clip_model", "clip_pretrained"} & given)
    pairs = zip(styles, prompts, strict=True)
    rows = [room.evaluate(style, jury, prompt, frames) for style, prompt in pairs]
    if values["as_json"]:
        click.echo(json.dumps([row.row() for row in rows], indent=2))
    else:
        click.echo(room.table(rows))


@click.command()
@click.argument("prompts", type=FILE, metavar="PROMPTS.txt")
@click.option(
    "--output-dir",
    type=FILE,
    default=STYLES,
    show_default=True,
    metavar="DIR",
    help="Where the styles go.",
)
@options(NEGATIVE, TEXT, SOUND, NETWORK, TRAINING, CLIP, JUDGES, DEBUG)
@click.pass_context
def batch(ctx: click.Context, /, prompts: Path, output_dir: Path, **values: Any) -> int:  # noqa: ANN401 - typed by click
    """Train one style for each line of PROMPTS.txt; what is done is skipped."""
    outputs = name_outputs(read_prompts(prompts), output_dir, slug)
    first = _request(ctx, values, prompt=outputs[0][0], output=outputs[0][1])
    # A prompt that the file lacks is that prompt's failure alone: it is told in its turn.
    _check_in_new_folder(replace(first, text_embedding=None))
    need_torch()

    show = importlib.import_module("trainer.cli.progress")
    jury = importlib.import_module("trainer.clip.judges").Jury(first)
    _make_folder(output_dir)

    def train(prompt: str, output: Path) -> None:
        request = replace(first, prompt=prompt, output=output)
        show.train_and_tell(request, jury.for_prompt(prompt))

    outcome = run_batch(outputs, train)
    click.echo(
        f"{len(outcome.done)} trained, {len(outcome.skipped)} were there,"
        f" {len(outcome.failed)} failed"
    )
    return 1 if outcome.failed else 0


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
    check_target(output, StyleError)
    need_torch()
    room = importlib.import_module("trainer.importing.importer")
    name = room.style_name(output)
    done = room.import_style(old, name, activation, squash, inputs.split() if inputs else None)
    importlib.import_module("trainer.importing.writer").write_imported(done, old, output)
    arch = done.style.architecture
    click.echo(f"{output}: {arch.width} wide, {arch.depth} deep, {arch.activation}")
    for note in done.notes:
        click.echo(f"- {note}")


COMMANDS: tuple[click.Command, ...] = (compare, evaluate, batch, import_command)


def _jury(request: TrainRequest, *, asked: set[str]) -> object:
    """The CLIPs; None, with a word, where the default one is not there and nobody named it."""
    try:
        return importlib.import_module("trainer.clip.judges").Jury(request)
    except ChladniError as error:
        if asked:
            raise
        log.warning("%s; the scores are left out", error)
        return None


def _check_in_new_folder(request: TrainRequest) -> None:
    """Check a request whose folder is made later: wherever it can be made."""
    folder = request.output.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    check_request(replace(request, output=folder / request.output.name))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ChladniError(f"cannot make the folder {folder}: {error.strerror or error}") from error
