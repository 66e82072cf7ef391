"""Monitors as people name them: by numbers from 0, or all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

ALL = "all"
LAST = 63
"""The highest number that is taken."""
EXPECTED = f"a number from 0 to {LAST}, several as 0,1, or {ALL}"

_FORM = re.compile(r"[0-9]{1,2}(,[0-9]{1,2})*")


@dataclass(frozen=True, slots=True)
class MonitorChoice:
    """numbers: from 0, each once, in the order in which they were named; empty is all."""

    numbers: tuple[int, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """``1``, ``1,2`` or ``all``. Raises ValueError."""
        if text == ALL:
            return cls()
        numbers = tuple(map(int, text.split(","))) if _FORM.fullmatch(text) else ()
        if not numbers or max(numbers) > LAST or len(set(numbers)) < len(numbers):
            raise ValueError(EXPECTED)
        return cls(numbers)

    @property
    def is_one(self) -> bool:
        """Whether one monitor was named: a window may then be smaller than it."""
        return len(self.numbers) == 1
