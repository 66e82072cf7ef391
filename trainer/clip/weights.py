"""Looking after CLIP's weights: which there are, fetching them, trying them."""

from __future__ import annotations

import torch

from trainer.clip.guide import explain_missing, load_guide
from trainer.clip.names import Clip
from trainer.clip.open_clip import import_open_clip
from visualizer.errors import ChladniError


def names() -> list[str]:
    """Every MODEL:TAG that open_clip can fetch."""
    return list(import_open_clip().list_pretrained(as_str=True))


def fetch(clip: Clip) -> str:
    """Download weights; returns the file they are in. Raises ChladniError."""
    open_clip = import_open_clip()
    if clip.pretrained is None:
        raise ChladniError(f"{clip.model} lies here already; fetch a MODEL:TAG")
    found = open_clip.get_pretrained_cfg(clip.model, clip.pretrained)
    if not found:
        # Loading says which names are near.
        load_guide(clip.model, clip.pretrained)
    try:
        return str(open_clip.download_pretrained(found))
    # Whatever the hub's client raises: no network, no such file, no room.
    except Exception as error:
        raise ChladniError(explain_missing(clip.model, clip.pretrained, error)) from error


def check(clip: Clip) -> str:
    """Load a model and look through it once; returns what it can do. Raises ChladniError."""
    guide = load_guide(clip.model, clip.pretrained)
    with torch.no_grad():
        guide.encode_image(torch.zeros(1, 3, guide.side, guide.side))
    text = "with a text tower" if guide.has_text() else "without text: give --text-embedding FILE"
    return (
        f"{guide.name}: pictures of {guide.side} px in patches of {guide.patch},"
        f" vectors of {guide.dimensions}, {text}"
    )
