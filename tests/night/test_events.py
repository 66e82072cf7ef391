from __future__ import annotations

from pathlib import Path

from tests.night.shows import Show
from visualizer.night.events import events
from visualizer.night.journal import Header, Journal, Note, Sight


def journal(*notes: Note, is_whole: bool = True) -> Journal:
    header: Header = Show(Path()).header()
    return Journal(Path("x.night"), header, {}, (), notes, is_whole)


def test_each_change_is_told_once() -> None:
    wide, tall = Sight((320, 180)), Sight((180, 320))
    told = events(
        journal(
            Note(0, 1.0, 1.0, on="kiln", device="Line In: running", sight=wide),
            Note(1, 1.5, 0.5, on="kiln", device="Line In: running", sight=wide),
            Note(2, 2.0, 0.5, on="coral", device="Line In: lost", sight=wide, faults=("ouch",)),
            Note(3, 4.5, 2.5, on="coral", device="Line In: lost", sight=tall),
        )
    )
    assert [(each.time_s, each.what, each.text) for each in told] == [
        (1.0, "input", "Line In: running"),
        (1.0, "picture", "320 x 180"),
        (1.0, "style", "kiln"),
        (2.0, "input", "Line In: lost"),
        (2.0, "style", "coral"),
        (2.0, "fault", "ouch"),
        (4.5, "picture", "180 x 320"),
        (4.5, "late", "the picture had stood still for 2.5 s"),
        (4.5, "end", ""),
    ]


def test_a_night_that_was_broken_off_says_so() -> None:
    *_, end = events(journal(Note(0, 0.0, 0.0), is_whole=False))
    assert end.text.startswith("broken off")
