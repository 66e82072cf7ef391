from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.fakes import ListSource
from visualizer.audio.rounded import FULL, RoundedSource, from_whole, to_whole
from visualizer.types import HOP, RATE_HZ

ANY = st.floats(width=32, allow_nan=True, allow_infinity=True)


@given(arrays(np.float32, (7, 2), elements=ANY))
def test_whatever_comes_in_24_bits_come_out_and_stay(hop: np.ndarray) -> None:
    rounded = from_whole(to_whole(hop))
    assert rounded.dtype == np.float32
    assert np.array_equal(rounded * FULL, np.rint(rounded * FULL))
    assert (rounded >= -1.0).all()
    assert (rounded < 1.0).all()
    assert np.array_equal(from_whole(to_whole(rounded)), rounded)


@given(arrays(np.float32, (7, 2), elements=st.floats(-0.9375, 0.9375, width=32)))
def test_rounding_moves_nothing_by_more_than_half_a_step(hop: np.ndarray) -> None:
    assert np.abs(from_whole(to_whole(hop)) - hop).max() <= 0.5 / FULL


@pytest.mark.parametrize(
    ("given_sample", "whole"),
    [
        *[(0.5, FULL // 2), (-1.0, -FULL), (1.0, FULL - 1), (3.0, FULL - 1), (-7.0, -FULL)],
        *[(np.nan, 0), (np.inf, 0), (-np.inf, 0), (-1e-9, 0)],
    ],
)
def test_samples_have_the_place_that_they_have_in_a_file(given_sample: float, whole: int) -> None:
    assert to_whole(np.full((1, 1), given_sample, np.float32))[0, 0] == whole


def test_silence_has_no_sign() -> None:
    rounded = from_whole(to_whole(np.full((4, 1), -1e-9, np.float32)))
    assert not np.signbit(rounded).any()


def test_a_source_hands_out_the_same_hops_rounded() -> None:
    samples = np.random.default_rng(1).uniform(-1.0, 1.0, (3 * HOP, 2)).astype(np.float32)
    hops = RoundedSource(ListSource(samples)).hops_until(3 * HOP / RATE_HZ)
    assert np.array_equal(np.concatenate(hops), from_whole(to_whole(samples)))
