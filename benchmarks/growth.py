"""What grows with what: frames with pixels, width, depth and styles; films and songs with length.

::

    python -m benchmarks.growth [FOLDER] [--quick]

Prints a table for each question and draws FOLDER/growth.svg, both axes logarithmic. Frames that
are compared take turns in one run; the medians are told. The film is an hour long, 64 x 36 at
two frames a second, through the same code as any film, with the process's memory along the way.
``--quick``: a film of two minutes, no song of two hours, no network wider than 64.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from fractions import Fraction
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.chart import Curve, Panel, Points, save_chart
from benchmarks.long_songs import CODECS, counting_s, openings, write_song
from benchmarks.memory import alone, memory_mib, sampled_memory, trim_memory
from tests.styles import random_style
from visualizer.app.offline import render_film
from visualizer.config.request import FilmRequest, Look
from visualizer.contracts import Scene, ScenePart
from visualizer.render.gl.context import standalone
from visualizer.render.renderer import Renderer
from visualizer.style.style import Architecture, Style
from visualizer.types import Modulation

SIZE = (160, 90)
SIZES = ((80, 45), (160, 90), (320, 180), (640, 360), (1280, 720))
WIDTHS = (16, 32, 64, 128, 256)
DEPTHS = (2, 3, 4, 6, 8)
RESIDENTS = (1, 10, 100, 500)
SONGS_S = (1, 60, 600, 7200)
FILM_S = 3600
QUICK_FILM_S = 120
ROUNDS_S = 6.0


def network(width: int = 32, depth: int = 4, seed: int = 0) -> Style:
    """A network with the waves that styles have, and weights that mean nothing."""
    return random_style(Architecture(width, depth, "tanh", 16, 8), seed=seed)


def in_turn(works: Mapping[float, Callable[[], object]]) -> Points:
    """(key, median seconds) of works that take turns; the first round is not timed."""
    seconds: dict[float, list[float]] = {key: [] for key in works}
    for work in works.values():
        work()
    end_s = time.perf_counter() + ROUNDS_S
    while not all(map(len, seconds.values())) or time.perf_counter() < end_s:
        for key, work in works.items():
            began_s = time.perf_counter()
            work()
            seconds[key].append(time.perf_counter() - began_s)
    return tuple((key, median(taken)) for key, taken in seconds.items())


def draw(renderer: Renderer, style: Style) -> None:
    """One frame, to its end."""
    modulation = Modulation(np.zeros(len(style.z_names), np.float32))
    renderer.draw(Scene((ScenePart(style, modulation, 1.0),)))
    renderer.finish()


def frames_by_pixels() -> Points:
    """(pixels, seconds) of a frame."""
    style = network()
    with standalone() as context, ExitStack() as opened:
        works: dict[float, Callable[[], object]] = {}
        for width, height in SIZES:
            renderer = opened.enter_context(Renderer(context, width, height))
            renderer.prepare(style)
            works[width * height] = partial(draw, renderer, style)
        return in_turn(works)


def frames_by_style(styles: Mapping[float, Style]) -> Points:
    """(key, seconds) of a frame of each style."""
    with standalone() as context, Renderer(context, *SIZE) as renderer:
        for style in styles.values():
            renderer.prepare(style)
        return in_turn({key: partial(draw, renderer, style) for key, style in styles.items()})


def frames_by_residents() -> tuple[Points, float]:
    """(styles, seconds) of a frame that goes through so many, and KiB of the process for each.

    All are on the GPU; every frame shows the next one.
    """
    with standalone() as context, Renderer(context, *SIZE) as renderer:
        first = network()
        renderer.prepare(first)
        draw(renderer, first)
        # Compiling leaves room for hundreds of styles behind, which would seem to need none.
        trim_memory()
        before = memory_mib()
        styles = [network(seed=number) for number in range(1, max(RESIDENTS) + 1)]
        for style in styles:
            renderer.prepare(style)
        kib = 1024 * (memory_mib() - before) / len(styles)
        shown = {count: cycle(styles[:count]) for count in RESIDENTS}
        works = {float(count): partial(_draw_next, renderer, shown[count]) for count in RESIDENTS}
        return in_turn(works), kib


def _draw_next(renderer: Renderer, styles: Iterator[Style]) -> None:
    draw(renderer, next(styles))


def film_memory(folder: Path, film_s: int) -> tuple[Points, float]:
    """(seconds of the film, MiB of the process) along a film, and the most MiB until its end."""
    song = write_song(folder / "film.wav", film_s)
    look = Look(resolution=(64, 36), fps=Fraction(2), style="silk")
    with sampled_memory() as samples:
        render_film(FilmRequest(song, folder / "film.mp4", look))
    # Before that it is the start: libraries, programs, the encoder's own frames. At the very end
    # the film is copied, with its index in front.
    parts = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 15 / 16)
    along = tuple((film_s * part, samples[int(part * len(samples)) - 1]) for part in parts)
    return along, max(samples)


def panel(title: str, x: str, **curves: Points) -> Panel:
    """A chart, whose table is printed."""
    print(f"\n{title}\n\n| {x} | " + " | ".join(curves) + " |")
    print("|---" * (1 + len(curves)) + "|")
    for row in zip(*curves.values(), strict=True):
        print(f"| {row[0][0]:g} | " + " | ".join(f"{value:.3g}" for _, value in row) + " |")
    lines = (Curve(name, points) for name, points in curves.items())
    return Panel(title, x, tuple(lines))


def in_ms(points: Points) -> Points:
    """Seconds as milliseconds."""
    return tuple((x, 1e3 * seconds) for x, seconds in points)


def measure(folder: Path, *, quick: bool) -> list[Panel]:
    """All panels, one after the other."""
    widths = {float(width): network(width) for width in WIDTHS if width <= 64 or not quick}
    depths = {float(depth): network(depth=depth) for depth in DEPTHS}
    panels = [
        panel("Time of a frame, ms", "pixels", frame=in_ms(frames_by_pixels())),
        panel("Time of a frame, ms", "width", frame=in_ms(frames_by_style(widths))),
        panel("Time of a frame, ms", "hidden layers", frame=in_ms(frames_by_style(depths))),
    ]
    residents, kib = frames_by_residents()
    panels.append(panel("Time of a frame, ms", "styles on the GPU", frame=in_ms(residents)))
    print(f"\n{kib:.0f} KiB of memory for each of them")
    film, most = alone(partial(film_memory, folder, QUICK_FILM_S if quick else FILM_S))
    panels.append(panel("Memory along a film, MiB", "seconds of the film", memory=film))
    print(f"\n{most:.0f} MiB while it is put in place")
    return [*panels, *song_panels(folder, SONGS_S[:-1] if quick else SONGS_S)]


def song_panels(folder: Path, lengths_s: Sequence[int]) -> Iterator[Panel]:
    """What grows with the length of a song."""
    until: dict[str, Points] = {}
    memory: dict[str, Points] = {}
    for kind in CODECS:
        opened = openings(folder, kind, lengths_s).items()
        until[kind] = tuple((float(length_s), found.until_hop_s) for length_s, found in opened)
        memory[kind] = tuple((float(length_s), found.memory_mib) for length_s, found in opened)
    counted = tuple(
        (float(length_s), counting_s(folder, "mp3", length_s)) for length_s in lengths_s
    )
    across = "seconds of the song"
    yield panel("To a song's first hop, ms", across, **{k: in_ms(p) for k, p in until.items()})
    yield panel("Memory with a song open, MiB", across, **memory)
    yield panel("To its exact length, s", across, mp3=counted)


def main() -> None:
    """Read the command line, print the tables and draw the charts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=Path(), metavar="FOLDER")
    parser.add_argument("--quick", action="store_true", help="a minute instead of several")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        panels = measure(Path(folder), quick=options.quick)
    save_chart(panels, options.folder / "growth.svg")


if __name__ == "__main__":
    main()
