"""The network's program where lanes are neurons: ``network.comp``, for GL 4.3 and later."""

from __future__ import annotations

import moderngl

from visualizer.render.gl.context import gl
from visualizer.render.gl.program import FRAME_BINDING, bind_block, link
from visualizer.render.shader_text.neuron_layout import NeuronLayout
from visualizer.render.shader_text.source import Source, include_with, load_source, written_out
from visualizer.render.shader_text.tuning import Compute
from visualizer.style.style import ACTIVATIONS

COMPUTE_VERSION = 430
"""The first OpenGL with compute shaders."""
FIRST_ROW = 0
"""Location of the uniform that says which row of the picture a dispatch begins with."""


def knows_compute(context: moderngl.Context) -> bool:
    """Whether the current context has compute shaders, and PyOpenGL found their functions."""
    api = gl()
    needed = (api.glDispatchCompute, api.glBindImageTexture, api.glMemoryBarrier)
    return bool(context.version_code >= COMPUTE_VERSION and all(map(bool, needed)))


def bind_picture(texture: int) -> None:
    """Let the current program write into a texture of RGBA32F."""
    api = gl()
    access = (api.GL_WRITE_ONLY, api.GL_RGBA32F)
    api.glBindImageTexture(0, texture, 0, api.GL_FALSE, 0, *access)


def compute_source(layout: NeuronLayout, activation: str, tuning: Compute) -> Source:
    """The text of ``network.comp`` for one class."""
    lanes = 4 * layout.quads // tuning.neurons
    room = max(layout.quads, layout.inputs) * tuning.pixels
    defines = {
        "QUADS": str(layout.quads),
        "DEPTH": str(layout.depth),
        "INPUTS": str(layout.inputs),
        "ACTIVATION": str(ACTIVATIONS.index(activation)),
        "PIXELS": str(tuning.pixels),
        "LANES": str(lanes),
        "EACH_GROUP(STEP, x)": " ".join(f"STEP({g}, x)" for g in range(tuning.pixels // 4)),
        "EACH_WAVE(STEP)": written_out(-(-4 * (layout.inputs - 1) // lanes)),
        # Layers take the two halves in turn, the first one the input's.
        "COLOURS": str((layout.depth + 1) % 2 * room),
    }
    layers = "".join(_layer_text(layout, layer, tuning, room) for layer in range(layout.depth + 1))
    return load_source("network.comp", defines, {"layers.glsl": layers})


def build_compute(layout: NeuronLayout, activation: str, tuning: Compute) -> int:
    """Compile and link a class's program in the current context; its GL name.

    Raises GraphicsError with the driver's message, its lines named by file.
    """
    program = link(compute_source(layout, activation, tuning))
    bind_block(program, "Frame", FRAME_BINDING)
    return program


def _layer_text(layout: NeuronLayout, layer: int, tuning: Compute, room: int) -> str:
    last = layer == layout.depth
    values = {
        "LAYER_FROM": str(layer % 2 * room),
        "LAYER_TO": str((layer + 1) % 2 * room),
        "LAYER_EACH_INPUT(PAIR, STEP)": _each_input(layout.columns[layer]),
        "LAYER_EACH_NEURON(STEP)": written_out(1 if last else tuning.neurons),
        "LAYER_ROWS": str(layout.rows[layer]),
        "LAYER_WEIGHTS": str(layout.offsets[layer]),
        "LAYER_BIAS": str(layer * layout.quads),
        "LAYER_ACTIVATE(x)": "colour(x)" if last else "activate(x)",
    }
    return include_with("neurons", values)


def _each_input(quads: int) -> str:
    pairs = [f"PAIR({quad})" for quad in range(0, quads - 1, 2)]
    return " ".join(pairs + [f"STEP({quads - 1})"] * (quads % 2))
