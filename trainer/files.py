"""The files that a run leaves beside its style, and how they are known again as the trainer's.

A picture or card replaces no file that the program did not write. Imports no torch.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from safetensors import SafetensorError, safe_open

from visualizer.errors import StyleError
from visualizer.style.style_file import load_style
from visualizer.system.files import read_object

CHECKPOINT_KEY = "chladni_checkpoint"
"""Of the metadata that make a safetensors file a checkpoint."""
PICTURE_SIZE = (480, 270)
PREVIEW_SIZE = (320, 180)
"""Of one moment; a preview shows three side by side."""
_SIZES = {PICTURE_SIZE, (3 * PREVIEW_SIZE[0], PREVIEW_SIZE[1])}
_SOFTWARE = "Chladni"


def preview_path(output: Path) -> Path:
    """Where a run that lasts shows how far it came."""
    return output.with_name(f"{output.stem}.preview.png")


def candidates_path(output: Path) -> Path:
    """Where a run shows what it could have begun with."""
    return output.with_name(f"{output.stem}.candidates.png")


def run_files(output: Path) -> tuple[Path, ...]:
    """All that a run may write: style, picture, candidates, card, and while it lasts two more."""
    beside = (output.with_suffix(suffix) for suffix in (".png", ".json", ".checkpoint"))
    return (output, *beside, preview_path(output), candidates_path(output))


def picture_notes() -> PngInfo:
    """What a picture says of itself, so that a later run knows that it may replace it."""
    notes = PngInfo()
    notes.add_text("Software", _SOFTWARE)
    return notes


def check_replaceable(output: Path) -> None:
    """Raise StyleError where a run would write over a file that is no run's."""
    kinds: dict[str, Callable[[Path], bool]] = {
        ".safetensors": _is_style,
        ".png": is_our_picture,
        ".json": is_our_card,
        ".checkpoint": lambda path: read_checkpoint(path) is not None,
    }
    for path in run_files(output):
        if path.is_file() and not kinds[path.suffix](path):
            raise StyleError(
                f"{path} would be written over, and it is not the trainer's;"
                " move it away, or give another --output"
            )


def is_our_picture(path: Path) -> bool:
    """Whether a picture was drawn of a style: it says so, or its size and its card do."""
    try:
        with Image.open(path) as picture:
            marked = picture.info.get("Software") == _SOFTWARE
            # Up to version 0.1.0 pictures said nothing of themselves.
            return marked or (picture.size in _SIZES and is_our_card(path.with_suffix(".json")))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False


def is_our_card(path: Path) -> bool:
    """Whether a JSON file tells of a style."""
    notes = read_object(path)
    return "prompt" in notes and ("card" in notes or "sha256" in notes)


def read_checkpoint(path: Path) -> dict[str, Any] | None:
    """What a checkpoint says of its run; None where it is none that can be read."""
    try:
        with safe_open(path, framework="numpy") as file:
            described = json.loads((file.metadata() or {})[CHECKPOINT_KEY])
    except (OSError, SafetensorError, ValueError, KeyError, TypeError):
        return None
    return described if isinstance(described, dict) else None


def _is_style(path: Path) -> bool:
    try:
        load_style(path)
    except StyleError:
        return False
    return True
