from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import session_of, some_styles
from visualizer.controls.drops import Drops
from visualizer.types import Action, Features, Frame, Tick


@pytest.mark.parametrize(
    ("path", "is_style"),
    [
        ("/media/stick/kiln.safetensors", True),
        ("/media/stick/KILN.SAFETENSORS", True),
        # Refused there, with a word on how to convert it.
        ("old.pth", True),
        ("night.mp3", False),
        ("a file that nobody knows", False),
    ],
)
def test_what_is_dropped_goes_to_who_takes_it_over(path: str, *, is_style: bool) -> None:
    styles: list[Path] = []
    songs: list[Path] = []
    session = session_of(some_styles(1)[0])
    actions = (Action("next"), Action("drop", (path,)), Action("device"))
    frame = Frame(Tick(0, 0.0, 0.0), (), Features(), session, actions)
    Drops(styles.append, songs.append).see(frame)
    assert (styles, songs) == (([Path(path)], []) if is_style else ([], [Path(path)]))
