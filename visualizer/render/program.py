"""GL programs: the network's, one per class of styles, and how any of them is compiled."""

from __future__ import annotations

from dataclasses import dataclass

from visualizer.errors import GraphicsError
from visualizer.render.context import gl
from visualizer.render.glsl import Source, load_source
from visualizer.render.layout import Layout, Slab
from visualizer.render.tuning import Tuning
from visualizer.style import ACTIVATIONS

FRAME_BINDING = 0
"""Uniform binding of the Frame block; the weights' blocks follow."""


@dataclass(frozen=True, slots=True)
class ProgramClass:
    """Styles that share a program: the same padded sizes and the same activation.

    The activation is compiled in: llvmpipe runs every branch of a switch on a uniform,
    which made a frame at width 32 take 2.2 to 3.1 times as long.
    """

    layout: Layout
    activation: str


def network_source(program_class: ProgramClass, tuning: Tuning) -> Source:
    """The text of ``network.frag`` for one class."""
    layout = program_class.layout
    defines = {
        "QUADS": str(layout.quads),
        "DEPTH": str(layout.depth),
        "ACTIVATION": str(ACTIVATIONS.index(program_class.activation)),
        "TILE": str(tuning.tile),
        # counts.z is 1, which no compiler can know.
        "BOUND(n)": "((n) * counts.z)" if tuning.bounded else "(n)",
        "EACH_LOOPED(STEP, n)": "for (int i = 0; i < n; i++) STEP(i)",
        "EACH_INPUT(STEP)": _each_input(layout, tuning),
    }
    generated = {
        "weights.glsl": _weights_text(layout),
        "layers.glsl": "".join(_slab_text(layout, slab, tuning) for slab in layout.slabs),
    }
    return load_source("network.frag", defines, generated)


def _each_input(layout: Layout, tuning: Tuning) -> str:
    if 4 * layout.quads <= tuning.unrolled:
        return " ".join(f"STEP({i})" for i in range(layout.quads))
    return "EACH_LOOPED(STEP, BOUND(QUADS))"


def _weights_text(layout: Layout) -> str:
    if layout.textured:
        return '#include "include/weight_texture.glsl"\n'
    return "".join(
        f"layout(std140) uniform Weights{block} {{ mat4 weights{block}[{size}]; }};\n"
        for block, size in enumerate(layout.blocks)
    )


def _slab_text(layout: Layout, slab: Slab, tuning: Tuning) -> str:
    """Defines for one slab, and the include that uses them."""
    first, last = slab.layer == 0, slab.layer == layout.depth
    even = slab.layer % 2 == 0
    written = "colours" if last else "odd" if even else "even"
    inputs = "(1 + 2 * counts.y)" if first else "QUADS"
    each = f"EACH_LOOPED(STEP, {inputs})" if first else "EACH_INPUT(STEP)"
    matrix = f"weight_matrix({slab.offset} + i)"
    if not layout.textured:
        matrix = f"weights{slab.block}[{slab.offset} + i]"
    values = {
        "SLAB_MATRIX(i)": matrix.replace("+ i", "+ (i)"),
        "SLAB_EACH(STEP)": each,
        "SLAB_INPUTS": inputs,
        "SLAB_FIRST": str(slab.first),
        "SLAB_ROWS": str(slab.rows),
        "SLAB_BIAS": str(layout.quads * slab.layer),
        "SLAB_PASS": "1" if last else str(tuning.rows),
        "SLAB_FROM": "even" if even else "odd",
        "SLAB_TO": written,
        "SLAB_ACTIVATE(x)": "colour(x)" if last else "activate(x)",
    }
    lines = [f"#define {macro} {value}" for macro, value in values.items()]
    lines.append('#include "include/slab.glsl"')
    lines += [f"#undef {macro.partition('(')[0]}" for macro in values]
    return "".join(f"{line}\n" for line in lines)


def build_network(program_class: ProgramClass, tuning: Tuning) -> int:
    """Compile and link a class's program in the current context; its GL name.

    Raises GraphicsError with the driver's message, its lines named by file.
    """
    program = link(load_source("triangle.vert"), network_source(program_class, tuning))
    api = gl()
    _bind_block(program, "Frame", FRAME_BINDING)
    if program_class.layout.textured:
        api.glUseProgram(program)
        api.glUniform1i(api.glGetUniformLocation(program, "weight_texture"), 0)
        api.glUseProgram(0)
        return program
    for block in range(len(program_class.layout.blocks)):
        _bind_block(program, f"Weights{block}", FRAME_BINDING + 1 + block)
    return program


def link(vertex: Source, fragment: Source) -> int:
    """A linked program's GL name. Raises GraphicsError."""
    api = gl()
    shaders = [_compile(api.GL_VERTEX_SHADER, vertex), _compile(api.GL_FRAGMENT_SHADER, fragment)]
    program = int(api.glCreateProgram())
    for shader in shaders:
        api.glAttachShader(program, shader)
    api.glLinkProgram(program)
    for shader in shaders:
        api.glDeleteShader(shader)
    if not api.glGetProgramiv(program, api.GL_LINK_STATUS):
        log = _text(api.glGetProgramInfoLog(program))
        raise GraphicsError(f"the shader {fragment.name} does not link: {fragment.explain(log)}")
    return program


def _compile(kind: int, source: Source) -> int:
    api = gl()
    shader = int(api.glCreateShader(kind))
    api.glShaderSource(shader, source.text)
    api.glCompileShader(shader)
    if not api.glGetShaderiv(shader, api.GL_COMPILE_STATUS):
        log = _text(api.glGetShaderInfoLog(shader))
        raise GraphicsError(f"the shader {source.name} does not compile: {source.explain(log)}")
    return shader


def _text(log: bytes | str) -> str:
    return log.decode(errors="replace") if isinstance(log, bytes) else log


def _bind_block(program: int, name: str, binding: int) -> None:
    api = gl()
    index = api.glGetUniformBlockIndex(program, name)
    # A block that the compiler found unused has no index; it needs no binding either.
    if index != api.GL_INVALID_INDEX:
        api.glUniformBlockBinding(program, index, binding)
