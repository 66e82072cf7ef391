"""``train.py compare``: one prompt at several widths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from trainer.cli.checks import need_torch
from trainer.cli.new_folder import check_in_new_folder, check_new, make_folder
from trainer.cli.options import CLIP, JUDGES, NEGATIVE, NETWORK, SOUND, TEXT, TRAINING
from trainer.cli.outputs import check_outputs, free_output
from trainer.cli.requested import side_request
from visualizer.cli.options import DEBUG, FILE, options
from visualizer.cli.params import Resolution
from visualizer.errors import StyleError
from visualizer.style.library import new_styles_folder, slug
from visualizer.system.files import check_target

EXPLORATIONS = Path("explorations/trained")


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
        width: side_request(
            ctx, values, width=width, output=folder / f"{name}_{width}dim.safetensors"
        )
        for width in widths
    }
    for request in requests.values():
        check_new(request.output)
        check_outputs(request)
        check_in_new_folder(request)
    from visualizer.output.film.film import check_size

    check_size(*size)
    if values["install"]:
        make_folder(new_styles_folder())
        check_target(new_styles_folder() / f"{name}.safetensors", StyleError)
    need_torch()
    from trainer.cli.progress import train_with_bar
    from trainer.clip.judges import ClipModels
    from trainer.compare.compare import RESULTS, Order, install
    from trainer.compare.compare import compare as compare_widths
    from trainer.compare.film import draw_film

    first = requests[widths[0]]
    judges = ClipModels(first).judges_of(first.prompt)
    make_folder(folder)

    def train(width: int, iterations: int | None, output: Path) -> None:
        request = replace(requests[width], output=output)
        if iterations is not None:
            request = replace(request, config=replace(request.config, iterations=iterations))
        train_with_bar(request, judges)

    order = Order(values["prompt"], name, widths, folder, first.song, size)
    comparison = compare_widths(order, train, draw_film)
    click.echo(f"{comparison.winner.width} wide wins; read {folder / RESULTS}")
    if values["install"]:
        winner = order.output(comparison.winner.width).stem
        target = free_output(new_styles_folder(), winner)
        click.echo(f"installed {install(order, comparison, target)}")
