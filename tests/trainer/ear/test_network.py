"""What torch trains is what NumPy plays."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.audio.analysis.beat.beat_network import BANDS, BeatNetwork

torch = pytest.importorskip("torch")

from trainer.ear.excerpts import inputs  # noqa: E402 - after the skip
from trainer.ear.network import INPUTS, BeatNet  # noqa: E402 - after the skip


def test_the_visualizers_network_is_torchs() -> None:
    torch.manual_seed(3)
    trained = BeatNet(torch.rand(INPUTS), 0.5 + torch.rand(INPUTS)).eval()
    bands = np.random.default_rng(3).random((60, BANDS), np.float32) ** 4
    with torch.no_grad():
        expected = torch.sigmoid(trained(torch.from_numpy(inputs(bands))[None]))[0].numpy()
    live = BeatNetwork(trained.tensors())
    np.testing.assert_allclose([live.step(frame) for frame in bands], expected, atol=2e-5)
