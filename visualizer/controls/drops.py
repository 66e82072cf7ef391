"""Files that were dropped onto the window: a style is shown, a song is played."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from visualizer.types import Frame

STYLE_SUFFIXES = frozenset({".safetensors", ".pth", ".pt", ".pkl", ".ckpt"})
"""Torch's are refused where styles are read, with a word on how to convert them."""


class Drops:
    """An observer that hands what was dropped to who takes it over.

    show_style, play_song: called with the path; neither blocks, and both say in the log why
    they cannot. Whatever does not look like a style is taken for a song.
    """

    def __init__(
        self, show_style: Callable[[Path], None], play_song: Callable[[Path], None]
    ) -> None:
        self._show_style = show_style
        self._play_song = play_song

    def see(self, frame: Frame) -> None:
        """Look at the path of each ``drop PATH``."""
        for action in frame.actions:
            if action.name == "drop":
                path = Path(action.args[0])
                is_style = path.suffix.lower() in STYLE_SUFFIXES
                (self._show_style if is_style else self._play_song)(path)
