"""What happened in a night, as its journal tells: styles, devices, sizes, faults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from visualizer.night.journal import Journal

LATE_S = 1.0
"""A picture that stood still for so long was seen by everybody."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing. time_s: from the night's beginning. what: ``style``, ``fault`` and the like."""

    time_s: float
    what: str
    text: str


def events(journal: Journal) -> Iterator[Event]:
    """All of them, in order."""
    style = device = ""
    size = (0, 0)
    for note in journal.notes:
        at_s = note.time_s - journal.header.start_s
        if note.device != device:
            device = note.device
            yield Event(at_s, "input", device)
        if note.sight.size != size:
            size = note.sight.size
            yield Event(at_s, "picture", f"{size[0]} x {size[1]}")
        if note.on != style:
            style = note.on
            yield Event(at_s, "style", style)
        if note.dt_s >= LATE_S and note is not journal.notes[0]:
            yield Event(at_s, "late", f"the picture had stood still for {note.dt_s:.1f} s")
        for fault in note.faults:
            yield Event(at_s, "fault", fault)
    end_s = journal.notes[-1].time_s - journal.header.start_s if journal.notes else 0.0
    how = "" if journal.is_whole else "broken off: the program was killed, or the disk was full"
    yield Event(end_s, "end", how)
