"""How ``--scale auto`` takes a sudden load: late frames, changes of scale, where it settles.

    python -m benchmarks.autoscale [--fps 20] [--resolution 480x270]

The real renderer and its timer, paced as in a show. A third of the way in, other programs take the
processors away (on llvmpipe these are the GPU), so that drawing takes about three times as long; in
the last third they are gone.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import numpy as np

from visualizer.contracts import Scene, ScenePart
from visualizer.render.autoscaled import AutoscaledRenderer
from visualizer.render.gl.context import standalone
from visualizer.render.renderer import Renderer
from visualizer.render.scale_controller import Autoscale
from visualizer.show.modulation import Modulator
from visualizer.style.library import open_library, styles_folder
from visualizer.style.style import Style
from visualizer.types import LATE, Beat, Features

SECONDS = 30.0
RIVALS = 2
"""Programs for each processor: drawing gets a third of it."""


def busy() -> None:
    """Count for ever."""
    count = 0
    while True:
        count += 1


@contextmanager
def rivals() -> Iterator[None]:
    """Programs that want every processor, for as long as this lasts."""
    count = RIVALS * (os.cpu_count() or 1)
    programs = [multiprocessing.Process(target=busy, daemon=True) for _ in range(count)]
    for program in programs:
        program.start()
    try:
        yield
    finally:
        for program in programs:
            program.terminate()


def play(drawer: AutoscaledRenderer, renderer: Renderer, style: Style, fps: float) -> list[float]:
    """Draw a third of it in time; returns how long each frame took, in ms."""
    modulator = Modulator(style)
    took_ms, due_s = [], time.perf_counter()
    for index in range(round(SECONDS / 3 * fps)):
        start_s = time.perf_counter()
        modulation = modulator.step(Features(), Beat(), 1.0 / fps, style.audio_scale)
        drawer.draw(Scene((ScenePart(style, modulation, 1.0),), index=index))
        renderer.finish()
        took_ms.append(1e3 * (time.perf_counter() - start_s))
        due_s = max(due_s + 1.0 / fps, time.perf_counter())
        time.sleep(max(0.0, due_s - time.perf_counter()))
    return took_ms


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("--fps", type=float, default=20.0)
    parser.add_argument("--resolution", default="480x270")
    options = parser.parse_args()
    width, height = map(int, options.resolution.split("x"))
    style = open_library(styles_folder()).default()
    rows = []
    with standalone() as context, Renderer(context, width, height) as renderer:
        renderer.prepare(style)
        scaler = Autoscale(1000.0 / options.fps)
        drawer = AutoscaledRenderer(renderer, scaler, floor=lambda _style: 0.1)
        for name, beside in (
            ("alone", nullcontext()),
            ("with rivals", rivals()),
            ("alone again", nullcontext()),
        ):
            with beside:
                took_ms = play(drawer, renderer, style, options.fps)
            rows.append(_row(name, took_ms, options.fps, renderer.scale))
    print(f"{renderer.name}, {width}x{height}, {options.fps:g} fps wanted\n")
    print("| | late, first second | late, after it | ms (50 / 99 %) | scale at the end |")
    print("|---|---|---|---|---|")
    print("\n".join(rows))


def _row(name: str, took_ms: list[float], fps: float, scale: float) -> str:
    late = [took > LATE * 1000.0 / fps for took in took_ms]
    first = round(fps)
    middle, most = np.percentile(took_ms, (50, 99))
    return (
        f"| {name} | {sum(late[:first])} | {sum(late[first:])} |"
        f" {middle:.0f} / {most:.0f} | {scale:.2f} |"
    )


if __name__ == "__main__":
    main()
