"""Timed actions from a file: ``TIME ACTION [ARG ...]``, one a line; ``12.5``, ``1:30``."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from fractions import Fraction
from itertools import count
from pathlib import Path

from visualizer.duration import parse_seconds
from visualizer.errors import ChladniError, UsageError
from visualizer.show.commands import check_action
from visualizer.system.files import read_text
from visualizer.types import Action, Tick


class Script:
    """A control that asks for each action at its time, counted from the show's or song's start."""

    def __init__(self, timed: Sequence[tuple[float, Action]]) -> None:
        # Sorted by time alone: lines of one time keep their order.
        self._waiting = sorted(timed, key=lambda pair: pair[0])

    def poll(self, tick: Tick) -> Sequence[Action]:
        """All actions due by now."""
        due = [action for time_s, action in self._waiting if _is_due(time_s, tick.time_s)]
        del self._waiting[: len(due)]
        return due


def frame_of_quit(timed: Sequence[tuple[float, Action]], fps: Fraction) -> int | None:
    """Index of the frame, at exactly ``fps``, in which a script ends the show; None for none."""
    ends_s = [time_s for time_s, action in timed if action.name == "quit"]
    if not ends_s:
        return None
    guess = int(min(ends_s) * fps)
    return next(n for n in count(max(0, guess - 1)) if _is_due(min(ends_s), float(n / fps)))


def read_script(path: Path) -> tuple[tuple[float, Action], ...]:
    """The timed actions of a file. Blank lines and ``#`` comments are passed over.

    Raises ChladniError, naming file and line, for a line that no command takes.
    """
    try:
        lines = read_text(path).splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ChladniError(f"cannot read the actions file {path}: {reason}") from error
    timed = []
    for number, line in enumerate(lines, 1):
        try:
            words = shlex.split(line, comments=True)
            if words:
                timed.append(_parse(words))
        except (ValueError, UsageError) as error:
            raise ChladniError(
                f"{path}, line {number}: {error}; a line is 'TIME_S ACTION [ARG ...]',"
                " such as '12.5 style organic'"
            ) from error
    return tuple(timed)


def _is_due(time_s: float, now_s: float) -> bool:
    return time_s <= now_s + 1e-9


def _parse(words: list[str]) -> tuple[float, Action]:
    time_s = _seconds(words[0])
    if len(words) < 2:
        raise ValueError("the action is missing")
    action = Action(words[1], tuple(words[2:]))
    check_action(action)
    return time_s, action


def _seconds(text: str) -> float:
    try:
        time_s = parse_seconds(text)
    except ValueError:
        time_s = -1.0
    if not 0.0 <= time_s < float("inf"):
        raise ValueError(f"{text!r} is not a time in seconds")
    return time_s
