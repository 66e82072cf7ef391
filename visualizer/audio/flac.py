"""FLAC files of 24 bits that are of use while they grow, and after their program was killed.

A file holds up to eight channels; a device that has more fills several files side by side.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

import av
import numpy as np
from numpy.typing import NDArray

from visualizer.errors import SoundError
from visualizer.types import RATE_HZ

MOST_CHANNELS = 8
"""Of one FLAC file."""
_LAYOUTS = ("mono", "stereo", "3.0", "quad", "5.0", "5.1", "6.1", "7.1")
"""Names for so many channels, whose order no FLAC file changes."""
_SPARE_BITS = 8
"""FFmpeg keeps 24 bits in the upper part of 32."""

Whole = NDArray[np.int32]
"""(N, C) samples as whole numbers of 24 bits."""


def side_files(path: Path, channels: int) -> list[tuple[Path, int]]:
    """Each file that so many channels take (``sound.flac``, ``sound.9.flac``), and its channels."""
    return [
        (
            path if first == 0 else path.with_name(f"{path.stem}.{first + 1}{path.suffix}"),
            min(MOST_CHANNELS, channels - first),
        )
        for first in range(0, channels, MOST_CHANNELS)
    ]


class FlacWriter:
    """Writes samples at 48 kHz; a tenth of a second later they are on the disk.

    ``with`` creates the files, leaving it ends them. All of it raises SoundError where the disk
    does not take them.
    """

    def __init__(self, path: Path, channels: int) -> None:
        self._path = path
        self._files = side_files(path, channels)
        self._opened = ExitStack()
        self._streams: list[_Stream] = []

    def __enter__(self) -> Self:
        """Create the files."""
        with _errors_for_people(self._path), ExitStack() as opened:
            self._streams = [
                opened.enter_context(_Stream(path, channels)) for path, channels in self._files
            ]
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Write what the encoder still holds, and the length into the header."""
        with _errors_for_people(self._path):
            self._opened.close()

    def write(self, block: Whole) -> None:
        """Append samples."""
        with _errors_for_people(self._path):
            for number, stream in enumerate(self._streams):
                stream.write(block[:, number * MOST_CHANNELS : (number + 1) * MOST_CHANNELS])


@contextmanager
def _errors_for_people(path: Path) -> Iterator[None]:
    try:
        yield
    except (av.FFmpegError, OSError) as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SoundError(f"{path} cannot be written: {reason}") from error


class _Stream:
    """One file."""

    def __init__(self, path: Path, channels: int) -> None:
        self._path = path
        self._layout = _LAYOUTS[channels - 1]
        self._position = 0

    def __enter__(self) -> Self:
        # Each packet at once: FFmpeg's own buffer would hold the last seconds back.
        options = {"flush_packets": "1"}
        self._container = av.open(str(self._path.absolute()), "w", format="flac", options=options)
        stream = self._container.add_stream(
            "flac", rate=RATE_HZ, layout=self._layout, options={"compression_level": "2"}
        )
        if not isinstance(stream, av.AudioStream):
            raise TypeError("flac makes no sound")
        stream.codec_context.format = av.AudioFormat("s32")
        self._stream = stream
        return self

    def __exit__(self, *_: object) -> None:
        with self._container:
            self._container.mux(self._stream.encode(None))

    def write(self, block: Whole) -> None:
        packed = np.ascontiguousarray(block << _SPARE_BITS).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="s32", layout=self._layout)
        frame.sample_rate = RATE_HZ
        frame.pts = self._position
        self._position += len(block)
        self._container.mux(self._stream.encode(frame))


def read_flac(path: Path, channels: int) -> Iterator[Whole]:
    """All samples of what ``FlacWriter`` wrote, some thousand at a time, as far as they go.

    A file whose end is missing ends where it does. Raises SoundError for one that is not there,
    is no FLAC file of 24 bits at 48 kHz, or has other channels.
    """
    files = [_blocks(each, count) for each, count in side_files(path, channels)]
    if len(files) == 1:
        yield from files[0]
        return
    # Of files side by side, the shortest says how long all of them are.
    for blocks in zip(*files, strict=False):
        shortest = min(map(len, blocks))
        yield np.concatenate([block[:shortest] for block in blocks], axis=1)


def _blocks(path: Path, channels: int) -> Iterator[Whole]:
    try:
        if not path.stat().st_size:
            return  # Its program was killed before the first tenth of a second was over.
        with av.open(str(path.absolute()), format="flac") as container:
            stream = container.streams.audio[0]
            form = getattr(stream.format, "name", "unknown")
            if (stream.rate, stream.channels, form) != (RATE_HZ, channels, "s32"):
                raise SoundError(
                    f"{path} has {stream.channels} channels at {stream.rate} Hz in the form {form},"
                    f" expected {channels} at {RATE_HZ} Hz in 24 bits"
                )
            yield from _decoded(container, stream)
    except (av.FFmpegError, OSError, IndexError) as error:
        raise SoundError(f"cannot read the sound {path}: {error}") from error


def _decoded(container: av.container.InputContainer, stream: av.AudioStream) -> Iterator[Whole]:
    frames = container.decode(stream)
    while True:
        try:
            frame = next(frames, None)
        except av.FFmpegError:
            # Half a frame, where a program was killed: what is behind it never came to the disk.
            return
        if frame is None:
            return
        packed = frame.to_ndarray().astype(np.int32, copy=False)
        yield packed.reshape(-1, stream.channels) >> _SPARE_BITS
