"""The text of the network's fragment shader, ``network.frag``, for one class of styles."""

from __future__ import annotations

from visualizer.render.shader_text.layout import Layout, Slab
from visualizer.render.shader_text.source import Source, include_with, load_source, written_out
from visualizer.render.shader_text.tuning import Tuning
from visualizer.style.style import ACTIVATIONS


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
