"""The verbs of recorded shows: played again, listed, mended."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from visualizer.cli.options import DEBUG, ENCODING, FILE, JSON, MAX_TIME_S, options
from visualizer.cli.params import FrameRate, Number, Resolution, Time
from visualizer.config.request import SCALES, ReplayRequest

RECORDED, EVEN = TICKS = ("recorded", "even")
"""By which ticks a night is played again."""

_REPLAY = (
    click.option(
        "--resolution",
        type=Resolution(),
        metavar="WxH",
        help="720p, 1080p, 1440p, 4k or WxH.  [default: the show's]",
    ),
    click.option("--fps", type=FrameRate(), help="Frames a second.  [default: the show's]"),
    click.option(
        "--scale",
        type=Number("a scale", *SCALES),
        metavar="X",
        help="Draw the network at 1, 0.5 or 0.25 of the size and upscale.  [default: 1]",
    ),
    click.option(
        "--from",
        "start",
        type=Time("a time", 0.0, MAX_TIME_S),
        default=0.0,
        metavar="T",
        help="Film from this second of the night on, or 1:30.",
    ),
    click.option(
        "--to",
        "end",
        type=Time("a time", 0.0, MAX_TIME_S, above=True),
        metavar="T",
        help="Film up to this second, or 1:30.",
    ),
    click.option(
        "--ticks",
        type=click.Choice(TICKS),
        default=EVEN,
        show_default=True,
        help="At an even rate; or by the ticks of the show: each picture is what was seen.",
    ),
    click.option(
        "--verify",
        is_flag=True,
        help="With --ticks recorded: draw what --record-hashes noted, and compare.",
    ),
    *ENCODING,
    click.option("--fullscreen", is_flag=True, help="Without OUT: begin in fullscreen."),
)


@click.command(
    epilog="\b\nExamples:\n"
    "  chladni replay 2026-01-31_2204.night\n"
    "  chladni replay 2026-01-31_2204.night set.mp4 --resolution 4k --fps 60\n"
    "  chladni replay 2026-01-31_2204.night --ticks recorded --verify"
)
@click.argument("night", type=FILE)
@click.argument("out", type=FILE, required=False, metavar="[OUT.mp4]")
@options(_REPLAY, DEBUG)
def replay(night: Path, out: Path | None, **values: Any) -> int:  # noqa: ANN401 - options, typed by click
    """Play a recorded NIGHT again: in a window, or as a film of any size."""
    if values["verify"]:
        if values["ticks"] != RECORDED or out is not None:
            raise click.UsageError("--verify goes with --ticks recorded, and without OUT.mp4")
        return _verify(night)
    request = ReplayRequest(
        night=night,
        out=out,
        resolution=values["resolution"],
        fps=values["fps"],
        scale=values["scale"],
        recorded=values["ticks"] == RECORDED,
        start_s=values["start"],
        end_s=values["end"],
        encoder=values["encoder"],
        crf=values["crf"],
        report=values["report"],
        fullscreen=values["fullscreen"],
    )
    if out is not None:
        from visualizer.app.replay.film import replay_film

        replay_film(request)
        return 0
    if request.recorded or request.start_s or request.end_s or request.report:
        raise click.UsageError("--ticks recorded, --from, --to and --report need OUT.mp4")

    from visualizer.app.replay.window import replay_in_window

    replay_in_window(request)
    return 0


def _verify(night: Path) -> int:
    from visualizer.app.replay.check import verify

    verification = verify(night)
    for line in verification.lines():
        click.echo(line)
    return 0 if verification.is_equal else 1


@click.command(
    "night",
    epilog="\b\nExamples:\n"
    "  chladni night 2026-01-31_2204.night\n"
    "  chladni night 2026-01-31_2204.night --edit set.txt\n"
    "  chladni night 2026-01-31_2204.night --actions set.txt",
)
@click.argument("night", type=FILE)
@click.option("--edit", type=FILE, metavar="FILE", help="Write its actions as a script.")
@click.option(
    "--actions", type=FILE, metavar="FILE", help="Put a script back; the original is kept."
)
@options(JSON, DEBUG)
def night(
    night: Path, edit: Path | None, actions: Path | None, *, as_json: bool, **_: object
) -> None:
    """List what happened in a recorded NIGHT, or mend it."""
    from visualizer.app.night_log import edit_night, list_night, mend_night

    if edit is not None and actions is not None:
        raise click.UsageError("--edit and --actions do not go together; give one")
    if edit is not None:
        edit_night(night, edit)
    elif actions is not None:
        mend_night(night, actions)
    else:
        events = list_night(night)
        if as_json:
            click.echo(json.dumps([asdict(event) for event in events], indent=2))
            return
        for event in events:
            click.echo(f"{event.time_s:10.3f}  {event.what:<7}  {event.text}".rstrip())
