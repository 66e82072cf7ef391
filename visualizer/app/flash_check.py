"""What ``chladni flashes`` says of a film."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from visualizer.errors import FilmError
from visualizer.monitor.flash_analyzer import MOST_FLASHES, Finding, FlashAnalyzer
from visualizer.output.film.film_reader import film_pictures


def check_flashes(path: Path) -> tuple[Finding, Finding]:
    """General and red flashes of a film. Raises FilmError."""
    analyzer = FlashAnalyzer()
    size: tuple[int, ...] = ()
    for time_s, picture in film_pictures(path):
        size = size or picture.shape
        if picture.shape != size:
            raise FilmError(
                f"the pictures of {path} change their size at {time_s:.2f} s; cut it there"
            )
        analyzer.see(picture, time_s)
    if not size:
        raise FilmError(f"{path} has no pictures in it; give a film")
    return analyzer.general, analyzer.red


def flash_lines(general: Finding, red: Finding) -> Iterator[str]:
    """The findings for people, one kind a line."""
    for kind, found in (("general", general), ("red", red)):
        line = f"{kind} flashes: {found.flashes} in the worst second, {MOST_FLASHES} are allowed"
        if not found.passes:
            line += f"; it ends at {found.time_s:.2f} s, and {found.over} frames end such a second"
        yield line
