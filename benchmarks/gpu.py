"""A real GPU: every form of the shader at film sizes, against what its units can reach.

``python -m benchmarks.shader --gpu [FILE.md]`` writes the table, in under five minutes, for
anybody to send. Networks of depth 4 with 16 feature and 8 warp waves, as styles have them:
fragments with weights in uniform blocks, fragments with weights in a buffer texture, compute.

The peak is measured, not looked up: chains of multiply-adds and nothing else, once in
fragments and once in compute, because some GPUs draw with only a few of their units.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import moderngl
import numpy as np

from tests.styles import random_style
from visualizer.contracts import Scene, ScenePart
from visualizer.errors import GraphicsError
from visualizer.render.gl import context
from visualizer.render.gl.compute import knows_compute
from visualizer.render.gl.context import driver_of
from visualizer.render.renderer import Renderer
from visualizer.render.shader_text.source import load_source
from visualizer.render.shader_text.tuning import COMPUTE, Tunings, table
from visualizer.style.style import Architecture, Style
from visualizer.types import Modulation

SIZES = ((1280, 720), (1920, 1080), (3840, 2160))
WIDTHS = (32, 64, 128, 256)
BUDGET_S = 270.0
DRAWS_S = 2.0
"""Time for the draws of one line; one whose first draw takes longer is the last of its kind."""
STEPS = 256
CHAINS = 16
"""Chains of multiply-adds, of four numbers each, in a lane of the shaders that find the peak."""
PEAK_COLUMNS, PEAK_ROWS = 1024, 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. ms: of a frame."""

    form: str
    width: int
    size: tuple[int, int]
    ms: float
    tflops: float
    peak_tflops: float


def write_table(path: Path) -> None:
    """Measure, print and write. A line that does not fit the time is left out."""
    with context.standalone() as gl_context:
        head = ", ".join((*driver_of(gl_context), time.strftime("%Y-%m-%d")))
        rows = [
            head,
            "",
            "| form | width | picture | ms | TFLOP/s | of the measured peak |",
            "|---|---|---|---|---|---|",
        ]
        print("\n".join(rows), flush=True)
        for line in _lines(gl_context):
            columns, height = line.size
            share = line.tflops / line.peak_tflops
            rows.append(
                f"| {line.form} | {line.width} | {columns} x {height} | {line.ms:.2f} |"
                f" {line.tflops:.3f} | {share:.0%} of {line.peak_tflops:.3f} |"
            )
            print(rows[-1], flush=True)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _lines(gl_context: moderngl.Context) -> Iterator[Line]:
    end_s = time.monotonic() + BUDGET_S
    forms = _forms(gl_context)
    peaks = {form: _peak_tflops(gl_context, compute=form == "compute") for form in forms}
    for width in WIDTHS:
        style = random_style(Architecture(width, 4, "tanh", 16, 8), seed=width)
        for form, tunings in forms.items():
            for size in SIZES:
                left_s = end_s - time.monotonic()
                frame_s = _frame_s(gl_context, style, size, tunings, left_s) if left_s > 0 else None
                if frame_s is None:
                    break
                tflops = style.architecture.flop_per_pixel * size[0] * size[1] / frame_s / 1e12
                yield Line(form, width, size, 1e3 * frame_s, tflops, peaks[form])
                if frame_s > DRAWS_S:
                    break


def _forms(gl_context: moderngl.Context) -> dict[str, Tunings]:
    usual = table(*driver_of(gl_context))
    # A layer's text for each block: where compilers dislike long ones, in loops.
    blocks = {
        width: replace(tuning, textured=False, unrolled=tuning.unrolled and not tuning.bounded)
        for width, tuning in usual.items()
    }
    texels = {width: replace(tuning, textured=True) for width, tuning in usual.items()}
    forms: dict[str, Tunings] = {"fragments, blocks": blocks, "fragments, texels": texels}
    if knows_compute(gl_context):
        forms["compute"] = COMPUTE
    return forms


