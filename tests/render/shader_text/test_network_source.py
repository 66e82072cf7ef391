"""The network's shaders as text: whole, without GL, and refused where they do not fit together."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from visualizer.errors import GraphicsError
from visualizer.render.gl import context
from visualizer.render.gl.program import build_network
from visualizer.render.shader_text import network_source as module
from visualizer.render.shader_text.compute_source import compute_source
from visualizer.render.shader_text.layout import Limits, plan
from visualizer.render.shader_text.network_source import network_source
from visualizer.render.shader_text.neuron_layout import plan_neurons
from visualizer.render.shader_text.source import Source
from visualizer.render.shader_text.tuning import COMPUTE, GPU, LLVMPIPE, Tuning
from visualizer.style.style import ACTIVATIONS, Architecture

DEPTH = 3
ARCHITECTURE = Architecture(16, DEPTH, "relu", 5, 6)
LAYOUT = plan(ARCHITECTURE, Limits(65536, 15))


def fragments(activation: str = "relu", tuning: Tuning = GPU) -> Source:
    return network_source(LAYOUT, activation, tuning)


def compute(activation: str = "relu") -> Source:
    return compute_source(plan_neurons(ARCHITECTURE), activation, COMPUTE[16])


@pytest.mark.parametrize("source", [fragments(), compute()], ids=["fragments", "compute"])
def test_the_text_is_whole(source: Source) -> None:
    assert source.text.startswith("#version")
    assert "#include" not in source.text
    assert len(source.places) == source.text.count("\n")
    assert f"#define DEPTH {DEPTH}\n" in source.text


@pytest.mark.parametrize("make", [fragments, compute], ids=["fragments", "compute"])
@pytest.mark.parametrize("number", range(len(ACTIVATIONS)))
def test_styles_of_one_class_differ_in_their_activation_alone(
    make: Callable[..., Source], number: int
) -> None:
    usual, other = make().text.splitlines(), make(ACTIVATIONS[number]).text.splitlines()
    changed = {line for before, line in zip(usual, other, strict=True) if before != line}
    assert changed <= {f"#define ACTIVATION {number}"}
    assert f"#define ACTIVATION {number}" in other


def test_every_row_of_weights_is_read_once_where_all_is_written_out() -> None:
    tuning = Tuning(tile=1, rows=4, bounded=False, unrolled=True)
    text = fragments(tuning=tuning).text
    assert text.count("#define SLAB_MATRIX(i)") == len(LAYOUT.slabs)
    assert "{ STEP(i) }" not in text
    assert "{ STEP(i) }" in fragments(tuning=GPU).text


def test_a_bounded_loop_ends_where_no_compiler_can_know() -> None:
    assert "#define BOUND(n) ((n) * counts.z)\n" in fragments(tuning=LLVMPIPE).text
    assert "#define BOUND(n) (n)\n" in fragments(tuning=GPU).text


def test_an_activation_that_the_shader_does_not_know_is_refused_by_name_and_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "ACTIVATIONS", (*ACTIVATIONS, "mish"))
    with (
        context.standalone(),
        pytest.raises(
            GraphicsError,
            match=r"not compile: include/activation\.glsl:\d+.*#error ACTIVATION is no number",
        ),
    ):
        build_network(LAYOUT, "mish", GPU)
