"""A fragment shader over every pixel of a framebuffer, by one triangle that covers it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack

import moderngl

from visualizer.errors import GraphicsError
from visualizer.render.shader_text.source import load_source


def fullscreen_pass(
    context: moderngl.Context, name: str, defines: Mapping[str, str], opened: ExitStack
) -> tuple[moderngl.Program, moderngl.VertexArray]:
    """The program of a fragment shader, and what draws with it: ``render(vertices=3)``.

    Both last until ``opened`` closes. Raises GraphicsError where the shader does not compile.
    """
    vertex, fragment = load_source("fullscreen.vert"), load_source(name, defines)
    try:
        program = context.program(vertex_shader=vertex.text, fragment_shader=fragment.text)
    except moderngl.Error as error:
        raise GraphicsError(
            f"the shader {name} does not compile: {fragment.explain(str(error))}"
        ) from error
    opened.callback(program.release)
    array = context.vertex_array(program, [])
    opened.callback(array.release)
    return program, array
