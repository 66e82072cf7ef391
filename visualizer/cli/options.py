"""Options that several commands share, each defined once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from visualizer.audio.analysis.onset import DEFAULT_ONSET, ONSET_METHODS
from visualizer.cli.params import (
    Channels,
    Checked,
    FrameRate,
    Length,
    Monitors,
    Number,
    Resolution,
    Scale,
    Time,
)
from visualizer.config.request import (
    FLASHES,
    LIMIT,
    Look,
)
from visualizer.show.commands import LEVELS
from visualizer.show.session import DEFAULT_FADE, SWITCH_ON
from visualizer.style.library import SEED_PREFIX, parse_seed

F = TypeVar("F", bound=Callable[..., Any])
Option = Callable[[F], F]

MAX_TIME_S = 1e6
FILE = click.Path(path_type=Path)


def _check_style(spec: str) -> None:
    if spec.startswith(SEED_PREFIX):
        parse_seed(spec)


def check_text(text: str) -> None:
    """Refuse a name of nothing but spaces. Raises click.BadParameter."""
    if not text.strip():
        raise click.BadParameter("expected a name, got nothing")


STYLE = (
    click.option(
        "--style",
        "--load-weights",
        "style",
        type=Checked("style", _check_style),
        metavar="NAME|PATH|seed:N",
        help="A style by name, by file, or an untrained one by number.",
    ),
    click.option("--styles", type=FILE, metavar="DIR", help="Folder of styles to switch between."),
)
SOUND = (
    click.option(
        "--channels",
        type=Channels(),
        metavar="mix|N[,N]",
        default="mix",
        show_default=True,
        help="Input channels to listen to, from 1.",
    ),
    click.option(
        "--onset",
        type=click.Choice(ONSET_METHODS),
        show_default=DEFAULT_ONSET,
        metavar="METHOD",
        help=f"Onset detector: {', '.join(ONSET_METHODS)}.",
    ),
)
PICTURE = (
    click.option(
        "--resolution",
        type=Resolution(),
        metavar="WxH",
        help="720p, 1080p, 1440p, 4k or WxH, such as 1280x720.",
    ),
    click.option("--fps", type=FrameRate(), help="Frames a second: 30, 60 or 30000/1001."),
    click.option(
        "--audio-scale",
        type=Number("an audio scale", LEVELS["audio-scale"].low, LEVELS["audio-scale"].high),
        metavar="A",
        help="How much sound moves the picture; 0.10 is what styles are trained for, 0 is silence.",
    ),
    click.option(
        "--scale",
        type=Scale(),
        help="Draw the network at 1, 0.5 or 0.25 of the size and upscale: faster, softer."
        " auto: as large as the GPU can.  [default: auto for a show, 1 for a film]",
    ),
    click.option(
        "--flashes",
        type=click.Choice(FLASHES),
        help=f"Never more than three flashes a second, or as many as come. [default: {LIMIT}]",
    ),
    click.option(
        "--no-tune",
        is_flag=True,
        help="Neither measure how this GPU draws fastest nor use what was measured.",
    ),
    click.option(
        "--actions",
        type=FILE,
        metavar="FILE",
        help="Timed actions, one a line: '12.5 style organic'.",
    ),
)
SWITCHING = (
    click.option(
        "--fade",
        type=Length(),
        help=f"How long smooth changes of style take: 2s, 8beats, 1bar. [default: {DEFAULT_FADE}]",
    ),
    click.option(
        "--playlist",
        type=Length(),
        help="Styles follow each other by themselves, and each stays so long.",
    ),
    click.option("--shuffle", is_flag=True, help="The playlist goes at random."),
    click.option(
        "--switch-on",
        type=click.Choice(SWITCH_ON),
        help=f"When a change of style begins. [default: {SWITCH_ON[0]}]",
    ),
)
ENCODING = (
    click.option(
        "--crf",
        type=click.IntRange(0, 51),
        metavar="N",
        default=18,
        show_default=True,
        help="Quality, as x264 counts it: smaller is better and larger.",
    ),
    click.option(
        "--encoder",
        type=Checked("encoder", check_text),
        metavar="NAME",
        show_default="libx264, for .webm libvpx-vp9",
        help="H.264 or HEVC encoder, such as h264_nvenc; a wrong one lists what there is.",
    ),
    click.option("--report", type=FILE, metavar="FILE.json", help="Write what was made, as JSON."),
)
FILM = (
    click.option(
        "--start",
        type=Time("a time", 0.0, MAX_TIME_S),
        default=0.0,
        show_default=True,
        metavar="S",
        help="Begin at this second of the song, or as 1:30.",
    ),
    click.option(
        "--duration",
        type=Time("a duration", 0.0, MAX_TIME_S, above=True),
        metavar="S",
        help="Film this many seconds, or as 1:30; to the song's end by default.",
    ),
    *ENCODING,
)
STILL = (
    click.option(
        "--at",
        type=Time("a time", 0.0, MAX_TIME_S),
        default=0.0,
        show_default=True,
        metavar="S",
        help="The second of the song that the still shows, or as 1:30.",
    ),
)
MAX_DELAY_MS = 1000.0
LIVE = (
    click.option(
        "--audio-device",
        "device",
        type=Checked("device", check_text),
        metavar="NAME|INDEX",
        help="Input to listen to; see --list-devices.",
    ),
    click.option("--fullscreen", is_flag=True, help="Begin in fullscreen."),
    click.option("--borderless", is_flag=True, help="A window without title and borders."),
    click.option("--on-top", is_flag=True, help="A window that stays above all others."),
    click.option(
        "--monitor",
        type=Monitors(),
        help="Monitor to play on, from 0; several, or all, are spanned by one window.",
    ),
    click.option(
        "--clone",
        type=Monitors(),
        help="Monitors that are filled with the same picture, without HUD; the window may be on one"
        " of them or beside them.",
    ),
    click.option(
        "--for",
        "for_s",
        type=Time("a time", 0.0, MAX_TIME_S, above=True),
        metavar="SECONDS",
        help="End by itself after so long.",
    ),
    click.option(
        "--status", type=FILE, metavar="FILE.jsonl", help="Write one JSON object a second."
    ),
    click.option(
        "--midi",
        type=Checked("midi", check_text),
        metavar="all|NAME|off",
        default="all",
        show_default=True,
        help="MIDI controllers to play from, by a part of their names; see --list-midi.",
    ),
    click.option(
        "--delay",
        "delay_ms",
        type=Number("a delay", -MAX_DELAY_MS, MAX_DELAY_MS),
        default=0.0,
        metavar="MS",
        help="How much later the sound is heard far back in a hall: the picture's beat waits.",
    ),
    click.option("--fresh", is_flag=True, help="Begin as new, without what was on last night."),
)
RECORD = (
    click.option(
        "--record", is_flag=True, help="Record the show into the videos folder, to be replayed."
    ),
    click.option("--record-to", type=FILE, metavar="FOLDER", help="Record it into this folder."),
    click.option(
        "--record-hashes",
        is_flag=True,
        help="Record every scene and picture's SHA-256 too, for replay --verify: takes time.",
    ),
)
JSON = (click.option("--json", "as_json", is_flag=True, help="Print JSON alone."),)
DEBUG = (click.option("--debug", is_flag=True, help="Log more, and show tracebacks."),)


def options(*groups: tuple[Option[Any], ...]) -> Option[Any]:
    """Add groups of options to a command, in this order in its help."""

    def decorate(function: F) -> F:
        for option in reversed([option for group in groups for option in group]):
            function = option(function)
        return function

    return decorate


def typed_in(ctx: click.Context) -> set[str]:
    """The parameters that the command line names; all others have their defaults."""
    source = click.core.ParameterSource.COMMANDLINE
    return {name for name in ctx.params if ctx.get_parameter_source(name) is source}


def look(values: dict[str, Any]) -> Look:
    """The Look that the options of STYLE, SWITCHING, SOUND and PICTURE describe."""
    channels = values["channels"]
    return Look(
        style=values["style"],
        styles=values["styles"],
        resolution=values["resolution"],
        fps=values["fps"],
        audio_scale=values["audio_scale"],
        scale=values["scale"],
        actions=values["actions"],
        onset=values["onset"],
        channels=None if channels == "mix" else channels,
        fade=values["fade"],
        playlist=values["playlist"],
        shuffle=values["shuffle"],
        switch_on=values["switch_on"],
        flashes=values["flashes"],
        tune=not values["no_tune"],
    )
