from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from tests.graphics import MOVED, QUICK
from tests.styles import random_style
from visualizer.render.gl import context
from visualizer.render.gl.program import build_network
from visualizer.render.shader_text.layout import Limits, plan
from visualizer.render.shader_text.uniforms import (
    FIELDS,
    FRAME_BYTES,
    FrameBlock,
    Placement,
    field_offsets,
)
from visualizer.style.mirrors import mirror_steps
from visualizer.style.network import frame_constants, view_matrix
from visualizer.style.style import Architecture
from visualizer.types import Fold

ARCHITECTURE = Architecture(12, 3, "relu", 5, 6)
PLACED = Placement(columns=40, rows=20, strip_columns=5, aspect=2.0)
FOLD = Fold(6, 3, 0.3)
LAYOUT = plan(ARCHITECTURE, Limits(65536, 15))


@pytest.fixture(scope="module")
def program() -> Iterator[int]:
    with context.standalone():
        yield build_network(LAYOUT, "relu", QUICK)


def test_offsets_are_those_that_the_driver_reports(program: int) -> None:
    gl = context.gl()
    offsets = field_offsets()
    reported = {}
    for index in range(int(gl.glGetProgramiv(program, gl.GL_ACTIVE_UNIFORMS))):
        name = bytes(gl.glGetActiveUniform(program, index)[0]).decode().removesuffix("[0]")
        if name in offsets:
            reported[name] = _integer(gl.GL_UNIFORM_OFFSET, program, index)
            if FIELDS[name] != 1:
                assert _integer(gl.GL_UNIFORM_ARRAY_STRIDE, program, index) == 16, name
    assert reported == offsets


def test_the_block_is_as_large_as_what_is_packed(program: int) -> None:
    gl = context.gl()
    block = gl.glGetUniformBlockIndex(program, "Frame")
    size = np.zeros(1, np.int32)
    gl.glGetActiveUniformBlockiv(program, block, gl.GL_UNIFORM_BLOCK_DATA_SIZE, size)
    style = random_style(ARCHITECTURE)
    assert FrameBlock(style, LAYOUT).pack(MOVED, PLACED).nbytes == size[0]
    widest = plan(Architecture(256, 8, "tanh", 32, 16), Limits(65536, 15))
    assert widest.biases * 16 + field_offsets()["bias"] == FRAME_BYTES


def test_every_value_lies_at_its_offset() -> None:
    style = random_style(ARCHITECTURE)
    block = FrameBlock(style, LAYOUT)
    data = block.pack(replace(MOVED, fold=FOLD), PLACED).reshape(-1)
    at = {name: offset // 4 for name, offset in field_offsets().items()}
    constants = frame_constants(style, MOVED.z)

    def values(name: str, count: int, quad: int = 0) -> list[float]:
        start = at[name] + 4 * quad
        return [float(value) for value in data[start : start + count]]

    assert values("view_x", 3) == view_matrix(MOVED)[0].astype(np.float32).tolist()
    assert values("view_y", 3) == view_matrix(MOVED)[1].astype(np.float32).tolist()
    assert values("grid", 4) == np.array([2 / 40, 1 / 20, 40, 20], np.float32).tolist()
    assert values("strip_columns", 1) == [5]
    assert data.view(np.int32)[at["counts"] :][:4].tolist() == [2, 4, 1, 4]
    assert values("fold_way", 1) == [np.float32(0.3)]
    assert values("mirrors", 16) == mirror_steps(FOLD).astype(np.float32).reshape(-1).tolist()
    assert values("warp_x", 8) == [*style.tensors["warp.frequency"][:, 0].tolist(), 0, 0]
    assert values("warp_to_y", 8) == [*style.tensors["warp.amplitude"][1].tolist(), 0, 0]
    assert values("warp_phase", 6) == constants.warp_phase.tolist()
    waves = [*style.tensors["features.frequency"][:, 1].tolist(), 0, 0, 0]
    assert values("feature_y", 20) == [0, 0, 0, 0, *waves, *waves][:20]
    phase = constants.feature_phase
    assert values("feature_phase", 5, quad=1) == phase.tolist()
    assert values("feature_phase", 5, quad=3) == (phase + np.pi / 2).astype(np.float32).tolist()
    for layer, bias in enumerate(constants.biases):
        assert values("bias", len(bias), quad=layer * LAYOUT.quads) == bias.tolist()


def _integer(what: int, program: int, index: int) -> int:
    answer = np.zeros(1, np.int32)
    indices = np.array([index], np.uint32)
    context.gl().glGetActiveUniformsiv(program, 1, indices, what, answer)
    return int(answer[0])
