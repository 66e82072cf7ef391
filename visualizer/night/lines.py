"""The lines of ``night.jsonl``: one JSON object each, which people may read and mend.

What stays as it was in the tick before is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from visualizer.contracts import Scene
from visualizer.night.journal import FORMAT, VERSION, Header, Note, Reading, SlotStyle
from visualizer.night.scene_values import scene_values
from visualizer.show.beat.tap_tempo import Grid
from visualizer.style.style import Style, style_sha256
from visualizer.types import HOP, RATE_HZ

Line = dict[str, Any]


def header_line(header: Header) -> Line:
    """The first line."""
    return {"format": FORMAT, "version": VERSION, "rate_hz": RATE_HZ, "hop": HOP, **asdict(header)}


def style_line(name: str, style: Style) -> Line:
    """A style of which ``styles/`` has a copy: what it is called here, and what it is."""
    return {"style": name, "name": style.name, "sha256": style_sha256(style)}


def sound_line(name: str, channels: int, first: int) -> Line:
    """From the hop of this number on, what is heard lies in this file."""
    return {"sound": name, "channels": channels, "first": first}


def frame_line(index: int, sha256: str) -> Line:
    """The picture of a tick before; it comes off the GPU some frames later."""
    return {"frame": index, "sha256": sha256}


def end_line(ticks: int, hops: int) -> Line:
    """The last one of a night that was ended."""
    return {"end": {"ticks": ticks, "hops": hops}}


class NoteLines:
    """Turns notes into lines, each against the one before it. name_of: a style's in the night."""

    def __init__(self, name_of: Callable[[Style], str]) -> None:
        self._name_of = name_of
        self._before = Line()

    def line(self, note: Note) -> Line:
        """The next tick's line."""
        line: Line = {
            "tick": note.index,
            "time_s": note.time_s,
            "dt_s": note.dt_s,
            "hops": note.hops,
        }
        stays = {
            "lead_s": note.lead_s,
            "size": list(note.sight.size),
            "scale": note.sight.scale,
            "clocks": {name: _reading(each) for name, each in note.clocks.items()},
            "drawn": note.drawn,
            "on": note.on,
            "device": note.device,
        }
        line |= {key: value for key, value in stays.items() if self._before.get(key) != value}
        self._before = stays
        if note.actions:
            line["actions"] = [[action.name, *action.args] for action in note.actions]
        if note.answers:
            line["answers"] = [[list(each.question), each.answer] for each in note.answers]
        if note.faults:
            line["faults"] = list(note.faults)
        if note.scene is not None:
            scene = note.scene
            line["scene"] = (
                scene_values(scene, self._name_of) if isinstance(scene, Scene) else scene
            )
        return line


def _reading(reading: Reading) -> Line | None:
    """A clock's word; None where it was not heard."""
    if reading.grid is None:
        return None
    grid = asdict(reading.grid)
    return grid | {"knows_phase": reading.knows_phase, "obeys_taps": reading.obeys_taps}


def reading_of(line: Line | None) -> Reading:
    """What a clock said, from its line. Raises KeyError, TypeError, ValueError."""
    if line is None:
        return Reading(None)
    downbeat = line["downbeat"]
    grid = Grid(
        float(line["anchor_s"]),
        float(line["bpm"]),
        None if downbeat is None else int(downbeat),
        int(line["in_bar"]),
    )
    if not 1.0 <= grid.bpm <= 1000.0 or not 1 <= grid.in_bar <= 64:
        raise ValueError(f"{grid.bpm} bpm, {grid.in_bar} beats in a bar")
    return Reading(grid, bool(line["knows_phase"]), bool(line["obeys_taps"]))


def slot_of(line: Line) -> SlotStyle:
    """A style of the library, from the header. Raises KeyError."""
    return SlotStyle(str(line["name"]), str(line["sha256"]))
