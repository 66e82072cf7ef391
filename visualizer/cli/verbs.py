"""The verbs of ``chladni``. Each turns options into a request and hands it to an entry point.

Entry points are imported inside the verbs: ``--version`` needs no GL, ``features`` no window.
"""

from __future__ import annotations

import importlib.util
import json
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

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
    look,
    options,
)
from visualizer.cli.rig import RIG, remote_from
from visualizer.config.request import FilmRequest, LiveRequest
from visualizer.errors import ChladniError
from visualizer.show.commands import key_table


def _keys_help() -> str:
    width = max(len(keys) for keys, _ in key_table())
    lines = [f"  {keys:<{width}}  {summary}" for keys, summary in key_table()]
    return "\b\nKeys:\n" + "\n".join(lines)


@click.command(epilog=_keys_help())
@click.argument("song", type=FILE, required=False)
@options(STYLE, SWITCHING, LIVE, RECORD, RIG, PICTURE, SOUND, DEBUG)
def live(song: Path | None, **values: Any) -> None:  # noqa: ANN401 - options, typed by click
    """Play live in a window: from the microphone or line-in, or following SONG."""
    if song is not None and values["device"] is not None:
        raise click.UsageError("a song and --audio-device do not go together; give one of them")

    from visualizer.app.live.live import play

    play(
        LiveRequest(
            look=look(values),
            song=song,
            device=values["device"],
            fullscreen=values["fullscreen"],
            borderless=values["borderless"],
            on_top=values["on_top"],
            monitor=values["monitor"],
            clone=values["clone"],
            for_s=values["for_s"],
            status=values["status"],
            fresh=values["fresh"],
            delay_ms=values["delay_ms"],
            osc=values["osc"],
            osc_out=values["osc_out"],
            remote=remote_from(values),
            link=values["link"],
            link_leads=values["link_lead"],
            midi=values["midi"],
            record=values["record"] or values["record_to"] is not None,
            record_to=values["record_to"],
            record_hashes=values["record_hashes"],
        )
    )


@click.command(
    epilog="\b\nExample:\n  chladni render song.mp3 song.mp4 --resolution 720p --scale 0.5"
)
@click.argument("song", type=FILE)
@click.argument("out", type=FILE, metavar="OUT.mp4")
@options(STYLE, SWITCHING, FILM, PICTURE, SOUND, DEBUG)
def render(song: Path, out: Path, **values: Any) -> None:  # noqa: ANN401 - options, typed by click
    """Turn SONG into a film."""
    from visualizer.app.offline import render_film

    render_film(
        FilmRequest(
            song=song,
            out=out,
            look=look(values),
            start_s=values["start"],
            duration_s=values["duration"],
            encoder=values["encoder"],
            crf=values["crf"],
            report=values["report"],
        )
    )


@click.command()
@click.argument("song", type=FILE)
@click.argument("out", type=FILE, metavar="OUT.png")
@options(STYLE, SWITCHING, STILL, PICTURE, SOUND, DEBUG)
def still(song: Path, out: Path, at: float, **values: Any) -> None:  # noqa: ANN401 - options
    """Save one frame as the film would have it."""
    from visualizer.app.offline import render_still

    render_still(song, out, at, look(values))


@click.command()
@click.argument("song", type=FILE)
@click.argument("out", type=FILE, metavar="OUT.jsonl")
@options(SOUND, DEBUG)
def features(
    song: Path, out: Path, channels: tuple[int, ...] | str, onset: str | None, **_: object
) -> None:
    """Write what is heard in SONG: one JSON object a hop."""
    from visualizer.app.features_dump import write_features

    write_features(song, out, onset, None if isinstance(channels, str) else channels)


@click.command()
@options(JSON, DEBUG)
def devices(*, as_json: bool, **_: object) -> None:
    """List the audio inputs."""
    from visualizer.app.listing import device_rows

    _print_rows(device_rows(), as_json=as_json, none="no audio input was found")


@click.command("midi")
@options(JSON, DEBUG)
def midi(*, as_json: bool, **_: object) -> None:
    """List the MIDI inputs, and which have lights to be played."""
    from visualizer.app.listing import midi_rows

    _print_rows(midi_rows(), as_json=as_json, none="no MIDI input was found")


@click.command()
@options(STYLE[1:], JSON, DEBUG)
def styles(styles: Path | None, *, as_json: bool, **_: object) -> None:
    """List the styles, in the order of their slots."""
    from visualizer.app.listing import style_rows

    _print_rows(style_rows(styles), as_json=as_json, none="no style was found")


@click.command("tune")
@options(STYLE[1:], JSON, DEBUG)
def tune(styles: Path | None, *, as_json: bool, **_: object) -> None:
    """Measure how this GPU draws fastest, before the doors: later starts use it."""
    from visualizer.app.tune import tune as measured_rows

    _print_rows(measured_rows(styles), as_json=as_json, none="no style was found")


@click.command("demo-track")
@click.argument("out", type=FILE, metavar="OUT.wav")
@options(DEBUG)
def demo_track(out: Path, **_: object) -> None:
    """Write the built-in track, and the truth about it (onsets, tempo) as OUT.json."""
    from visualizer.audio.playback.demo_track import compose

    compose().write(out)


@click.command(epilog="\b\nExample:\n  chladni flashes song.mp4")
@click.argument("film", type=FILE)
@options(JSON, DEBUG)
def flashes(film: Path, *, as_json: bool, **_: object) -> int:
    """Count how often FILM flashes; exit 1 where that is more than three times a second."""
    from visualizer.app.flash_check import check_flashes, flash_lines

    general, red = check_flashes(film)
    if as_json:
        click.echo(json.dumps({"general": asdict(general), "red": asdict(red)}, indent=2))
    else:
        for line in flash_lines(general, red):
            click.echo(line)
    return 0 if general.passes and red.passes else 1


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
def train(args: tuple[str, ...]) -> None:
    """Train a style from a sentence (needs the train install)."""
    # A process of its own: the live install has no torch, and this package never imports it.
    if importlib.util.find_spec("trainer") is None:
        raise ChladniError("the trainer is not part of this install; run train.py in a checkout")
    with subprocess.Popen([sys.executable, "-m", "trainer", *args]) as process:
        # Ctrl-C reaches both. It is the trainer's to answer: it saves the best so far first.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            code = process.wait()
        except KeyboardInterrupt:
            # SIGTERM or SIGHUP, which may have come to this process alone.
            process.terminate()
            process.wait()
            raise
        finally:
            signal.signal(signal.SIGINT, before)
    sys.exit(code)


def _print_rows(rows: list[dict[str, Any]], *, as_json: bool, none: str) -> None:
    """Rows of one kind as a JSON list, or as a table for people."""
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    if not rows:
        click.echo(none, err=True)
        return
    titles = list(rows[0])
    table = [titles, *([_cell(row[title]) for title in titles] for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(titles))]
    for line in table:
        cells = (f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _cell(value: object) -> str:
    return "-" if value is None else str(value)
