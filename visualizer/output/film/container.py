"""The files that a film can be, by the end of their name."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from visualizer.errors import UsageError
from visualizer.types import RATE_HZ

_FRAGMENT_S = 1
# What a kill can cost, beside the ten-odd frames that an encoder looks ahead.


@dataclass(frozen=True, slots=True)
class Container:
    """One kind of file.

    muxer: FFmpeg's name. kinds: of pictures that it may hold. encoder: of those, the default.
    sound: its encoder; sound_frame: that one's samples. growing: the muxer's options for a file
    that can be played as far as it came.
    """

    muxer: str
    kinds: tuple[str, ...] = ("h264", "hevc")
    encoder: str = "libx264"
    sound: str = "aac"
    sound_frame: int = 1024
    growing: dict[str, str] = field(default_factory=dict)

    @property
    def has_web_codecs(self) -> bool:
        """Whether it holds VP9 or AV1."""
        return "av1" in self.kinds

    def finished(self, fps: Fraction) -> dict[str, str]:
        """The muxer's options for the whole film: the index in front, the same bytes every time."""
        if self.growing is not _MP4_GROWING:
            # Matroska gives each file a number of its own, by chance, unless it is told not to.
            return {"fflags": "+bitexact", "cues_to_front": "1"}
        # Durations are stored in these units; milliseconds, the default, fit neither fps nor
        # 48 kHz.
        timescale = math.lcm(fps.numerator, RATE_HZ)
        exact = timescale if timescale < 2**31 else RATE_HZ
        return {"movflags": "faststart", "movie_timescale": str(exact)}


_MP4_GROWING = {
    # delay_moov writes the index with the first fragment, when the encoders' delays
    # are known; with empty_moov the sound came 21 ms late after copying.
    "movflags": "delay_moov+default_base_moof",
    "frag_duration": str(_FRAGMENT_S * 1_000_000),
    "flush_packets": "1",
}
_MATROSKA_GROWING = {
    "fflags": "+bitexact",
    "cluster_time_limit": str(_FRAGMENT_S * 1_000),
    "flush_packets": "1",
}

CONTAINERS = {
    ".mp4": Container("mp4", growing=_MP4_GROWING),
    ".mov": Container("mov", growing=_MP4_GROWING),
    ".mkv": Container("matroska", growing=_MATROSKA_GROWING),
    ".webm": Container(
        "webm", ("vp9", "av1"), "libvpx-vp9", "libopus", 960, growing=_MATROSKA_GROWING
    ),
}


def container_of(path: Path) -> Container:
    """What a film of this name is. Raises UsageError for none."""
    container = CONTAINERS.get(path.suffix.lower())
    if container is None:
        ends = ", ".join(CONTAINERS)
        raise UsageError(f"a film's name must end in {ends}, got {path}")
    return container
