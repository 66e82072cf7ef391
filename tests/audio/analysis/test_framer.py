"""The framer gives the same hops whatever the chunks."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from visualizer.audio.analysis.framer import Framer
from visualizer.types import HOP


@given(sizes=st.lists(st.integers(0, 700), max_size=12), channels=st.integers(1, 4))
def test_any_chunks_give_the_same_samples(sizes: list[int], channels: int) -> None:
    total = sum(sizes)
    samples = np.arange(total * channels, dtype=np.float32).reshape(total, channels)
    framer = Framer(channels)
    hops = []
    for chunk in np.split(samples, np.cumsum(sizes)[:-1]) if sizes else []:
        hops += framer.push(chunk)
    assert all(hop.shape == (HOP, channels) and hop.dtype == np.float32 for hop in hops)
    assert len(hops) == total // HOP
    tail = framer.flush()
    assert len(tail) == (1 if total % HOP else 0)
    together = np.concatenate([*hops, *tail, np.zeros((0, channels), np.float32)])
    np.testing.assert_array_equal(together[:total], samples)
    assert not together[total:].any()


def test_a_reused_buffer_does_not_change_what_waits() -> None:
    framer = Framer(1)
    buffer = np.ones((100, 1), np.float32)
    assert framer.push(buffer) == []
    buffer[:] = 7.0
    (hop,) = framer.push(np.ones((156, 1), np.float32))
    assert (hop == 1.0).all()