def _frame_s(
    gl_context: moderngl.Context,
    style: Style,
    size: tuple[int, int],
    tunings: Tunings,
    left_s: float,
) -> float | None:
    """Seconds a frame, the median of groups of draws; None where the driver refuses."""
    scene = Scene((ScenePart(style, Modulation(np.zeros(len(style.z_names), np.float32)), 1.0),))
    try:
        with Renderer(gl_context, *size, tunings=tunings) as renderer:
            renderer.prepare(style)
            once_s = _drawn_s(renderer, scene, 1)
            # Draws that follow each other hide what it costs to ask for one.
            group = max(1, int(0.1 / once_s))
            times_s = [once_s]
            end_s = time.monotonic() + min(DRAWS_S, left_s)
            while time.monotonic() < end_s:
                times_s.append(_drawn_s(renderer, scene, group) / group)
            return median(times_s)
    except GraphicsError as error:
        print(f"left out: {error}", flush=True)
        return None


def _drawn_s(renderer: Renderer, scene: Scene, draws: int) -> float:
    began_s = time.perf_counter()
    for _ in range(draws):
        renderer.draw(scene)
    renderer.finish()
    return time.perf_counter() - began_s


def _peak_tflops(gl_context: moderngl.Context, *, compute: bool) -> float:
    """What multiply-adds alone reach, in fragments or in compute: the best of some draws."""
    draw = _compute_peak(gl_context) if compute else _fragment_peak(gl_context)
    flop_per_row = PEAK_COLUMNS * STEPS * CHAINS * 4 * 2
    rows, best = 1, 0.0
    for _ in range(20):
        began_s = time.perf_counter()
        draw(rows)
        gl_context.finish()
        spent_s = time.perf_counter() - began_s
        best = max(best, rows * flop_per_row / spent_s / 1e12)
        # Large enough that what it costs to ask for a draw does not count.
        if spent_s < 0.05:
            rows = min(2 * rows, PEAK_ROWS)
    return best


def _fragment_peak(gl_context: moderngl.Context) -> Callable[[int], None]:
    program = gl_context.program(
        vertex_shader=load_source("fullscreen.vert").text,
        fragment_shader="#version 330\nout vec4 colour;\n"
        f"void main() {{ float seed = gl_FragCoord.x * 1e-4; {_chains()} colour = total; }}",
    )
    array = gl_context.vertex_array(program, [])
    framebuffer = gl_context.framebuffer([gl_context.texture((PEAK_COLUMNS, PEAK_ROWS), 4)])

    def draw(rows: int) -> None:
        framebuffer.use()
        gl_context.viewport = (0, 0, PEAK_COLUMNS, rows)
        array.render(moderngl.TRIANGLES, vertices=3)

    return draw


def _compute_peak(gl_context: moderngl.Context) -> Callable[[int], None]:
    program = gl_context.compute_shader(
        "#version 430\nlayout(local_size_x = 64) in;\n"
        "layout(rgba8, binding = 0) uniform writeonly image2D picture;\n"
        f"void main() {{ float seed = float(gl_GlobalInvocationID.x) * 1e-4; {_chains()}"
        " imageStore(picture, ivec2(gl_GlobalInvocationID.xy), total); }"
    )
    texture = gl_context.texture((PEAK_COLUMNS, PEAK_ROWS), 4)

    def draw(rows: int) -> None:
        texture.bind_to_image(0, read=False, write=True)
        program.run(PEAK_COLUMNS // 64, rows)

    return draw


def _chains() -> str:
    begin = "".join(f"vec4 v{i} = vec4(seed + {i}.0); " for i in range(CHAINS))
    step = "".join(f"v{i} = v{i} * seed + 0.5; " for i in range(CHAINS))
    total = " + ".join(f"v{i}" for i in range(CHAINS))
    return f"{begin} for (int i = 0; i < {STEPS}; i++) {{ {step} }} vec4 total = {total};"
