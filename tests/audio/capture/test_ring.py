from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from multiprocessing.shared_memory import SharedMemory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.audio.capture.ring import Frames, Ring, RingReader
from visualizer.system.child_process import end_with_parent, start_child

CAPACITY = 24


def numbered(start: int, count: int) -> Frames:
    """Frames that carry their own number, its negative in the other channel."""
    numbers = np.arange(start, start + count, dtype=np.float32)
    return np.stack((numbers, -numbers), axis=1)


@pytest.fixture
def ring() -> Iterator[Ring]:
    with Ring.create(CAPACITY, 2) as made:
        made.open(2)
        yield made


step = st.tuples(st.booleans(), st.integers(0, CAPACITY), st.integers(1, 7))


@given(st.lists(step, max_size=60))
def test_every_frame_is_read_once_in_order_or_counted_as_lost(
    steps: list[tuple[bool, int, int]],
) -> None:
    with Ring.create(CAPACITY, 2) as ring:
        ring.open(2)
        reader, written, got = RingReader(ring), 0, 0
        for writes, count, multiple in steps:
            if writes:
                ring.write(numbered(written, count))
                written += count
                continue
            frames = reader.read(count, multiple)
            assert len(frames) % multiple == 0
            np.testing.assert_array_equal(frames, numbered(got + reader.lost, len(frames)))
            got += len(frames)
        while len(rest := reader.read(CAPACITY)):
            np.testing.assert_array_equal(rest, numbered(got + reader.lost, len(rest)))
            got += len(rest)
        assert got + reader.lost == written


class HurriedReader(RingReader):
    """A reader that somebody interrupts in the middle of copying, once."""

    def __init__(self, ring: Ring, interrupt: Callable[[], None]) -> None:
        super().__init__(ring)
        self._interrupt: Callable[[], None] | None = interrupt

    def _copy(self, count: int) -> Frames:
        half = super()._copy(count)[: count // 2]
        if self._interrupt is not None:
            self._interrupt()
            self._interrupt = None
        return np.concatenate((half, super()._copy(count)[count // 2 :]))


@given(
    before=st.integers(0, CAPACITY), meanwhile=st.integers(0, CAPACITY), unfinished=st.booleans()
)
def test_frames_overwritten_while_they_are_copied_are_never_handed_out(
    *, before: int, meanwhile: int, unfinished: bool
) -> None:
    with Ring.create(CAPACITY, 2) as ring:
        ring.open(2)
        ring.write(numbered(0, before))

        def interrupt() -> None:
            ring.write(numbered(before, meanwhile))
            if unfinished:  # the writer is seen in the middle of its copy
                ring.written = before

        reader = HurriedReader(ring, interrupt)
        frames = reader.read(CAPACITY)
        np.testing.assert_array_equal(frames, numbered(reader.lost, len(frames)))
        assert reader.lost <= before + meanwhile


def test_a_late_reader_goes_on_with_the_newest_half(ring: Ring) -> None:
    reader = RingReader(ring)
    for start in range(0, 100, 10):
        ring.write(numbered(start, 10))
    assert reader.read(CAPACITY)[0, 0] == 100 - CAPACITY // 2
    assert reader.lost == 100 - CAPACITY // 2


def test_space_is_what_can_be_written_without_loss(ring: Ring) -> None:
    reader = RingReader(ring)
    ring.write(numbered(0, 20))
    assert ring.space == 4
    reader.read(15)
    assert ring.space == 19
    ring.write(numbered(20, 19))
    assert len(reader.read(CAPACITY)) == CAPACITY
    assert reader.lost == 0


def test_what_cannot_fit_is_refused(ring: Ring) -> None:
    with pytest.raises(ValueError, match="25 frames do not fit into a ring of 24"):
        ring.write(numbered(0, CAPACITY + 1))
    with pytest.raises(ValueError, match="3 channels, expected 1 to 2"):
        ring.open(3)


def test_frames_know_when_they_came_and_a_player_s_do_not(ring: Ring) -> None:
    ring.write(numbered(0, 10))
    assert ring.arrival_s(0) is None
    ring.write(numbered(10, 4), 1000.25)
    ring.write(numbered(14, 4), 1000.5)
    assert ring.arrival_s(13) == 1000.25
    assert [ring.arrival_s(frame) for frame in (14, 17, 18)] == [1000.5, 1000.5, None]


def test_words_are_cut_between_letters(ring: Ring) -> None:
    ring.device = "ä" * 200
    ring.fail("ü" * 900)
    assert ring.device == "ä" * 127
    assert ring.problem == "ü" * 319


def fill(name: str) -> None:
    end_with_parent()
    with Ring.attach(name) as ring:
        ring.device = "elsewhere"
        ring.open(2)
        ring.write(numbered(0, 10))


def fill_and_die(name: str) -> None:
    fill(name)
    with Ring.attach(name) as ring:
        ring.write(numbered(10, 4))
        signal.raise_signal(signal.SIGKILL)


@pytest.mark.parametrize(("body", "count"), [(fill, 10), (fill_and_die, 14)])
def test_another_process_writes_and_nothing_is_left_behind(
    body: Callable[[str], None], count: int
) -> None:
    with Ring.create(CAPACITY, 2) as ring:
        name = ring.name
        child = start_child(body, name)
        child.join(30)
        np.testing.assert_array_equal(RingReader(ring).read(CAPACITY), numbered(0, count))
        assert ring.device == "elsewhere"
    with pytest.raises(FileNotFoundError):
        SharedMemory(name)
    ring.close()
