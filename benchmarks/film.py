"""The way from the GPU into the film, against the one before it, in the same run.

::

    python -m benchmarks.film
    python -m benchmarks.film --style kiln --rounds 2 --seconds 10

Both make films of the demo track, 640 x 360 at scale 0.5, in turns, so that a busy machine slows
both. *before*: the loop waits for the GPU, reads RGB, converts it on the CPU and encodes it, all
in one thread. *now*: planes from the shader, read behind the drawing, encoded in a thread.
Columns, in milliseconds a frame and medians of the rounds, are the stages of ``--report``:
``network`` (drawing), ``readback`` (converting and fetching), ``encode`` (what the loop waits for
it), ``other`` (the rest of the loop, and waiting for the sound), ``total``; ``beside`` is the share
of all that is neither network nor encode.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import astuple, dataclass, fields
from fractions import Fraction
from pathlib import Path
from statistics import median

import numpy as np

from tests.swscale import planes_of
from visualizer.app.offline import OfflineShow
from visualizer.audio.playback.demo_track import compose
from visualizer.config.request import Look
from visualizer.contracts import Frame, Picture
from visualizer.output.film.encoder import Encoding
from visualizer.output.film.film import Film
from visualizer.output.film.partial_film import PartialFilm
from visualizer.output.film.report import film_timing
from visualizer.render.gl.context import gl
from visualizer.render.tap import planes_tap

SIZE = (640, 360)
FPS = Fraction(30)


@dataclass(frozen=True, slots=True)
class Stages:
    """A film's milliseconds per frame, as explained above."""

    network: float
    readback: float
    encode: float
    other: float
    total: float

    @property
    def beside(self) -> float:
        """Share of what is neither network nor encoder."""
        return (self.readback + self.other) / self.total


class LoopFilm:
    """The way before: every step in the loop, one after the other."""

    def __init__(self, path: Path) -> None:
        self._writer = PartialFilm(path, *SIZE, FPS, Encoding(), None, 2)
        self._writer.open()
        self.network_s = self.readback_s = self.encode_s = 0.0

    def wants(self, _frame: Frame) -> bool:
        """Every frame."""
        return True

    def show(self, picture: Picture, _frame: Frame) -> None:
        """Wait, read, convert, encode."""
        times_s = [time.perf_counter()]
        gl().glFinish()
        times_s.append(time.perf_counter())
        planes = planes_of(picture.read_rgb())
        times_s.append(time.perf_counter())
        self._writer.write(planes)
        times_s.append(time.perf_counter())
        network_s, readback_s, encode_s = np.diff(times_s)
        self.network_s += network_s
        self.readback_s += readback_s
        self.encode_s += encode_s

    def close(self) -> None:
        """Write what the encoder still holds."""
        began_s = time.perf_counter()
        self._writer.close()
        self.encode_s += time.perf_counter() - began_s


def before(offline: OfflineShow, frames: int, path: Path) -> Stages:
    """A film the old way."""
    film = LoopFilm(path)
    projector = offline.play(frames, (film,))
    film.close()
    total_s = projector.elapsed_s()
    stages_s = (projector.asked_s + film.network_s, film.readback_s, film.encode_s)
    other_s = total_s - sum(stages_s)
    return Stages(*(1e3 * part_s / frames for part_s in (*stages_s, other_s, total_s)))


def now(offline: OfflineShow, frames: int, path: Path) -> Stages:
    """A film as ``chladni render`` makes it."""
    with planes_tap(offline.context, *SIZE) as tap:
        with Film(path, *SIZE, FPS, tap=tap, frames=frames) as film:
            projector = offline.play(frames, (film,))
        each_ms = film_timing(projector, film.tap, film.shown, film.waited_s)["per_frame_ms"]
    return Stages(*(each_ms[field.name] for field in fields(Stages)))


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--style", metavar="NAME", help="by default the library's own")
    parser.add_argument("--rounds", type=int, default=4, metavar="N", help="films of each kind")
    parser.add_argument("--seconds", type=float, default=2.5, metavar="S", help="of each film")
    options = parser.parse_args()
    frames = round(options.seconds * FPS)
    rounds: dict[str, list[Stages]] = {"before": [], "now": []}
    with tempfile.TemporaryDirectory() as folder:
        song = Path(folder) / "demo.wav"
        compose().write(song)
        look = Look(style=options.style, resolution=SIZE, fps=FPS, scale=0.5)
        with OfflineShow(song, look) as offline:
            # The first film of each is not counted: it fills caches.
            for number in range(options.rounds + 1):
                for name, make in (("before", before), ("now", now)):
                    stages = make(offline, frames, Path(folder) / f"{name}.mp4")
                    rounds[name] += [stages] if number else []
    _print_table(rounds)


def _print_table(rounds: dict[str, list[Stages]]) -> None:
    names = [field.name for field in fields(Stages)]
    print(f"{'':8}" + "".join(f"{name:>9}" for name in names) + f"{'beside':>9}")
    for name, films in rounds.items():
        cells = [median(column) for column in zip(*map(astuple, films), strict=True)]
        share = median(film.beside for film in films)
        print(f"{name:8}" + "".join(f"{cell:9.2f}" for cell in cells) + f"{share:9.1%}")
    pairs = zip(rounds["before"], rounds["now"], strict=True)
    ratios = sorted(new.total / old.total for old, new in pairs)
    print(f"now / before: {median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")


if __name__ == "__main__":
    main()
