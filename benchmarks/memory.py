"""What a process has in memory, as the kernel counts it. Linux alone."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
MIB = 2.0**20
SAMPLE_S = 0.1


def memory_mib() -> float:
    """This process, now; under llvmpipe that is the GPU's memory as well."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB


def trim_memory() -> None:
    """Give back what was freed, so that what is needed next is seen. glibc alone."""
    ctypes.CDLL(None).malloc_trim(0)


def alone(work: Callable[[], T]) -> T:
    """The result of work in a process of its own, which nobody's memory was in before."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(work)


@contextmanager
def sampled_memory() -> Iterator[list[float]]:
    """Memory in MiB, ten times a second, into a list that grows meanwhile."""
    samples: list[float] = []
    over = threading.Event()

    def sample() -> None:
        while not over.wait(SAMPLE_S):
            samples.append(memory_mib())

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield samples
    finally:
        over.set()
        thread.join()
