from __future__ import annotations

from pathlib import Path

import pytest

from visualizer.controls.hot_reload import Drops


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
    Drops(styles.append, songs.append).take(path)
    assert (styles, songs) == (([Path(path)], []) if is_style else ([], [Path(path)]))
