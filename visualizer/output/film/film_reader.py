"""The pictures of a film that is there, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np

from visualizer.errors import FilmError
from visualizer.types import Image

_DEMUXERS = "mov,matroska,avi,mpegts,mpeg,ogg,gif"
# As for songs: a playlist with a film's name must not fetch other files or addresses.


def film_pictures(path: Path) -> Iterator[tuple[float, Image]]:
    """(seconds, picture) of every frame, in order. Raises FilmError."""
    try:
        # Absolute, for FFmpeg takes "12:30.mp4" for an address.
        file = av.open(str(path.absolute()), options={"format_whitelist": _DEMUXERS})
    except (av.FFmpegError, OSError) as error:
        raise FilmError(
            f"{path} cannot be read as a film ({error.strerror or error}); give an MP4, MOV or MKV"
        ) from error
    with file:
        if not file.streams.video:
            raise FilmError(f"{path} has no pictures in it; give a film")
        stream = file.streams.video[0]
        stream.thread_type = "AUTO"
        rate = stream.average_rate or 30
        try:
            for index, frame in enumerate(file.decode(stream)):
                time_s = float(index / rate) if frame.time is None else frame.time
                yield time_s, np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
        except av.FFmpegError as error:
            raise FilmError(f"{path} cannot be decoded to its end: {error.strerror}") from error
