"""Where both command lines begin: which verb is meant."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from visualizer import __version__
from visualizer.cli import night, verbs
from visualizer.cli.ending import run_command
from visualizer.cli.options import (
    DEBUG,
    FILE,
    FILM,
    JSON,
    LIVE,
    PICTURE,
    RECORD,
    SOUND,
    STILL,
    STYLE,
    SWITCHING,
    typed_in,
)
from visualizer.cli.options import options as with_options
from visualizer.cli.rig import RIG

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

VERBS = (
    verbs.live,
    verbs.render,
    verbs.still,
    verbs.features,
    verbs.devices,
    verbs.midi,
    verbs.styles,
    verbs.demo_track,
    verbs.flashes,
    verbs.tune,
    night.replay,
    night.night,
    verbs.train,
)

FIRST_WORDS = frozenset({"flashes", "tune", "replay", "night"})
"""Verbs of ``chladni`` that ``run_live.py`` knows too; a song named so is ``./tune``."""

RUN_LIVE_EXAMPLES = """\b
Examples:
  run_live.py                                live, from the default input
  run_live.py --style seed:7 --fullscreen    an untrained style, fullscreen
  run_live.py song.mp3                       a window that follows a song
  run_live.py song.mp3 song.mp4              a film: 1080p, 30 fps
  run_live.py song.mp3 out.mp4 --resolution 720p --scale 0.5 --duration 30
  run_live.py song.mp3 --still cover.png --at 42
  run_live.py song.mp3 --features song.jsonl
  run_live.py flashes song.mp4               how often a film flashes
  run_live.py replay X.night set.mp4         what --record recorded, as a film
  run_live.py tune                           before the doors: how this GPU draws fastest
"""


@click.group(context_settings=CONTEXT, invoke_without_command=True)
@click.version_option(__version__, prog_name="chladni", message="%(prog)s %(version)s")
@click.pass_context
def chladni(ctx: click.Context, /) -> None:
    """Type a prompt, train a look, play it live."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


for _verb in VERBS:
    chladni.add_command(_verb)


@click.command(
    context_settings=CONTEXT,
    epilog=f"{RUN_LIVE_EXAMPLES}\n{verbs.live.epilog}",
)
@click.argument("song", type=FILE, required=False)
@click.argument("out", type=FILE, required=False, metavar="[OUT.mp4]")
@click.option("--input", "input_song", type=FILE, metavar="SONG", help="The same as SONG.")
@click.option("--still", "still_out", type=FILE, metavar="OUT.png", help="Save one frame.")
@click.option(
    "--features", "features_out", type=FILE, metavar="OUT.jsonl", help="Write the analysis alone."
)
@click.option("--list-devices", is_flag=True, help="List the audio inputs.")
@click.option("--list-midi", is_flag=True, help="List the MIDI inputs.")
@click.option("--list-styles", is_flag=True, help="List the styles.")
@with_options(STYLE, SWITCHING, LIVE, RECORD, RIG, FILM, STILL, PICTURE, SOUND, JSON)
@click.version_option(__version__, prog_name="chladni", message="%(prog)s %(version)s")
@with_options(DEBUG)
@click.pass_context
def run_live_command(ctx: click.Context, /, **values: Any) -> None:  # noqa: ANN401 - typed by click
    """Play live from an input, follow SONG in a window, or turn it into a film."""
    song = _one_song(values)
    verb, own = _meant(values, song)
    _refuse_foreign(ctx, verb)
    accepted = {name: values[name] for name in _names(verb) if name in values}
    ctx.invoke(verb, **(accepted | own))


def _one_song(values: dict[str, Any]) -> object:
    if values["song"] is not None and values["input_song"] is not None:
        raise click.UsageError("a song was given twice, as SONG and by --input; give one")
    return values["song"] or values["input_song"]


def _meant(values: dict[str, Any], song: object) -> tuple[click.Command, dict[str, Any]]:
    """The verb that the options ask for, and the values that are named otherwise there."""
    asked = [
        (verbs.devices, {}, values["list_devices"], "--list-devices"),
        (verbs.midi, {}, values["list_midi"], "--list-midi"),
        (verbs.styles, {}, values["list_styles"], "--list-styles"),
        (verbs.render, {"out": values["out"]}, values["out"], "OUT.mp4"),
        (verbs.still, {"out": values["still_out"]}, values["still_out"], "--still"),
        (verbs.features, {"out": values["features_out"]}, values["features_out"], "--features"),
    ]
    meant = [(verb, own, label) for verb, own, given, label in asked if given]
    if len(meant) > 1:
        raise click.UsageError(f"{meant[0][2]} and {meant[1][2]} do not go together; give one")
    if not meant:
        return verbs.live, {"song": song}
    verb, own, label = meant[0]
    if "song" not in _names(verb):
        if song is not None:
            raise click.UsageError(f"{label} takes no song; leave {song} out")
        return verb, own
    if song is None:
        raise click.UsageError(f"{label} needs a song: run_live.py SONG {label}")
    return verb, own | {"song": song}


def _refuse_foreign(ctx: click.Context, verb: click.Command) -> None:
    """An option that would have no effect is a mistake worth telling."""
    own = {"song", "out", "input_song", "still_out", "features_out", "list_devices"}
    own |= {"list_midi", "list_styles"}
    foreign = typed_in(ctx) - own - _names(verb)
    for parameter in ctx.command.params:
        if parameter.name in foreign:
            raise click.UsageError(f"{parameter.opts[0]} has no effect here; leave it out")


def _names(verb: click.Command) -> set[str]:
    return {parameter.name or "" for parameter in verb.params}


def main(argv: Sequence[str] | None = None) -> int:
    """``chladni``: returns the exit code."""
    return run_command(chladni, argv, "chladni")


def run_live(argv: Sequence[str] | None = None) -> int:
    """``run_live.py``: returns the exit code. A first word of FIRST_WORDS is a verb, not a song."""
    args = list(sys.argv[1:] if argv is None else argv)
    if args and args[0] in FIRST_WORDS:
        return run_command(chladni, args, "run_live.py")
    return run_command(run_live_command, args, "run_live.py")
