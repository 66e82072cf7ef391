"""The shader against torch on the same machine, in the same run.

::

    python -m benchmarks.shader
    python -m benchmarks.shader --width 32 128 --json

A network of depth 4 (tanh, neither warp nor features) at 256 x 256 pixels. Both take turns,
so that a busy machine slows both; the medians are compared. torch works in float32 on
chunks of 8,192 pixels, which was its fastest. Columns: ``fps`` and ``torch_fps``,
``ratio`` = fps / torch_fps, ``max_error`` of the shader's colours against torch in float64,
``compile_s`` from nothing to drawable, without the driver's cache on disk.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median

import numpy as np
import torch

from tests.styles import random_style
from visualizer.network import pixel_grid
from visualizer.render import context
from visualizer.render.renderer import Renderer
from visualizer.style import Architecture, Style
from visualizer.types import Modulation, Scene, ScenePart

SIZE = 256
CHUNK = 8192
BUDGET_S = 8.0
"""Time for the rounds of one width, of which there are at least two."""


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table; the fields are explained above."""

    width: int
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


def measure(width: int, renderer: Renderer) -> Result:
    """Compile, compare and time one width."""
    style = random_style(Architecture(width, 4, "tanh", 0, 0), seed=width)
    began_s = time.perf_counter()
    renderer.prepare(style)
    compile_s = time.perf_counter() - began_s
    scene = Scene((ScenePart(style, Modulation(np.zeros(len(style.z_names), np.float32)), 1.0),))
    exact_points = torch.from_numpy(pixel_grid(SIZE, SIZE).reshape(-1, 2))
    points = exact_points.float()

    def draw() -> None:
        renderer.draw(scene)
        renderer.finish()

    # The first of each is not timed: it fills caches and checks the colours.
    draw()
    exact = torch_colours(style, exact_points).numpy().reshape(SIZE, SIZE, 3)
    max_error = float(np.abs(renderer.read_network() - exact).max())
    torch_colours(style, points)
    shader_s: list[float] = []
    torch_s: list[float] = []
    end_s = time.perf_counter() + BUDGET_S
    while len(shader_s) < 2 or (time.perf_counter() < end_s and len(shader_s) < 50):
        shader_s.append(_seconds(draw))
        torch_s.append(_seconds(lambda: torch_colours(style, points)))
    fps, torch_fps = 1.0 / median(shader_s), 1.0 / median(torch_s)
    return Result(width, fps, torch_fps, fps / torch_fps, max_error, compile_s)


def _seconds(work: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    work()
    return time.perf_counter() - began_s


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--width", type=int, nargs="+", default=[32, 64, 128, 256], metavar="W", help="of layers"
    )
    parser.add_argument("--json", action="store_true", help="a list of objects, alone on stdout")
    options = parser.parse_args()
    # Read by Mesa when the context is made: a cached compilation tells nothing.
    os.environ["MESA_SHADER_CACHE_DISABLE"] = "true"
    results = []
    with (
        torch.inference_mode(),
        context.standalone() as gl_context,
        Renderer(gl_context, SIZE, SIZE) as renderer,
    ):
        if not options.json:
            print(f"{renderer.name}; torch {torch.__version__}, {torch.get_num_threads()} threads")
            print("width     fps  torch_fps  ratio  max_error  compile_s")
        for width in options.width:
            r = measure(width, renderer)
            results.append(asdict(r))
            if not options.json:
                print(
                    f"{r.width:5} {r.fps:7.2f} {r.torch_fps:10.2f} {r.ratio:6.2f}"
                    f" {r.max_error:10.1e} {r.compile_s:10.2f}",
                    flush=True,
                )
    if options.json:
        print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
