from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.show.session import Hands
from visualizer.show.smoothing import ARRIVED, FOLD_S, OMEGA_PER_S, FoldGlide, Glide, GlidingHands
from visualizer.types import MIRRORS, Fold


def test_a_glide_is_the_spring_that_it_claims_to_be() -> None:
    glide = Glide(0.0)
    for frame in range(1, 8):
        t = OMEGA_PER_S * frame / 30
        assert glide.step(1.0, 1 / 30) == pytest.approx(1.0 - (1.0 + t) * math.exp(-t))


def test_half_a_second_is_enough_to_arrive_exactly() -> None:
    for fps in (24, 30, 60, 144):
        glide = Glide(0.0)
        for _ in range(fps // 2 + 1):
            glide.step(1.0, 1 / fps)
        assert glide.value == 1.0


@given(
    st.lists(st.tuples(st.floats(-4.0, 4.0), st.floats(0.0, 0.25)), min_size=1, max_size=30),
    st.integers(1, 5),
)
def test_a_glide_is_the_same_in_one_step_or_in_many(
    way: list[tuple[float, float]], parts: int
) -> None:
    one, many = Glide(0.0), Glide(0.0)
    for target, dt_s in way:
        one.step(target, dt_s)
        for _ in range(parts):
            many.step(target, dt_s / parts)
        assert many.value == pytest.approx(one.value, abs=4 * ARRIVED)


def test_a_glide_never_swings_over() -> None:
    glide = Glide(0.0)
    values = [glide.step(1.0, 1 / 60) for _ in range(60)]
    assert values == sorted(values)
    assert max(values) == 1.0


def test_one_symmetry_flows_into_the_next_and_a_third_waits_its_turn() -> None:
    fold = FoldGlide(0)
    assert fold.step(0, 0.1) == Fold(0, 0, 1.0)
    assert fold.step(4, FOLD_S / 2) == Fold(0, 4, 0.5)
    assert fold.step(6, FOLD_S / 2) == Fold(0, 4, 1.0)
    assert fold.step(6, FOLD_S / 4) == Fold(4, 6, 0.15625)
    assert fold.step(6, FOLD_S) == Fold(4, 6, 1.0)


def test_hands_begin_where_the_first_frame_wants_them() -> None:
    hands = GlidingHands()
    held = hands.step(Hands(0.5, 0.25, 4, 2.0, 3.0, frozen=True), 0.0)
    assert (held.dimmer, held.hue, held.zoom, held.drift, held.frozen) == (0.5, 0.25, 2.0, 3.0, 1.0)
    assert held.mirror == 4


@given(
    st.lists(
        st.builds(
            Hands,
            st.floats(0.0, 1.0),
            st.floats(-3.0, 3.0),
            st.sampled_from(MIRRORS),
            st.floats(0.25, 4.0),
            st.floats(0.0, 8.0),
            st.booleans(),
        ),
        min_size=2,
        max_size=20,
    )
)
def test_whatever_hands_do_nothing_steps(asked: list[Hands]) -> None:
    hands = GlidingHands()
    held = [hands.step(one, 1 / 60) for one in asked]
    most = OMEGA_PER_S / math.e / 60
    for a, b in itertools.pairwise(held):
        # A spring at rest is at most omega / e of its way a second fast; one that turns, twice.
        assert abs(b.dimmer - a.dimmer) <= 2 * most
        assert abs(math.log2(b.zoom / a.zoom)) <= 2 * most * 4
        assert 0.0 <= b.frozen <= 1.0
        assert 0.0 <= b.dimmer <= 1.0
    folds = FoldGlide(asked[0].mirror)
    for before, after in itertools.pairwise(folds.step(one.mirror, 1 / 60) for one in asked):
        assert before.after in {after.after, after.before}
