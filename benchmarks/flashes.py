"""How well flashes are kept down, and what it costs: attacks, music, milliseconds.

::

    python -m benchmarks.flashes [--attacks 500] [--first N] [--songs FOLDER] [--every N]

Each attack of ``tests.flash_attacks`` becomes a film with the limit and one without, and
``chladni flashes`` judges both; so does Electronic Arts' IRIS, if ``pip install
iris-pse-detection`` has put it there (it brings OpenCV, 190 MB, and is none of our needs). Then
the frames that are held on the demo track, in every shipped style, and on the songs of a folder,
with every N-th style in turn. Exit 1 where a film with the limit flashes too often.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from tests.flash_attacks import attack
from tests.styles import random_style
from visualizer.app.flash_check import check_flashes
from visualizer.audio.analysis.analyzer import Analyzer
from visualizer.audio.analysis.listener import Listener
from visualizer.audio.file import AudioFile
from visualizer.audio.file_source import FileSource
from visualizer.audio.playback.demo_track import compose
from visualizer.config.request import ALLOW, LIMIT
from visualizer.contracts import Frame, Scene, ScenePart
from visualizer.output.film.film_reader import film_pictures
from visualizer.show.beat.beat_clock import BeatClock
from visualizer.show.clock import FrameClock
from visualizer.show.feature_fold import fold
from visualizer.show.flashes.limit import POINTS, FlashLimit
from visualizer.show.flashes.scene_light import sample_points
from visualizer.show.scene_builder import SceneBuilder
from visualizer.show.session import Session
from visualizer.style.library import open_library, styles_folder
from visualizer.style.network import evaluate
from visualizer.style.style import Architecture, Style
from visualizer.types import Beat, Features, Modulation, Tick

ASPECT = 16 / 9
FPS = (Fraction(30), Fraction(60))
ROUNDS = 300
IRIS = importlib.util.find_spec("iris_pse_detection") is not None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of one film. flashes: of either kind in the worst second."""

    flashes: int
    passes: bool
    passes_iris: bool


def judged(film: Path) -> Verdict:
    """By our own analyser, and by IRIS where it is there."""
    general, red = check_flashes(film)
    return Verdict(
        max(general.flashes, red.flashes),
        general.passes and red.passes,
        not IRIS or passes_iris(film),
    )


def passes_iris(film: Path) -> bool:
    """Whether IRIS finds no flash failure; its other findings are left aside."""
    from iris_pse_detection.configuration import Configuration  # noqa: PLC0415 - may not be there
    from iris_pse_detection.flash_detection import FlashDetection  # noqa: PLC0415 - as above

    pictures = list(film_pictures(film))
    fps = round((len(pictures) - 1) / (pictures[-1][0] - pictures[0][0]))
    iris = FlashDetection(fps, pictures[0][1].shape[:2], Configuration())
    for index, (_, picture) in enumerate(pictures):
        iris.set_current_frame(np.ascontiguousarray(picture[..., ::-1]))
        iris.analyse_frame(index)
    return not iris.flash_fail


def attacks(seeds: range) -> bool:
    """Print what became of each kind of attack; whether none came through."""
    rows: dict[str, list[tuple[Verdict, Verdict]]] = defaultdict(list)
    for seed in seeds:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            tried = attack(seed, folder / "attack")
            free, held = (judged(tried.film(folder / f"{f}.mp4", f)) for f in (ALLOW, LIMIT))
        rows[tried.name.split(maxsplit=1)[1]].append((free, held))
        if not (held.passes and held.passes_iris):
            print(f"attack {tried.name}: {held}", flush=True)
    print(f"\n{'attack':<14}films   without: too many, worst, IRIS   with: too many, worst, IRIS")
    for kind, pairs in {**rows, "all": [pair for row in rows.values() for pair in row]}.items():
        cells = "   ".join(_cells([pair[side] for pair in pairs]) for side in (0, 1))
        print(f"{kind:<14}{len(pairs):5}   {cells}")
    return all(held.passes and held.passes_iris for row in rows.values() for _, held in row)


def _cells(verdicts: Sequence[Verdict]) -> str:
    over = sum(not verdict.passes for verdict in verdicts)
    worst = max(verdict.flashes for verdict in verdicts)
    iris = str(sum(not verdict.passes_iris for verdict in verdicts)) if IRIS else "-"
    return f"{over:17} {worst:6} {iris:>5}"


def heard(song: Path, fps: Fraction) -> Iterator[tuple[Tick, Features, Beat]]:
    """All that a film of the song would know of each frame."""
    with AudioFile(song) as file, FileSource(file) as source:
        listener, beat_clock = Listener(source, Analyzer()), BeatClock()
        features = Features()
        for tick in FrameClock(fps, int(file.duration_s * fps)).ticks():
            features = fold(listener.heard_until(tick.time_s), features)
            yield tick, features, beat_clock.step(tick, features.beat, ())


def frames_held(frames: Sequence[tuple[Tick, Features, Beat]], style: Style) -> int:
    """How many of them the limit dims, at the audio scale that styles are trained for."""
    builder, limit = SceneBuilder(), FlashLimit(lambda: ASPECT)
    session = Session(style, audio_scale=0.10)
    for tick, features, beat in frames:
        limit.step(builder.scene(Frame(tick, (), features, session, (), beat)), tick)
    return limit.held


def music(songs: Sequence[Path], styles: Sequence[Style], every: int) -> None:
    """Print how many frames are held; only those that are get a line."""
    for fps in FPS:
        held = frames = 0
        for index, song in enumerate(songs):
            known = list(heard(song, fps))
            for style in styles[index % every :: every]:
                count = frames_held(known, style)
                held, frames = held + count, frames + len(known)
                if count:
                    print(f"  {song.name}, {style.name}: {count} of {len(known)}", flush=True)
        print(f"{len(songs)} songs at {fps} frames a second: {held} of {frames} held", flush=True)


def cost() -> None:
    """Print milliseconds of a core a frame, at width 64."""
    style = random_style(Architecture(64, 4, "tanh", 16, 8))
    rest = Modulation(np.zeros(3, np.float32))
    points = sample_points(POINTS, ASPECT)
    for layers in (1, 2):
        limit = FlashLimit(lambda: ASPECT)
        scene = Scene((ScenePart(style, rest, 1.0 / layers),) * layers)
        spent_s = np.empty((ROUNDS, 2))
        for k in range(ROUNDS):
            start_s = time.thread_time()
            evaluate(style, rest, points)
            middle_s = time.thread_time()
            limit.step(scene, Tick(k, k / 60, 1 / 60))
            spent_s[k] = middle_s - start_s, time.thread_time() - middle_s
        network_ms, limit_ms = 1e3 * np.median(spent_s, axis=0)
        print(f"layers {layers}: {limit_ms:.2f} ms a frame, {network_ms:.2f} of it a network")


def main(argv: Sequence[str] | None = None) -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attacks", type=int, default=500)
    parser.add_argument("--first", type=int, default=0, metavar="N")
    parser.add_argument("--songs", type=Path, metavar="FOLDER")
    parser.add_argument("--every", type=int, default=6, metavar="N")
    args = parser.parse_args(argv)
    logging.disable(logging.INFO)
    cost()
    styles = open_library(styles_folder()).styles
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo.wav"
        compose().write(demo)
        music([demo], styles, 1)
    if args.songs is not None:
        music(sorted(args.songs.iterdir()), styles, args.every)
    return 0 if attacks(range(args.first, args.first + args.attacks)) else 1


if __name__ == "__main__":
    sys.exit(main())
