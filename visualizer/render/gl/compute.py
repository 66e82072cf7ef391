"""The network's program where lanes are neurons: ``network.comp``, for GL 4.3 and later."""

from __future__ import annotations

import moderngl

from visualizer.render.gl.context import gl
from visualizer.render.gl.program import FRAME_BINDING, bind_block, link
from visualizer.render.shader_text.compute_source import compute_source
from visualizer.render.shader_text.neuron_layout import NeuronLayout
from visualizer.render.shader_text.tuning import Compute

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


def build_compute(layout: NeuronLayout, activation: str, tuning: Compute) -> int:
    """Compile and link a class's program in the current context; its GL name.

    Raises GraphicsError with the driver's message, its lines named by file.
    """
    program = link(compute_source(layout, activation, tuning))
    bind_block(program, "Frame", FRAME_BINDING)
    return program
