"""``train.py`` and ``chladni train``: arguments are checked before torch is imported."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from trainer.cli.batch import batch
from trainer.cli.checks import check_request, need_torch
from trainer.cli.clip_command import clip_command
from trainer.cli.compare import compare
from trainer.cli.ear import ear
from trainer.cli.evaluate import evaluate
from trainer.cli.import_command import import_command
from trainer.cli.morphs import morphs
from trainer.cli.new_folder import make_folder
from trainer.cli.options import CLIP, JUDGES, NEGATIVE, NETWORK, SOUND, TEXT, TRAINING
from trainer.cli.outputs import check_outputs
from trainer.cli.requested import request_from
from trainer.cli.status import end_with_input
from visualizer import __version__
from visualizer.cli.ending import run_command
from visualizer.cli.options import DEBUG, FILE, typed_in
from visualizer.cli.options import options as with_options
from visualizer.style.library import style_path, styles_folder

LISTS = ("--resolutions", "--hidden-dims", "--judge")
"""Options that take several values in a row."""

EXAMPLES = """\b
Examples:
  train.py --prompt "storm clouds"                          styles/storm-clouds.safetensors
  train.py --prompt "storm clouds" --preset quick           about three minutes on two cores
  train.py --prompt "a stained glass window" --motion warp --mirror 6
  train.py --prompt "a peacock feather" --start seed:58568@287   another of its candidates
  train.py --prompt "molten lava" --audio song.mp3 --output styles/lava.safetensors
  train.py --prompt "molten lava" --resume                  go on after Ctrl-C
  train.py clip --check                                     is CLIP there?
"""


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXAMPLES,
)
@click.option("--prompt", metavar="TEXT", help="What the style shall look like.")
@click.option("--output", type=FILE, metavar="FILE", help="styles/PROMPT.safetensors by default.")
@with_options(NEGATIVE)
@click.option("--image", type=FILE, metavar="PATH", help="A picture that it shall look like.")
@with_options(TEXT, SOUND, NETWORK, TRAINING, CLIP, JUDGES)
@click.option("--resume", is_flag=True, help="Go on exactly from the last checkpoint.")
@click.option(
    "--force", is_flag=True, help="Replace the style that is there under the prompt's name."
)
@click.option("--live", is_flag=True, help="Write a playable style at every preview.")
@click.option(
    "--status", type=FILE, metavar="FILE", help="One JSON object a second: how far the run is."
)
@click.option("--tethered", is_flag=True, help="End at once when standard input ends.")
@click.version_option(__version__, prog_name="chladni", message="%(prog)s %(version)s")
@with_options(DEBUG)
@click.pass_context
def command(ctx: click.Context, /, **values: Any) -> None:  # noqa: ANN401 - typed by click
    """Train a style from a sentence."""
    if ctx.invoked_subcommand is not None:
        _refuse_before(ctx)
        return
    if values["tethered"]:
        end_with_input()
    request = request_from(values, typed_in(ctx))
    if values["output"] is None:
        make_folder(request.output.parent)
    is_file = values["start"] not in {"accident", "blank"}
    start = style_path(values["start"], styles_folder()) if is_file else None
    check_outputs(request, start, values["status"])
    check_request(request)
    need_torch()
    from trainer.cli.progress import train_with_bar

    train_with_bar(request, status=values["status"])


def _refuse_before(ctx: click.Context) -> None:
    typed = typed_in(ctx) - {"debug"}
    for parameter in ctx.command.params:
        if parameter.name in typed:
            raise click.UsageError(
                f"{parameter.opts[0]} stands before {ctx.invoked_subcommand};"
                " give options after the command that they are for"
            )


for _command in (clip_command, compare, evaluate, batch, import_command, morphs, ear):
    command.add_command(_command)


def spread_lists(args: Sequence[str]) -> list[str]:
    """``--resolutions 112 224`` as ``--resolutions 112 --resolutions 224``, which click takes."""
    spread: list[str] = []
    option, taken = "", 0
    for arg in args:
        if arg in LISTS:
            option, taken = arg, 0
            continue
        belongs = ":" in arg if option == "--judge" else arg[:1].isdigit()
        if option and not arg.startswith("-") and (taken == 0 or belongs):
            spread += [option, arg]
            taken += 1
            continue
        if option and taken == 0:
            spread.append(option)
        option = ""
        spread.append(arg)
    if option and taken == 0:
        spread.append(option)
    return spread


def main(argv: Sequence[str] | None = None, name: str = "train.py") -> int:
    """``train.py``: returns the exit code."""
    return run_command(command, spread_lists(sys.argv[1:] if argv is None else argv), name)
