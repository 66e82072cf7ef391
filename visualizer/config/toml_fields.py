"""Flat TOML files, ``KEY = VALUE``: what is right in them counts, whatever else they hold."""

from __future__ import annotations

import json
import logging
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from visualizer import monitor_choice
from visualizer.duration import EXPECTED, MAX_VALUE, Span
from visualizer.errors import ChladniError
from visualizer.monitor_choice import MonitorChoice
from visualizer.system.files import read_settings_text, replacing

log = logging.getLogger(__name__)

MAX_BYTES = 2**16
MOST_WRONG = 8
"""A file with more wrong lines than this is another kind of file."""
SHORTEST_S = 0.001
"""Of lengths that are given as bare numbers."""
MAX_TEXT = 1000
"""Letters of a name or path."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What may stand behind a key.

    expected: in words. fits: whether a value of TOML's is one. made: what becomes of it.
    """

    expected: str
    fits: Callable[[Any], bool]
    made: Callable[[Any], Any] = lambda value: value


def read_entries(path: Path, kinds: Mapping[str, Kind]) -> dict[str, Any]:
    """What a file says, by key, for the keys of ``kinds``; an absent file says nothing.

    Whatever is wrong is named in the log and passed over: nothing in a file is ever fatal.
    """
    entries = {}
    for key, value in _parse(path, read_settings_text(path, MAX_BYTES)).items():
        kind = kinds.get(key)
        if kind is None:
            near = get_close_matches(key, kinds, 1)
            known = f"did you mean {near[0]}?" if near else f"known: {', '.join(kinds)}"
            log.warning("%s: there is no %s; %s", path, _shown(key), known)
        elif kind.fits(value):
            entries[key] = kind.made(value)
        else:
            log.warning("%s: %s is %s, expected %s", path, key, _shown(value), kind.expected)
    return entries


def write_entries(path: Path, heading: str, entries: Mapping[str, object]) -> None:
    """Write a file whole or not at all, its folder with it; what is None is left out.

    Raises ChladniError.
    """
    # Only who writes waits the .01 s that it takes to load.
    import tomlkit  # noqa: PLC0415 - as above

    document = tomlkit.document()
    document.add(tomlkit.comment(heading))
    for key, value in entries.items():
        if value is not None:
            document.add(key, tomlkit.item(str(value) if isinstance(value, Span) else value))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ChladniError(f"cannot make {path.parent}: {error.strerror or error}") from error
    with replacing(path, ChladniError) as temporary, temporary.open("w", encoding="utf-8") as file:
        file.write(tomlkit.dumps(document))
        file.flush()
        # The name must not reach the disk before the text does, should the power go.
        os.fsync(file.fileno())


# --- kinds


def number(low: float, high: float) -> Kind:
    """A number from ``low`` to ``high``, as a float; NaN is none."""
    expected = f"a number from {low:g} to {high:g}"
    return Kind(expected, lambda value: type(value) in {int, float} and low <= value <= high, float)


def one_of(*choices: object) -> Kind:
    """One of a few values."""
    # Python takes 1, 1.0 and true for equal.
    alike = {(type(choice), choice) for choice in choices}
    expected = " or ".join(map(json.dumps, choices))
    return Kind(expected, lambda value: _is_plain(value) and (type(value), value) in alike)


def either(first: Kind, second: Kind) -> Kind:
    """Whatever one of two kinds takes."""
    return Kind(
        f"{first.expected} or {second.expected}",
        lambda value: first.fits(value) or second.fits(value),
        lambda value: (first if first.fits(value) else second).made(value),
    )


def _is_plain(value: object) -> bool:
    return type(value) in {bool, int, float, str}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= MAX_TEXT


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_length(value: object) -> bool:
    if isinstance(value, (int, float)):
        return type(value) is not bool and SHORTEST_S <= value <= MAX_VALUE
    try:
        return isinstance(value, str) and bool(Span.parse(value))
    except ValueError:
        return False


def _span(value: float | str) -> Span:
    return Span.parse(value) if isinstance(value, str) else Span(float(value))


def _is_monitors(value: object) -> bool:
    try:
        return type(value) in {int, str} and bool(MonitorChoice.parse(str(value)))
    except ValueError:
        return False


def _is_off(value: object) -> bool:
    return value is False or value == "off"


FLAG = Kind("true or false", lambda value: type(value) is bool)
TEXT = Kind('a name in quotes, such as "kiln"', _is_text)
TEXTS = Kind('names in quotes, such as ["kiln", "seed:7"]', _is_texts, tuple)
"""As a tuple."""
MONITORS = Kind(
    f"{monitor_choice.EXPECTED}, in quotes",
    _is_monitors,
    lambda value: MonitorChoice.parse(str(value)),
)
"""A ``MonitorChoice``: one number, or a text."""
LENGTH = Kind(EXPECTED, _is_length, _span)
"""A ``Span``: seconds as a number, or a text such as "8 beats"."""
LENGTH_OR_OFF = Kind(
    f'{EXPECTED}, or "off"',
    lambda value: _is_off(value) or _is_length(value),
    lambda value: False if _is_off(value) else _span(value),
)
"""A ``Span``, or False for "off", which is not the same as saying nothing."""


# --- inside


def _parse(path: Path, content: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content)
    except (ValueError, RecursionError):
        return _parse_lines(path, content)


def _parse_lines(path: Path, content: str) -> dict[str, Any]:
    """Each line by itself, of a file that as a whole is not TOML."""
    entries: dict[str, Any] = {}
    wrong = []
    for number_, line in enumerate(content.splitlines(), 1):
        try:
            found = tomllib.loads(line)
        except (ValueError, RecursionError):
            wrong.append(f"line {number_}, {_shown(line)}, is not KEY = VALUE, with text in quotes")
            continue
        wrong += [f"line {number_} says again what {key} is" for key in found if key in entries]
        entries = found | entries
    if len(wrong) > MOST_WRONG or (len(wrong) > 1 and not entries):
        log.warning("%s is not a TOML file, so nothing in it counts: %s", path, wrong[0])
        return {}
    for problem in wrong:
        log.warning("%s: %s", path, problem)
    return entries


def _shown(value: object) -> str:
    try:
        return f"{value!r:.60}"
    except ValueError:  # Python prints no number of more than 4,300 digits
        return "a huge number"
