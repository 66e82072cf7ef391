"""Jobs that wait until the first picture is there."""

from __future__ import annotations

from functools import partial

import pytest

from tests.fakes import make_frame
from visualizer.app.live.deferred import Deferred


def test_one_job_a_frame_is_done_in_order_from_the_second_frame_on() -> None:
    done: list[str] = []
    deferred = Deferred(*(partial(done.append, name) for name in ("one", "two")))
    seen = []
    for index in range(4):
        deferred.see(make_frame(index=index))
        seen.append(tuple(done))
    assert seen == [(), ("one",), ("one", "two"), ("one", "two")]


def test_a_job_that_cannot_be_done_ends_the_show() -> None:
    def fail() -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        Deferred(fail).see(make_frame(index=1))
