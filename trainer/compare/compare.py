"""Trains one prompt at several widths and lays out what is needed to choose between them."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from trainer.compare.excerpt import write_excerpt
from trainer.compare.film import DrawFilm, FilmOrder
from trainer.compare.report import Comparison, Entry, fair_iterations, results_markdown
from trainer.measure.contact_sheet import write_contact_sheet
from visualizer.errors import ChladniError, FilmError
from visualizer.style.style_file import load_style
from visualizer.system.files import read_text, replacing

log = logging.getLogger(__name__)

RESULTS = "COMPARISON_RESULTS.md"
SHEET = "contact_sheet.png"
SOUND = "test_clip_10s.wav"
SAME_SECONDS = "same_seconds"
FILES = ".safetensors", ".png", ".json"
"""What a run leaves."""

TrainWidth = Callable[[int, int | None, Path], None]
"""Trains (width, iterations or None for what was asked, output): leaves ``FILES`` there."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is compared. name: of the styles. size: (W, H) of the films."""

    prompt: str
    name: str
    widths: tuple[int, ...]
    folder: Path
    song: Path | None
    size: tuple[int, int]

    def output(self, width: int) -> Path:
        """Where the style of one width goes."""
        return self.folder / f"{self.name}_{width}dim.safetensors"


def compare(order: Order, train: TrainWidth, draw_film: DrawFilm) -> Comparison:
    """Train, measure, film and write it all down. Raises ChladniError; what is done stays."""
    order.folder.mkdir(parents=True, exist_ok=True)
    write_excerpt(order.song, order.folder / SOUND)
    entries = tuple(_trained(order, width, train) for width in order.widths)
    same_seconds = _within_the_fastest(order, entries, train)
    comparison = Comparison(
        prompt=order.prompt,
        clip=str(entries[0].card["clip"]),
        same_iterations=entries,
        same_seconds=same_seconds,
    )
    styles = [load_style(order.output(width)) for width in order.widths]
    write_contact_sheet(styles, order.folder / SHEET)
    _write_results(order, comparison)
    for entry in entries:
        draw_film(_film_order(order, entry))
    return comparison


def install(order: Order, comparison: Comparison, target: Path) -> Path:
    """Copy the winner's files to ``target``, a style's path, and beside it; returns it."""
    winner = order.output(comparison.winner.width)
    for suffix in FILES:
        source = winner.with_suffix(suffix)
        if source.is_file():
            with replacing(target.with_suffix(suffix), ChladniError) as temporary:
                shutil.copyfile(source, temporary)
    return target


def read_entry(path: Path) -> Entry:
    """What a run left at ``path``, a style file with its JSON beside it."""
    style = load_style(path)
    notes = json.loads(read_text(path.with_suffix(".json")))
    return Entry(
        width=style.architecture.width,
        depth=style.architecture.depth,
        activation=style.architecture.activation,
        iterations=int(notes["settings"]["iterations"]),
        seconds=float(notes["seconds"]),
        card=notes["card"],
    )


def _trained(order: Order, width: int, train: TrainWidth) -> Entry:
    log.info("%d wide", width)
    train(width, None, order.output(width))
    return read_entry(order.output(width))


def _within_the_fastest(
    order: Order, entries: Sequence[Entry], train: TrainWidth
) -> tuple[Entry, ...]:
    """Every width in the seconds of the fastest.

    Trained anew with fewer iterations: a long run cut short has not yet calmed down, since
    its learning rate falls only at its end, and would be judged too hard.
    """
    budget_s = min(entry.seconds for entry in entries)
    fair: list[Entry] = []
    for entry in entries:
        iterations = fair_iterations(entry, budget_s)
        if iterations == entry.iterations:
            fair.append(entry)
            continue
        log.info("%d wide again, %d iterations in the same seconds", entry.width, iterations)
        output = order.folder / SAME_SECONDS / order.output(entry.width).name
        output.parent.mkdir(exist_ok=True)
        train(entry.width, iterations, output)
        fair.append(read_entry(output))
    return tuple(fair)


def _film_order(order: Order, entry: Entry) -> FilmOrder:
    return FilmOrder(
        song=order.folder / SOUND,
        out=order.folder / _film_name(entry.width),
        style=order.output(entry.width),
        size=order.size,
        # At 50 dB nobody sees the difference, and a wide network takes a tenth of the time.
        scale=max(0.1, float(entry.card["scale_50db"])),
    )


def _film_name(width: int) -> str:
    return f"test_{width}dim.mp4"


def _write_results(order: Order, comparison: Comparison) -> None:
    styles = [
        order.output(width).with_suffix(suffix).name for width in order.widths for suffix in FILES
    ]
    films = [_film_name(width) for width in order.widths]
    text = results_markdown(comparison, [*styles, SHEET, SOUND, *films])
    with replacing(order.folder / RESULTS, FilmError) as temporary:
        temporary.write_text(text, encoding="utf-8")
