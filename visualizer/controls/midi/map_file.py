"""``midi.toml``: what each control of each controller does, written by learning and by hand.

::

    ["Launch Control XL"]
    "cc 1/13" = "zoom"                                    # nearer, farther
    "note 9/41" = { does = "mirror 6", how = "hold" }

A table for each port, by its name; a line for each control.
"""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from visualizer.controls.midi.bindings import Binding, Place
from visualizer.controls.midi.wire.messages import Source
from visualizer.errors import ChladniError
from visualizer.system.files import read_settings_text, replacing

log = logging.getLogger(__name__)

HEADING = "What MIDI controllers do: learned with Ctrl+L, or written by hand (docs/stage.md)."
MAX_BYTES = 2**18
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Line:
    """place, binding: what it says. problem: why it does not count, in words."""

    text: str
    place: Place | None = None
    binding: Binding | None = None
    problem: str = ""


def read_map(path: Path) -> dict[Place, Binding]:
    """What the file says; an absent one says nothing. A wrong line is named and passed over."""
    bindings: dict[Place, Binding] = {}
    for number, line in enumerate(_lines(read_settings_text(path, MAX_BYTES)), 1):
        if line.problem:
            log.warning(
                "%s, line %d, %.80r is passed over: %s", path, number, line.text, line.problem
            )
        elif line.place is not None and line.binding is not None:
            bindings[line.place] = line.binding
    return bindings


def write_binding(path: Path, place: Place, binding: Binding | None) -> None:
    """Write down what one control does; None: it does nothing any more.

    All else stays as it is, comments too; lines that are passed over become comments. Raises
    ChladniError.
    """
    import tomlkit  # noqa: PLC0415 - a show in which nothing is learned starts sooner without

    lines = _lines(read_settings_text(path, MAX_BYTES) or f"# {HEADING}\n")
    document = tomlkit.parse("\n".join(map(_kept, lines)))
    if place.port not in document:
        document.add(tomlkit.nl())
        document.add(tomlkit.key([place.port]), tomlkit.table())
    table: Any = document[place.port]
    table.pop(str(place.source), None)
    if binding is not None:
        table.add(str(place.source), tomlkit.item(_value(binding)).comment(binding.summary))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ChladniError(f"cannot make {path.parent}: {error.strerror or error}") from error
    with replacing(path, ChladniError) as temporary:
        temporary.write_text(tomlkit.dumps(document), encoding="utf-8")


def _lines(content: str) -> Iterator[_Line]:
    port = ""
    ports: set[str] = set()
    places: set[Place] = set()
    for text in content.split("\n"):
        try:
            entries = tomllib.loads(text)
            if not entries:
                yield _Line(text)
                continue
            ((key, value),) = entries.items()
            if value == {} and text.lstrip().startswith("["):
                port = "" if key in ports else key
                _once(key, ports)
                yield _Line(text)
                continue
            place = _place(port, key)
            _once(place, places)
            yield _Line(text, place, _binding(value))
        except (ValueError, RecursionError) as error:
            yield _Line(text, problem=str(error))


def _kept(line: _Line) -> str:
    # No control character may stand in a comment.
    return f"# {_CONTROL.sub('', line.text)}" if line.problem else line.text


def _once(thing: T, seen: set[T]) -> None:
    if thing in seen:
        raise ValueError("the file has said this before")
    seen.add(thing)


def _place(port: str, key: str) -> Place:
    if not port:
        raise ValueError('expected a line with a port before it, such as ["Launch Control XL"]')
    try:
        return Place(port, Source.parse(key))
    except ValueError as error:
        raise ValueError(f"expected {error}") from error


def _binding(value: object) -> Binding:
    table = {"does": value} if isinstance(value, str) else value
    match table:
        case {"does": str(does), "how": str(how), **rest} if not rest:
            way: str | None = how
        case {"does": str(does), **rest} if not rest:
            way = None
        case _:
            raise ValueError('expected "ACTION" or { does = "ACTION", how = "…" }')
    try:
        return Binding.parse(does, way)
    except ValueError as error:
        raise ValueError(f"expected {error}") from error


def _value(binding: Binding) -> str | Mapping[str, str]:
    if binding.is_usual:
        return binding.does
    import tomlkit  # noqa: PLC0415 - as above

    table = tomlkit.inline_table()
    table.update({"does": binding.does, "how": binding.how})
    return table
