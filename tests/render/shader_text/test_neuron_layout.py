"""The weights as the compute shader reads them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.graphics import renderer
from tests.styles import random_style
from visualizer.errors import GraphicsError
from visualizer.render.gl.context import gl
from visualizer.render.shader_text.layout import spread_inputs
from visualizer.render.shader_text.neuron_layout import pack_neurons, plan_neurons
from visualizer.render.shader_text.tuning import Compute
from visualizer.style.style import Architecture


@pytest.mark.parametrize(("width", "features"), [(12, 5), (32, 0), (100, 32)])
def test_packed_weights_multiply_like_the_matrices(width: int, features: int) -> None:
    style = random_style(Architecture(width, 3, "tanh", features, 0))
    layout = plan_neurons(style.architecture)
    (block,) = pack_neurons(style, layout)
    texels = block.reshape(-1, 4)
    assert len(texels) == layout.offsets[-1] + layout.rows[-1] * layout.columns[-1]
    for layer, (weight, _, _) in enumerate(style.layers()):
        first = spread_inputs(weight, features) if layer == 0 else weight
        x = np.zeros(4 * layout.columns[layer], np.float32)
        x[: first.shape[1]] = np.random.default_rng(layer).standard_normal(first.shape[1])
        rows = layout.rows[layer]
        got = np.zeros(rows, np.float32)
        for quad in range(layout.columns[layer]):
            at = layout.offsets[layer] + quad * rows
            got += texels[at : at + rows] @ x[4 * quad : 4 * quad + 4]
        np.testing.assert_allclose(got[: len(first)], first @ x[: first.shape[1]], atol=1e-4)
        assert not got[len(first) :].any()


def test_places_and_waves_fill_quads() -> None:
    inputs = [
        plan_neurons(Architecture(16, 2, "tanh", waves, 0)).inputs for waves in (0, 1, 4, 5, 32)
    ]
    assert inputs == [1, 3, 3, 5, 17]


def test_a_network_that_has_no_room_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with renderer(tuning=Compute(16, 1)) as opened:
        api = gl()
        asked = api.glGetIntegerv
        monkeypatch.setattr(
            api,
            "glGetIntegerv",
            lambda name: 50 if name == api.GL_MAX_TEXTURE_BUFFER_SIZE else asked(name),
        )
        with pytest.raises(GraphicsError, match="expected at most 50"):
            opened.prepare(random_style(Architecture(16, 2, "tanh", 0, 0)))
