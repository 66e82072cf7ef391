"""Writes the eight shipped untrained styles into styles/: weights, thumbnail and card.

    python scripts/make_seed_styles.py [FOLDER]

Reproducible: the same files from the same code, byte for byte for weights and card.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from visualizer.show.modulation import Modulator
from visualizer.style.measure.cost import cost
from visualizer.style.network import evaluate, pixel_grid
from visualizer.style.procedural.seeds import seed_style
from visualizer.style.style_file import save_style
from visualizer.types import Beat, Features

THUMBNAIL = (480, 270)
MUSIC = Features(level=0.7, bands=(0.7, 0.7, 0.6, 0.6, 0.5, 0.5, 0.6, 0.6), pulse=0.3)
"""What the thumbnails hear: the middle of a groove."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A seed worth a name. moment_s: where in its drift the thumbnail is taken."""

    name: str
    seed: int
    moment_s: float
    note: str


CHOICES = (
    Choice("silk", 152, 18.0, "Magenta and orange folds of cloth that surge on every kick."),
    Choice("cathedral", 155, 18.0, "Red and blue panes between black leads that lean and merge."),
    Choice("coral", 22, 18.0, "Soft coral and teal clouds with one bright seam, slow and calm."),
    Choice("kiln", 28, 50.0, "A five-pointed star of ice blue in a ring of glowing clay."),
    Choice("maelstrom", 43, 18.0, "A violet whirl with red and white arms."),
    Choice("nocturne", 38, 18.0, "Violet and green neon lines on black, mirrored."),
    Choice("rosewindow", 106, 0.0, "Turquoise and bronze petals in a slowly turning rose."),
    Choice("triskele", 69, 0.0, "Three arms of blue light on black: for a dark stage."),
)


def make(choice: Choice, folder: Path) -> None:
    """Write one style's three files."""
    style = replace(seed_style(choice.seed), name=choice.name)
    save_style(style, folder / f"{choice.name}.safetensors")
    modulator = Modulator(style, start_s=choice.moment_s - 0.25)
    modulation = modulator.step(MUSIC, Beat(), 0.25, style.audio_scale)
    colours = evaluate(style, modulation, pixel_grid(*THUMBNAIL))
    picture = Image.fromarray(np.rint(255.0 * colours).astype(np.uint8))
    picture.save(folder / f"{choice.name}.png", optimize=True)
    notes = {
        "name": choice.name,
        "seed": choice.seed,
        "prompt": None,
        "settings": {"audio_scale": style.audio_scale},
        "note": choice.note,
        "card": cost(style),
    }
    text = json.dumps(notes, indent=1) + "\n"
    (folder / f"{choice.name}.json").write_text(text, encoding="utf-8")


def main() -> None:
    """Write all of them."""
    default = Path(__file__).resolve().parent.parent / "styles"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    for choice in CHOICES:
        make(choice, folder)
        print(f"{choice.name:12} seed {choice.seed}")


if __name__ == "__main__":
    main()
