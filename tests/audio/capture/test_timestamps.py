from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

from hypothesis import given, settings
from hypothesis import strategies as st

from visualizer.audio.capture.timestamps import Stamps

ROOM = 3
block_sizes = st.lists(st.integers(0, 3), max_size=3 * ROOM)


def words() -> memoryview:
    return memoryview(bytearray(8 * Stamps.words_for(ROOM))).cast("q")


def block_of(frame: int, sizes: list[int]) -> int:
    """Number of the block that brings a frame; len(sizes) while none does."""
    return bisect_right(list(accumulate(sizes)), frame)


def put_blocks(stamps: Stamps, sizes: list[int], first: int = 0) -> None:
    """Block n comes at second n + 1."""
    for number, end in enumerate(accumulate(sizes)):
        if number >= first:
            stamps.put(end, number + 1.0)


@given(block_sizes)
def test_the_newest_blocks_have_their_times_and_older_ones_none(sizes: list[int]) -> None:
    stamps = Stamps(words())
    put_blocks(stamps, sizes)
    # Once stamps were overwritten, nobody knows any more where the oldest one's block begins.
    known = len(sizes) - ROOM + 1 if len(sizes) > ROOM else 0
    for frame in range(sum(sizes) + 2):
        number = block_of(frame, sizes)
        if known <= number < len(sizes):
            assert stamps.arrival_s(frame) == number + 1.0
        else:
            assert stamps.arrival_s(frame) is None


class HurriedStamps(Stamps):
    """Stamps whose reader somebody interrupts in the middle of its n-th one."""

    def __init__(self, words: memoryview, interrupt: Callable[[], None], after: int) -> None:
        super().__init__(words)
        self._interrupt = interrupt
        self._left = after

    def _read(self, number: int) -> tuple[int, int]:
        frames, _ = super()._read(number)
        if self._left == 0:
            self._interrupt()
        self._left -= 1
        return frames, super()._read(number)[1]


@settings(max_examples=600)
@given(
    before=block_sizes,
    meanwhile=block_sizes,
    after=st.integers(0, ROOM),
    frame=st.integers(0, 20),
    unfinished=st.booleans(),
)
def test_a_stamp_that_is_overwritten_while_it_is_read_is_never_believed(
    *, before: list[int], meanwhile: list[int], after: int, frame: int, unfinished: bool
) -> None:
    memory = words()
    writer = Stamps(memory)
    put_blocks(writer, before)
    sizes = before + meanwhile

    def interrupt() -> None:
        put_blocks(writer, sizes, first=len(before))
        if unfinished and meanwhile:  # the writer is seen in the middle of its last stamp
            memory[1] -= 1

    said_s = HurriedStamps(memory, interrupt, after).arrival_s(frame)
    number = block_of(frame, before)
    assert said_s in {None, number + 1.0}
    if number == len(before):
        assert said_s is None
    elif not meanwhile and number > len(before) - ROOM:
        assert said_s == number + 1.0
