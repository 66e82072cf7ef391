"""Jobs that wait until the first picture is there."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from tests.fakes import session_of, some_styles
from visualizer.app.deferred import Later
from visualizer.types import Features, Frame, Tick

FIRST = Frame(Tick(0, 0.0, 0.0), (), Features(), session_of(some_styles(1)[0]))


def frame(index: int) -> Frame:
    return replace(FIRST, tick=Tick(index, index / 60, 1 / 60))


def test_one_job_a_frame_is_done_in_order_from_the_second_frame_on() -> None:
    done: list[str] = []
    later = Later(*(partial(done.append, name) for name in ("one", "two")))
    seen = []
    for index in range(4):
        later.see(frame(index))
        seen.append(tuple(done))
    assert seen == [(), ("one",), ("one", "two"), ("one", "two")]


def test_a_job_that_cannot_be_done_ends_the_show() -> None:
    def fail() -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        Later(fail).see(frame(1))
