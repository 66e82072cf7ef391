"""What a CLIP is called: on the command line, and by cards and reports."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from visualizer.system.files import read_text

LOCAL_DIR = "local-dir:"
"""What a CLIP in a folder begins with, as open_clip writes it."""

_SIZES = {
    (192, 12): "Ti", (384, 12): "S", (768, 12): "B", (1024, 24): "L",
    (1280, 32): "H", (1408, 40): "g", (1664, 48): "bigG",
}  # fmt: skip
"""Width and layers of a vision transformer: Dosovitskiy et al. (2021) and open_clip's own."""
_USUAL_SIDE = 224


@dataclass(frozen=True, slots=True)
class Clip:
    """A CLIP by open_clip's name and tag or weights file, or ``local-dir:FOLDER`` and None."""

    model: str = "ViT-B-32"
    pretrained: str | None = "openai"


def name_clip(model: str, pretrained: str | None) -> str:
    """``MODEL:TAG``; a folder's model by its architecture where that has a name, ``ViT-B/16``.

    Never a path: that differs from machine to machine.
    """
    if model.startswith(LOCAL_DIR):
        folder = Path(model.removeprefix(LOCAL_DIR)).resolve()
        return _architecture(folder / "open_clip_config.json") or LOCAL_DIR + folder.name
    return model if pretrained is None else f"{model}:{Path(pretrained).name}"


def _architecture(path: Path) -> str | None:
    """The name of the vision transformer that open_clip's config describes; None for others."""
    try:
        vision = json.loads(read_text(path))["model_cfg"]["vision_cfg"]
        size = _SIZES.get((vision["width"], vision["layers"]))
        patch, side = vision["patch_size"], vision["image_size"]
    # Loading the model says what is wrong with its folder; here it only has no name.
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if size is None:
        return None
    return f"ViT-{size}/{patch}" + ("" if side == _USUAL_SIDE else f"@{side}px")
