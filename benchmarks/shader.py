"""The shaders against torch on the same machine, in the same run.

::

    python -m benchmarks.shader
    python -m benchmarks.shader --width 32 128 --json
    python -m benchmarks.shader --gpu

A network of depth 4 (tanh, neither warp nor features) at 512 x 512 pixels. All take turns, so
that a busy machine slows all; the medians are compared. torch works in float32 on chunks of
8,192 pixels, which was its fastest. ``form``: fragments (the reference) or compute. Columns:
``fps`` and ``torch_fps``, ``ratio`` = fps / torch_fps, ``max_error`` of the shader's colours
against torch in float64, ``compile_s`` from nothing to drawable, without the driver's cache on
disk. ``--gpu`` measures a real GPU instead, see benchmarks/gpu.py.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median

import moderngl
import numpy as np
import torch

from benchmarks.gpu import write_table
from tests.styles import random_style
from visualizer.contracts import Scene, ScenePart
from visualizer.render.gl import context
from visualizer.render.gl.compute import knows_compute
from visualizer.render.renderer import Renderer
from visualizer.render.shader_text.tuning import COMPUTE
from visualizer.style.network import pixel_grid
from visualizer.style.style import Architecture, Style
from visualizer.types import Modulation

SIZE = 512
CHUNK = 8192
BUDGET_S = 12.0
"""Time for the rounds of one width, of which there are at least three."""


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table; the fields are explained above."""

    width: int
    form: str
    fps: float
    torch_fps: float
    ratio: float
    max_error: float
    compile_s: float


def torch_colours(style: Style, points: torch.Tensor) -> torch.Tensor:
    """The network's colours (N, 3) at points (N, 2), in their precision, chunk by chunk."""
    layers = [
        (torch.from_numpy(weight).to(points.dtype).T, torch.from_numpy(bias).to(points.dtype))
        for weight, bias, _ in style.layers()
    ]
    colours = []
    for start in range(0, len(points), CHUNK):
        p = points[start : start + CHUNK]
        h = torch.cat([p, p.norm(dim=-1, keepdim=True)], dim=-1)
        for weight, bias in layers[:-1]:
            h = torch.tanh(torch.addmm(bias, h, weight))
        weight, bias = layers[-1]
        colours.append(torch.sigmoid(2.0 * torch.addmm(bias, h, weight)))
    return torch.cat(colours)


def measure(width: int, forms: dict[str, Renderer]) -> Iterator[Result]:
    """Compile, compare and time one width: a result for each form."""
    style = random_style(Architecture(width, 4, "tanh", 0, 0), seed=width)
    scene = Scene((ScenePart(style, Modulation(np.zeros(len(style.z_names), np.float32)), 1.0),))
    exact_points = torch.from_numpy(pixel_grid(SIZE, SIZE).reshape(-1, 2))
    points = exact_points.float()
    exact = torch_colours(style, exact_points).numpy().reshape(SIZE, SIZE, 3)
    compile_s = {name: _seconds(partial(r.prepare, style)) for name, r in forms.items()}
    works: dict[str, Callable[[], object]] = {
        name: partial(_draw, renderer, scene) for name, renderer in forms.items()
    }
    works["torch"] = partial(torch_colours, style, points)
    # The first of each is not timed: it fills caches.
    for work in works.values():
        work()
    seconds: dict[str, list[float]] = {name: [] for name in works}
    end_s = time.perf_counter() + BUDGET_S
    while len(seconds["torch"]) < 3 or (time.perf_counter() < end_s and len(seconds["torch"]) < 50):
        for name, work in works.items():
            seconds[name].append(_seconds(work))
    torch_fps = 1.0 / median(seconds["torch"])
    for name, renderer in forms.items():
        fps = 1.0 / median(seconds[name])
        max_error = float(np.abs(renderer.read_network() - exact).max())
        yield Result(width, name, fps, torch_fps, fps / torch_fps, max_error, compile_s[name])


def _draw(renderer: Renderer, scene: Scene) -> None:
    renderer.draw(scene)
    renderer.finish()


def _seconds(work: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    work()
    return time.perf_counter() - began_s


def _forms(gl_context: moderngl.Context, opened: ExitStack) -> dict[str, Renderer]:
    forms = {"fragments": Renderer(gl_context, SIZE, SIZE)}
    if knows_compute(gl_context):
        forms["compute"] = Renderer(gl_context, SIZE, SIZE, tunings=COMPUTE)
    return {name: opened.enter_context(renderer) for name, renderer in forms.items()}


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--width", type=int, nargs="+", default=[32, 64, 128, 256], metavar="W", help="of layers"
    )
    parser.add_argument("--json", action="store_true", help="a list of objects, alone on stdout")
    parser.add_argument(
        "--gpu",
        type=Path,
        nargs="?",
        const=Path("chladni-gpu.md"),
        metavar="FILE.md",
        help="measure a real GPU instead, and write its table  [default: chladni-gpu.md]",
    )
    options = parser.parse_args()
    if options.gpu is not None:
        write_table(options.gpu)
        return
    # Read by Mesa when the context is made: a cached compilation tells nothing.
    os.environ["MESA_SHADER_CACHE_DISABLE"] = "true"
    results = []
    with torch.inference_mode(), context.standalone() as gl_context, ExitStack() as opened:
        forms = _forms(gl_context, opened)
        if not options.json:
            name = forms["fragments"].name
            print(f"{name}; torch {torch.__version__}, {torch.get_num_threads()} threads")
            print("width  form          fps  torch_fps  ratio  max_error  compile_s")
        for width in options.width:
            for r in measure(width, forms):
                results.append(asdict(r))
                if not options.json:
                    print(
                        f"{r.width:5}  {r.form:9} {r.fps:7.2f} {r.torch_fps:10.2f} {r.ratio:6.2f}"
                        f" {r.max_error:10.1e} {r.compile_s:10.2f}",
                        flush=True,
                    )
    if options.json:
        print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
