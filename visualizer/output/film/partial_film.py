"""A film in the making: a file that can be played at any moment.

Each fragment stands by itself on the disk, so that even a killed process leaves a film.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from visualizer.output.film.container import Container, container_of
from visualizer.output.film.encoder import Encoding, set_up
from visualizer.types import RATE_HZ, Planes

_SOUND_BITS_PER_S = 192_000


class PartialFilm:
    """Pictures and sound, interleaved into the file at ``path`` as they come.

    sound: blocks (N, channels), 1 or 2 channels, 48 kHz; cut or filled with silence to the
    pictures' length. None: no sound track.

    All methods raise av.FFmpegError or OSError where the file cannot be written.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - a film has that many properties
        self,
        path: Path,
        width: int,
        height: int,
        fps: Fraction,
        encoding: Encoding,
        sound: Iterable[NDArray[np.float32]] | None,
        channels: int,
    ) -> None:
        self.path = path
        self._kind = container_of(path)
        self._size = (width, height)
        self._fps = fps
        self._encoding = encoding
        self._sound = sound
        self._channels = channels
        self._frames = 0

    def open(self) -> None:
        """Create the file and its encoders."""
        self._container = av.open(
            # Absolute, for FFmpeg takes "12:30.mp4" for an address.
            str(self.path.absolute()),
            "w",
            format=self._kind.muxer,
            options=self._kind.growing,
        )
        self._video = self._add_video()
        self._track = (
            None
            if self._sound is None
            else _SoundTrack(self._container, self._kind, self._sound, self._channels)
        )

    def write(self, planes: Planes) -> None:
        """Append one frame, and the sound up to its end."""
        yuv = av.VideoFrame(*self._size, "yuv420p")
        _fill(yuv, planes)
        yuv.colorspace = Colorspace.ITU709
        yuv.color_range = ColorRange.MPEG
        if self._video.pix_fmt != "yuv420p":
            yuv = yuv.reformat(format=self._video.pix_fmt)
        yuv.pts = self._frames
        yuv.time_base = 1 / self._fps
        self._container.mux(self._video.encode(yuv))
        self._frames += 1
        if self._track is not None:
            self._track.write_until(self._end_sample())

    def close(self) -> None:
        """Write what the encoders still hold, and close the file."""
        with self._container:
            self._container.mux(self._video.encode(None))
            if self._track is not None:
                self._track.finish(self._end_sample())

    def _end_sample(self) -> int:
        return round(self._frames * RATE_HZ / self._fps)

    def _add_video(self) -> av.VideoStream:
        stream = self._container.add_stream(self._encoding.encoder, rate=self._fps)
        if not isinstance(stream, av.VideoStream):
            raise TypeError(f"{self._encoding.encoder} makes no pictures")
        set_up(stream.codec_context, self._encoding, *self._size, self._fps)
        return stream


def _fill(frame: av.VideoFrame, planes: Planes) -> None:
    """Copy Y, U and V. PyAV's own ways in cut heights down to a multiple of 4."""
    rest = planes.ravel()
    for plane in frame.planes:
        size = plane.height * plane.width
        rows = np.zeros((plane.height, plane.line_size), np.uint8)
        rows[:, : plane.width] = rest[:size].reshape(plane.height, plane.width)
        plane.update(rows.tobytes())
        rest = rest[size:]


class _SoundTrack:
    """Encoded sound, pulled from blocks as the film needs it."""

    def __init__(
        self,
        container: av.container.OutputContainer,
        kind: Container,
        blocks: Iterable[NDArray[np.float32]],
        channels: int,
    ) -> None:
        self._container = container
        self._blocks = iter(blocks)
        self._layout = "mono" if channels == 1 else "stereo"
        self._held = np.zeros((0, channels), np.float32)
        self._written = 0
        self._frame = kind.sound_frame
        stream = container.add_stream(kind.sound, rate=RATE_HZ, layout=self._layout)
        if not isinstance(stream, av.AudioStream):
            raise TypeError(f"{kind.sound} makes no sound")
        self._stream = stream
        self._stream.bit_rate = _SOUND_BITS_PER_S

    def write_until(self, sample: int) -> None:
        """Encode all whole frames of the encoder before ``sample``."""
        while self._written + self._frame <= sample:
            self._encode(self._frame)

    def finish(self, sample: int) -> None:
        """Encode up to ``sample`` exactly, and what the encoder still holds."""
        self.write_until(sample)
        if self._written < sample:
            self._encode(sample - self._written)
        self._container.mux(self._stream.encode(None))

    def _encode(self, count: int) -> None:
        # The encoder refuses NaN; beyond 1.0 a player would clip as well.
        samples = np.clip(np.nan_to_num(self._pull(count)), -1.0, 1.0)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.T), format="fltp", layout=self._layout
        )
        frame.sample_rate = RATE_HZ
        frame.pts = self._written
        frame.time_base = Fraction(1, RATE_HZ)
        self._container.mux(self._stream.encode(frame))
        self._written += count

    def _pull(self, count: int) -> NDArray[np.float32]:
        """The next ``count`` samples, silence after the end."""
        while len(self._held) < count:
            silence = np.zeros((count, self._held.shape[1]), np.float32)
            self._held = np.concatenate([self._held, next(self._blocks, silence)])
        samples, self._held = self._held[:count], self._held[count:]
        return samples
