"""What was asked then is answered as it was, also where a higher rate asks more often."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.fakes import Ready, some_styles
from tests.night.shows import Show
from visualizer.night.journal import Answer, Journal, Note
from visualizer.night.replaying.cursor import Cursor
from visualizer.night.replaying.pool import NightPool
from visualizer.show.style_pool import StylePool, at_once

FIRST, SECOND, THIRD = some_styles()


def said(*answers: tuple[tuple[str | int, ...], str | bool | None]) -> tuple[Answer, ...]:
    return tuple(Answer(*each) for each in answers)


@pytest.fixture
def cursor() -> Cursor:
    notes = (
        Note(0, 0.0, 0.0, answers=said((("neighbour", 1), "b"), (("is_ready",), False))),
        Note(1, 0.1, 0.1, answers=said((("is_ready",), False), (("fresh_seed",), None))),
        Note(2, 0.2, 0.1, answers=said((("is_ready",), True), (("fresh_seed",), "c"))),
    )
    styles = {"a": FIRST, "b": SECOND, "c": THIRD}
    return Cursor(Journal(Path("x"), Show(Path()).header(), styles, (), notes, is_whole=True))


@pytest.fixture
def pool(cursor: Cursor) -> NightPool:
    others = StylePool(
        (FIRST, SECOND, THIRD),
        Ready(),
        random=np.random.default_rng(1),
        submit=lambda _: at_once(lambda: FIRST),
    )
    return NightPool(cursor, {"a": FIRST, "b": SECOND, "c": THIRD}, others)


def test_each_answer_counts_once_and_then_the_others_are_asked(
    cursor: Cursor, pool: NightPool
) -> None:
    cursor.reach(0.0)
    assert pool.neighbour(THIRD, 1) is SECOND
    assert pool.neighbour(THIRD, 1) is FIRST
    assert pool.slot(3) is THIRD


def test_what_was_not_ready_comes_no_sooner_between_the_ticks(
    cursor: Cursor, pool: NightPool
) -> None:
    ready = []
    for time_s in (0.0, 0.03, 0.06, 0.1, 0.13, 0.2, 0.23):
        cursor.reach(time_s)
        ready.append(pool.is_ready(SECOND))
    assert ready == [False] * 5 + [True] * 2


def test_a_seed_that_was_growing_is_the_one_that_came(cursor: Cursor, pool: NightPool) -> None:
    grown = []
    for time_s in (0.1, 0.13, 0.16, 0.2):
        cursor.reach(time_s)
        grown.append(pool.fresh_seed())
    assert grown == [None, None, None, THIRD]
