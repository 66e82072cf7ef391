"""The text of the network's compute shader, ``network.comp``, for one class of styles."""

from __future__ import annotations

from visualizer.render.shader_text.neuron_layout import NeuronLayout
from visualizer.render.shader_text.source import Source, include_with, load_source, written_out
from visualizer.render.shader_text.tuning import Compute
from visualizer.style.style import ACTIVATIONS


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
