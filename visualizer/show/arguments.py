"""What an action's arguments may be. Each check raises ValueError, saying what was expected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from visualizer.duration import EXPECTED as SPAN
from visualizer.duration import Span

Check = Callable[[str], object]

SMOOTH = "smooth"
"""For a change of style that takes the show's own fade time."""
OFF = "off"


@dataclass(frozen=True, slots=True)
class Level:
    """A number that hands move: by keys, sliders, knobs.

    label: a word for it. low, high: the least and the most that its command takes. rest: the
    value that changes nothing. step: what one press of a key adds; by_factor: multiplies by.
    exponent: a slider stands at its end times place^exponent, place 0..1, so that more of its way
    is left to what is finer. wraps: what counts is the value's fraction; full turns stay.
    shown, digits, unit: the factor and the unit in which people read it.
    """

    label: str
    low: float
    high: float
    rest: float
    step: float
    by_factor: bool = False
    exponent: float = 1.0
    wraps: bool = False
    shown: float = 1.0
    digits: int = 2
    unit: str = ""

    def text(self, value: float) -> str:
        """The value as people read it."""
        value = value % 1.0 if self.wraps else value
        return f"{value * self.shown:.{self.digits}f}{self.unit}"


def number(low: float, high: float) -> Callable[[str], float]:
    """A number from ``low`` to ``high``; NaN is none."""

    def check(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise ValueError(f"a number from {low:g} to {high:g}")
        return value

    return check


def one_of(*words: str) -> Check:
    """One of a few words."""

    def check(text: str) -> str:
        if text not in words:
            raise ValueError(" or ".join(words))
        return text

    return check


def either(*checks: Check) -> Check:
    """Whatever one of several checks takes."""

    def check(text: str) -> object:
        expected = []
        for attempt in checks:
            try:
                return attempt(text)
            except ValueError as error:
                expected.append(str(error))
        raise ValueError(" or ".join(expected))

    return check


def switch(text: str) -> bool:
    """``0`` or ``1``."""
    if text not in {"0", "1"}:
        raise ValueError("0 or 1")
    return text == "1"


def span(text: str) -> Span:
    """A length in seconds, beats or bars."""
    return Span.parse(text)


def smoothly(text: str) -> Span | None:
    """How long a change of style takes: ``smooth`` (None: the show's own fade) or a length."""
    if text == SMOOTH:
        return None
    try:
        return Span.parse(text)
    except ValueError as error:
        raise ValueError(f"{SMOOTH}, or {SPAN}") from error


def slot_number(text: str) -> int:
    """A slot, from 1."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:4]) <= 99:
        raise ValueError("a slot's number, from 1")
    return int(text)


def any_text(text: str) -> str:
    """Anything: whether it names something is found out elsewhere."""
    return text
