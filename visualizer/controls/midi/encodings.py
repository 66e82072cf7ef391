"""What a control's numbers mean: a knob's place, a button, or an encoder's steps.

Encoders that turn without end send steps, in one of three codes that no standard names:

twos: 1, 2, 3 … to the right, 127, 126, 125 … to the left (two's complement of 7 bits).
sign: 1, 2, 3 … to the right, 65, 66, 67 … to the left (bit 6 is the sign).
offset: 65, 66, 67 … to the right, 63, 62, 61 … to the left (64 is rest).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

ABSOLUTE, BUTTON = "absolute", "button"
STEPS: Mapping[str, Callable[[int], int]] = {
    "twos": lambda value: value - 128 if value >= 64 else value,
    "sign": lambda value: 64 - value if value >= 64 else value,
    "offset": lambda value: value - 64,
}
"""Steps to the right that a value 0..127 means, by code."""

SURE = 8
"""So many values must be seen before a knob is told from an encoder."""
SLOW = {1, 2}
"""Steps that every encoder sends sometimes: a hand that turns back is slow at that moment."""
MOST_STEPS = 20
"""More in one message is no encoder, however fast it is spun."""


def guess(values: Sequence[int], top: int = 127) -> str | None:
    """ABSOLUTE, BUTTON, or the code of STEPS that these values are in; None: not sure yet.

    An encoder is known by repeating itself, which a knob's place hardly does, and its code
    once it was turned both ways: the three look different then.
    """
    if set(values) == {0, top}:
        return BUTTON
    if len(values) < SURE:
        return None
    codes = [code for code in STEPS if all(_is_step(code, value) for value in values)]
    repeats = any(before == after for before, after in pairwise(values))
    if not codes or not repeats:
        return ABSOLUTE
    for code in codes:
        steps = {STEPS[code](value) for value in values}
        if steps & SLOW and steps & {-step for step in SLOW}:
            return code
    return None


def _is_step(code: str, value: int) -> bool:
    return 0 < abs(STEPS[code](value)) <= MOST_STEPS
