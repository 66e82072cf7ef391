"""Draws the README's pictures: real frames of the demo track, through the real renderer.

python scripts/readme_pictures.py        writes demo, trained, stage and styles.jpg in docs
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from visualizer.app.offline import OfflineShow
from visualizer.audio.playback.demo_track import compose
from visualizer.config.request import Look
from visualizer.contracts import Frame, Picture
from visualizer.style.library import open_library, styles_folder

DOCS = Path(__file__).parent.parent / "docs"
SIZE = (480, 270)
SMALL = (320, 180)
DEMO = "flames"
FORMS = ("flames", "lotus", "roses", "tiger")
"""Trained styles whose movement is shown, a row each."""
MOMENTS = (75, 179, 181, 185, 340, 478, 481, 486)
"""Frames at 30 a second: before the groove, a kick unfolding, the break, the drop."""
ACTS = (
    ("roses", "6 fade butterfly 2"),
    ("honeycomb", "6 zoom 2.5"),
    ("flames", "6 mirror 6"),
    ("leopard", "6 hue 0.5"),
)
"""What hands do: a style and a line of a script, a row each."""
STEPS = {"fade": 15, "zoom": 4, "mirror": 3, "hue": 4}
"""Frames from one picture of a row to the next, so that five of them show all of the way."""
PHASES = (75, 181, 340, 481)
"""Before the groove, on a kick, the break, the drop."""
SHOWN = 190
"""The frame that shows a style: in the groove, after a kick."""


class Grab:
    """A sink that keeps some frames."""

    def __init__(self, wanted: tuple[int, ...]) -> None:
        self._wanted = wanted
        self.pictures: list[NDArray[np.uint8]] = []

    def wants(self, frame: Frame) -> bool:
        """Whether the frame is one of them."""
        return frame.tick.index in self._wanted

    def show(self, picture: Picture, _frame: Frame) -> None:
        """Keep it."""
        self.pictures.append(picture.read_rgb().copy())


def frames(
    song: Path,
    style: str,
    wanted: tuple[int, ...],
    size: tuple[int, int] = SIZE,
    actions: Path | None = None,
) -> list[NDArray[np.uint8]]:
    """Frames of the film of ``song`` in ``style``."""
    grab = Grab(wanted)
    look = Look(style=style, resolution=size, actions=actions)
    with OfflineShow(song, look) as offline:
        offline.play(max(wanted) + 1, (grab,))
    return grab.pictures


def acts(song: Path, folder: Path) -> list[NDArray[np.uint8]]:
    """Five moments of each of ``ACTS``."""
    script = folder / "act.txt"
    shown = []
    for style, line in ACTS:
        script.write_text(line + "\n", encoding="utf-8")
        step = STEPS[line.split()[1]]
        wanted = tuple(180 + step * n for n in range(5))
        shown += frames(song, style, wanted, SMALL, script)
    return shown


def sheet(pictures: list[NDArray[np.uint8]], path: Path, columns: int = 4) -> None:
    """Pictures side by side, a thin line of black between them."""
    framed = [np.pad(picture, ((2, 2), (2, 2), (0, 0))) for picture in pictures]
    framed += [np.zeros_like(framed[0])] * (-len(framed) % columns)
    rows = [np.hstack(framed[i : i + columns]) for i in range(0, len(framed), columns)]
    Image.fromarray(np.vstack(rows)).save(path, quality=88)


def main() -> None:
    """Write all four."""
    library = open_library(styles_folder())
    with tempfile.TemporaryDirectory() as folder:
        song = Path(folder) / "demo.wav"
        compose().write(song)
        sheet(frames(song, DEMO, MOMENTS), DOCS / "demo.jpg")
        moving = [frame for style in FORMS for frame in frames(song, style, PHASES, SMALL)]
        sheet(moving, DOCS / "trained.jpg", len(PHASES))
        sheet(acts(song, Path(folder)), DOCS / "stage.jpg", 5)
        shown = [frames(song, style.name, (SHOWN,), SMALL)[0] for style in library.styles]
        sheet(shown, DOCS / "styles.jpg", 6)


if __name__ == "__main__":
    main()
