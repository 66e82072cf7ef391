"""A still: one frame as a PNG."""

from __future__ import annotations

from pathlib import Path

from PIL import Image as PillowImage

from visualizer.contracts import Frame, Picture
from visualizer.errors import UsageError
from visualizer.system.files import check_target, replacing


def check_still(path: Path) -> None:
    """Refuse what no still can be written to, before anything is drawn.

    Raises UsageError, FilmError.
    """
    if path.suffix.lower() != ".png":
        raise UsageError(f"a still's name must end in .png, got {path}")
    check_target(path)


class Still:
    """A sink that writes the frame ``index`` to a PNG, whole or not at all.

    written: whether that has happened.
    """

    def __init__(self, path: Path, index: int) -> None:
        self.path = path
        self.index = index
        self.written = False

    def wants(self, frame: Frame) -> bool:
        """Whether this is the frame."""
        return frame.tick.index == self.index

    def show(self, picture: Picture, frame: Frame) -> None:  # noqa: ARG002 - the sinks' contract
        """Write the picture. Raises FilmError."""
        image = PillowImage.fromarray(picture.read_rgb())
        with replacing(self.path) as temporary:
            image.save(temporary, format="PNG")
        self.written = True
