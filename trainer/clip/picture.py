"""A picture to train toward, as cameras and programs save it: what a viewer would show of it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from visualizer.errors import ChladniError

_DEEP = ("I", "F")
"""How Pillow's modes of more than 8 bits begin, which it would clip, not scale."""
_WHITE = (255, 255, 255)


def open_image(path: Path) -> Image.Image:
    """The middle square of a picture file, RGB in sRGB, upright. Raises ChladniError."""
    try:
        with Image.open(path) as file:
            picture = _as_seen(ImageOps.exif_transpose(file))
    except (
        OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError,
    ) as error:  # fmt: skip
        raise ChladniError(
            f"cannot read the picture {path} ({error}); give a PNG or JPEG"
        ) from error
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    return picture.crop((left, top, left + side, top + side))


def _as_seen(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith(_DEEP):
        floats = picture.mode == "F"
        return _scaled(np.asarray(picture, np.float64), 1.0 if floats else 65_535.0)
    if profile := picture.info.get("icc_profile"):
        picture = _in_srgb(picture, profile)
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    # As a program flattens it, rather than whatever colour hides under what cannot be seen.
    layer = picture.convert("RGBA")
    paper = Image.new("RGBA", layer.size, (*_WHITE, 255))
    return Image.alpha_composite(paper, layer).convert("RGB")


def _scaled(levels: np.ndarray[tuple[int, ...], np.dtype[np.float64]], white: float) -> Image.Image:
    """Deep grey in 8 bits. white: the level that is, unless some are above it."""
    levels = np.nan_to_num(levels, posinf=0.0, neginf=0.0)
    shares = np.clip(levels / max(white, levels.max(initial=0.0)), 0.0, 1.0)
    return Image.fromarray(np.rint(255.0 * shares).astype(np.uint8)).convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """The colours that a profile means; a broken profile means none."""
    if picture.mode not in {"RGB", "CMYK", "L"}:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        shown = ImageCms.profileToProfile(
            picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        return picture
    return picture if shown is None else shown
