"""GL programs: the network's, one per class of styles, and how any of them is compiled."""

from __future__ import annotations

from pathlib import PurePath

from visualizer.errors import GraphicsError
from visualizer.render.gl.context import gl
from visualizer.render.shader_text.layout import Layout
from visualizer.render.shader_text.network_source import network_source
from visualizer.render.shader_text.source import Source, load_source
from visualizer.render.shader_text.tuning import Tuning

FRAME_BINDING = 0
"""Uniform binding of the Frame block; the weights' blocks follow."""


def build_network(layout: Layout, activation: str, tuning: Tuning) -> int:
    """Compile and link a class's program in the current context; its GL name.

    Raises GraphicsError with the driver's message, its lines named by file.
    """
    program = link(load_source("fullscreen.vert"), network_source(layout, activation, tuning))
    api = gl()
    bind_block(program, "Frame", FRAME_BINDING)
    if layout.textured:
        api.glUseProgram(program)
        api.glUniform1i(api.glGetUniformLocation(program, "weight_texels"), 0)
        api.glUseProgram(0)
        return program
    for block in range(len(layout.blocks)):
        bind_block(program, f"Weights{block}", FRAME_BINDING + 1 + block)
    return program


def link(*sources: Source) -> int:
    """A linked program's GL name, of one shader for each stage. Raises GraphicsError."""
    api = gl()
    shaders = [_compile(source) for source in sources]
    program = int(api.glCreateProgram())
    for shader in shaders:
        api.glAttachShader(program, shader)
    api.glLinkProgram(program)
    for shader in shaders:
        api.glDeleteShader(shader)
    if not api.glGetProgramiv(program, api.GL_LINK_STATUS):
        log, last = _text(api.glGetProgramInfoLog(program)), sources[-1]
        raise GraphicsError(f"the shader {last.name} does not link: {last.explain(log)}")
    return program


def _compile(source: Source) -> int:
    api = gl()
    kinds = {
        ".vert": api.GL_VERTEX_SHADER,
        ".frag": api.GL_FRAGMENT_SHADER,
        ".comp": api.GL_COMPUTE_SHADER,
    }
    shader = int(api.glCreateShader(kinds[PurePath(source.name).suffix]))
    api.glShaderSource(shader, source.text)
    api.glCompileShader(shader)
    if not api.glGetShaderiv(shader, api.GL_COMPILE_STATUS):
        log = _text(api.glGetShaderInfoLog(shader))
        raise GraphicsError(f"the shader {source.name} does not compile: {source.explain(log)}")
    return shader


def _text(log: bytes | str) -> str:
    return log.decode(errors="replace") if isinstance(log, bytes) else log


def bind_block(program: int, name: str, binding: int) -> None:
    """Let a program's uniform block read what is bound to ``binding``."""
    api = gl()
    index = api.glGetUniformBlockIndex(program, name)
    # A block that the compiler found unused has no index; it needs no binding either.
    if index != api.GL_INVALID_INDEX:
        api.glUniformBlockBinding(program, index, binding)
