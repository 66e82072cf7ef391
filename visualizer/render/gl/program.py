"""GL programs: the network's, one per class of styles, and how any of them is compiled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from visualizer.errors import GraphicsError
from visualizer.render.gl.context import gl
from visualizer.render.shader_text.layout import Layout, Slab
from visualizer.render.shader_text.neuron_layout import NeuronLayout
from visualizer.render.shader_text.source import Source, include_with, load_source, written_out
from visualizer.render.shader_text.tuning import Tuning
from visualizer.style.style import ACTIVATIONS

FRAME_BINDING = 0
"""Uniform binding of the Frame block; the weights' blocks follow."""


@dataclass(frozen=True, slots=True)
class ProgramClass:
    """Styles that share a program: the same padded sizes and the same activation.

    The activation is compiled in: llvmpipe runs every branch of a switch on a uniform,
    which made a frame at width 32 take 2.2 to 3.1 times as long.
    """

    layout: Layout | NeuronLayout
    activation: str


def network_source(layout: Layout, activation: str, tuning: Tuning) -> Source:
    """The text of ``network.frag`` for one class."""
    defines = {
        "QUADS": str(layout.quads),
        "DEPTH": str(layout.depth),
        "ACTIVATION": str(ACTIVATIONS.index(activation)),
        "TILE": str(tuning.tile),
        "ROWS": str(tuning.rows),
        "EACH_QUAD(STEP)": _each(layout.quads, tuning),
        "EACH_OLD(STEP)": _each(layout.quads - tuning.rows, tuning),
        # counts.z is 1, which no compiler can know.
        "BOUND(n)": "((n) * counts.z)" if tuning.bounded else "(n)",
    }
    if tuning.bounded and tuning.unrolled:
        defines["SHIFTED"] = ""
    generated = {"weights.glsl": _weights_text(layout), "layers.glsl": _layers_text(layout, tuning)}
    return load_source("network.frag", defines, generated)


def _each(count: int, tuning: Tuning) -> str:
    if tuning.unrolled:
        return written_out(count)
    return f"for (int i = 0; i < BOUND({count}); i++) {{ STEP(i) }}"


def _weights_text(layout: Layout) -> str:
    if layout.textured:
        return '#include "include/weight_texels.glsl"\n'
    return "".join(
        f"layout(std140) uniform Weights{block} {{ mat4 weights{block}[{size}]; }};\n"
        for block, size in enumerate(layout.blocks)
    )


def _layers_text(layout: Layout, tuning: Tuning) -> str:
    """All layers. GLSL 3.30 picks no block by a variable, so only texels are read in a loop."""
    slabs = [
        [slab for slab in layout.slabs if slab.layer == layer] for layer in range(layout.depth + 1)
    ]
    text = "".join(_slab_text("first_layer", layout, slab, tuning) for slab in slabs[0])
    if layout.textured:
        text += "for (int layer = 1; layer < BOUND(DEPTH); layer++) {\n"
        text += _slab_text("slab", layout, slabs[1][0], tuning, layer="layer")
        text += "EACH_QUAD(TAKE)\n}\n"
    else:
        for hidden in slabs[1:-1]:
            text += "".join(_slab_text("slab", layout, slab, tuning) for slab in hidden)
            text += "EACH_QUAD(TAKE)\n"
    return text + _slab_text("last_layer", layout, slabs[-1][0], tuning)


def _slab_text(
    include: str, layout: Layout, slab: Slab, tuning: Tuning, layer: str | None = None
) -> str:
    """Defines for one slab, and the include that uses them.

    layer: an expression, where the slab stands for those of all hidden layers.
    """
    matrix = f"weights{slab.block}[{slab.offset} + (i)]"
    if layout.textured:
        first = str(slab.offset)
        if layer is not None:
            first += f" + ({layer} - {slab.layer}) * {slab.rows * layout.quads}"
        matrix = f"weight_matrix({first} + (i))"
    values = {
        "SLAB_MATRIX(i)": matrix,
        "SLAB_FIRST": str(slab.first),
        "SLAB_ROWS": str(slab.rows),
        "SLAB_EACH_ROW(STEP)": _each(slab.rows, tuning),
        "SLAB_BIAS": f"({layer or slab.layer} * QUADS)",
    }
    return include_with(include, values)


def build_network(layout: Layout, activation: str, tuning: Tuning) -> int:
    """Compile and link a class's program in the current context; its GL name.

    Raises GraphicsError with the driver's message, its lines named by file.
    """
    program = link(load_source("triangle.vert"), network_source(layout, activation, tuning))
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
