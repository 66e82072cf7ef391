import numpy as np
import pytest

from tests.styles import random_style
from visualizer.render.shader_text.layout import (
    INPUT_QUADS,
    Limits,
    pack_weights,
    plan,
    spread_inputs,
    width_class,
)
from visualizer.style.style import Architecture

USUAL = Limits(block_bytes=65536, fragment_blocks=15)
SMALLEST = Limits(block_bytes=16384, fragment_blocks=12)
"""What GL 3.3 promises."""


def architecture(width: int, depth: int = 4, features: int = 5) -> Architecture:
    return Architecture(width, depth, "tanh", features, 2)


@pytest.mark.parametrize(
    ("width", "expected"), [(4, 16), (16, 16), (20, 32), (64, 64), (100, 128), (132, 256)]
)
def test_width_classes(width: int, expected: int) -> None:
    assert width_class(width) == expected


@pytest.mark.parametrize(
    ("width", "limits", "textured", "blocks"),
    [
        (32, USUAL, False, 1),
        (64, USUAL, False, 2),
        (128, USUAL, False, 4),
        (256, USUAL, False, 14),
        (64, SMALLEST, False, 5),
        (128, SMALLEST, True, 1),
        (256, Limits(65536, 12), True, 1),
    ],
)
def test_blocks_at_depth_4(width: int, limits: Limits, textured: bool, blocks: int) -> None:  # noqa: FBT001 - a table's column
    layout = plan(architecture(width), limits)
    assert (layout.textured, len(layout.blocks)) == (textured, blocks)


def test_a_128_wide_hidden_layer_fills_a_block_exactly() -> None:
    layout = plan(architecture(128), USUAL)
    assert [layout.blocks[slab.block] for slab in layout.slabs[1:4]] == [1024] * 3


@pytest.mark.parametrize("width", [16, 32, 64, 128, 256])
@pytest.mark.parametrize("depth", [2, 4, 8])
@pytest.mark.parametrize("limits", [USUAL, SMALLEST])
def test_slabs_cover_every_row_once_and_never_overlap(
    width: int, depth: int, limits: Limits
) -> None:
    layout = plan(architecture(width, depth), limits)
    rows: dict[int, list[int]] = {layer: [] for layer in range(depth + 1)}
    used = [np.zeros(size, bool) for size in layout.blocks]
    for slab in layout.slabs:
        rows[slab.layer] += range(slab.first, slab.first + slab.rows)
        inputs = INPUT_QUADS if slab.layer == 0 else layout.quads
        piece = used[slab.block][slab.offset : slab.offset + slab.rows * inputs]
        assert len(piece) == slab.rows * inputs
        assert not piece.any()
        piece[:] = True
    assert all(rows[layer] == list(range(layout.quads)) for layer in range(depth))
    assert rows[depth] == [0]
    assert all(block.all() for block in used)
    if not layout.textured:
        assert max(layout.blocks) * 64 <= limits.block_bytes
        assert len(layout.blocks) < limits.fragment_blocks


@pytest.mark.parametrize("limits", [USUAL, SMALLEST])
@pytest.mark.parametrize("width", [12, 32, 100])
def test_packed_weights_multiply_like_the_matrices(width: int, limits: Limits) -> None:
    style = random_style(architecture(width, depth=2))
    layout = plan(style.architecture, limits)
    blocks = pack_weights(style, layout)
    for slab in layout.slabs:
        weight = list(style.layers())[slab.layer][0]
        if slab.layer == 0:
            weight = spread_inputs(weight, style.architecture.feature_waves)
        columns = weight.shape[1] if slab.layer == 0 else 4 * layout.quads
        h = np.random.default_rng(1).standard_normal(columns).astype(np.float32)
        for row in range(slab.rows):
            # The first layer's lie by input, all others' by output.
            step, stride = (1, slab.rows) if slab.layer == 0 else (columns // 4, 1)
            first = slab.offset + row * step
            mats = blocks[slab.block][first::stride][: columns // 4]
            # GLSL's m * x with m stored by columns.
            got = np.einsum("icr,ic->r", mats, h.reshape(-1, 4))
            wanted = weight[4 * (slab.first + row) :][:4] @ h[: weight.shape[1]]
            expected = np.zeros(4, np.float32)
            expected[: len(wanted)] = wanted
            np.testing.assert_allclose(got, expected, atol=1e-5)


def test_inputs_are_spread_over_whole_quads() -> None:
    weight = np.arange(1, 14, dtype=np.float32)[None]  # x, y, radius, 5 sines, 5 cosines
    spread = spread_inputs(weight, 5)[0].tolist()
    assert spread == [1, 2, 3, 0, 4, 5, 6, 7, 8, 0, 0, 0, 9, 10, 11, 12, 13, 0, 0, 0]
