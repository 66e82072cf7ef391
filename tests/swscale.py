"""Pictures to planes on the CPU: what the shader's planes are compared with."""

from __future__ import annotations

from collections.abc import Sequence

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from visualizer.contracts import Picture
from visualizer.types import Image, Planes


def planes_of(image: Image) -> Planes:
    """As FFmpeg converts them.

    Its colours lie in the middle of 2x2 pixels as ours do, but take two more rows along: by 1, 3,
    3 and 1 eighths. Smooth pictures come out alike.
    """
    frame = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(image), format="rgb24")
    yuv = frame.reformat(
        format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
    )
    return np.asarray(yuv.to_ndarray(), np.uint8)


def image_of(planes: NDArray[np.uint8]) -> Image:
    """As a player shows them: the exact inverse of BT.709, colours repeated 2x2."""
    rows, width = planes.shape
    height = rows * 2 // 3
    y = (planes[:height].astype(float) - 16.0) / 219.0
    u, v = (
        (plane.reshape(height // 2, width // 2).repeat(2, 0).repeat(2, 1) - 128.0) / 224.0
        for plane in np.split(planes[height:].astype(float).ravel(), 2)
    )
    red, blue = y + 1.5748 * v, y + 1.8556 * u
    green = (y - 0.2126 * red - 0.0722 * blue) / 0.7152
    rgb = np.stack([red, green, blue], axis=-1)
    return np.rint(255.0 * np.clip(rgb, 0.0, 1.0)).astype(np.uint8)


class SwscaleTap:
    """A tap without a GPU: every picture's planes come at once."""

    waited_s = copied_s = 0.0

    def take(self, picture: Picture) -> Sequence[Planes]:
        """Convert it."""
        return [planes_of(picture.read_rgb())]

    def rest(self) -> Sequence[Planes]:
        """Nothing is left behind."""
        return []
