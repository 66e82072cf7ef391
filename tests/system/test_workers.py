from __future__ import annotations

import threading

import pytest

from visualizer.system.workers import BoundedWorker


def fail() -> None:
    raise ValueError("the job's own words")


def test_jobs_are_done_in_order_and_all_before_it_ends() -> None:
    done: list[int] = []
    with BoundedWorker("test", 3) as thread:
        for number in range(50):
            thread.do(lambda number=number: done.append(number))  # type: ignore[misc] # bound early
    assert done == list(range(50))


def test_whoever_hands_over_waits_where_there_is_no_room() -> None:
    gate, handed = threading.Event(), threading.Semaphore(0)

    def work() -> None:
        gate.wait(10.0)

    def hand_over() -> None:
        for _ in range(5):
            thread.do(work)
            handed.release()

    with BoundedWorker("test", 2) as thread:
        giver = threading.Thread(target=hand_over)
        giver.start()
        assert handed.acquire(timeout=10.0)
        assert handed.acquire(timeout=10.0)
        # Two are under way; the third is not taken before one is done.
        assert not handed.acquire(timeout=0.05)
        gate.set()
        giver.join()
    assert all(handed.acquire(timeout=10.0) for _ in range(3))


def test_an_error_comes_out_and_nothing_is_begun_after_it() -> None:
    done: list[str] = []
    with BoundedWorker("test", 5) as thread:
        thread.do(fail)
        with pytest.raises(ValueError, match="the job's own words"):
            thread.finish()
        thread.do(lambda: done.append("late"))
    assert done == []


def test_where_there_is_no_room_the_error_meets_the_next_who_comes() -> None:
    with BoundedWorker("test", 1) as thread:
        thread.do(fail)
        with pytest.raises(ValueError, match="the job's own words"):
            thread.do(lambda: None)


def test_leaving_ends_the_thread_and_raises_nothing() -> None:
    with BoundedWorker("its name", 5) as thread:
        thread.do(fail)
    assert not [t for t in threading.enumerate() if t.name.startswith("its name")]
