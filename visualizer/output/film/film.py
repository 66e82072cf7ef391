"""A film: H.264 and AAC in an MP4, MOV or MKV, VP9 and Opus in a WebM, by its name's end.

It is written beside its target and renamed when it is whole.

While frames arrive, a fragmented MP4 grows at ``OUT.partial.mp4``: it can be played at any
moment, even after the process was killed. The finished one is copied, without encoding
anything again, into an MP4 with its index in front (faststart), which then replaces the target.

The loop only takes pictures off the GPU. A thread encodes them and is never more than a few
behind: the loop waits for it, so that memory does not grow.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import logging
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Self

import av
import numpy as np
from numpy.typing import NDArray

from visualizer.contracts import Frame, Picture, Tap
from visualizer.errors import FilmError, UsageError
from visualizer.output.film.container import container_of
from visualizer.output.film.encoder import Encoding
from visualizer.output.film.partial_film import PartialFilm
from visualizer.system.files import check_target, partial_path, replacing
from visualizer.system.workers import BoundedWorker
from visualizer.types import Planes

_MIN_SIDE, _MAX_SIDE = 16, 16_384
# The side of the largest H.264 picture, level 6.2.

_log = logging.getLogger(__name__)


def check_size(width: int, height: int) -> None:
    """Refuse sizes that H.264 with 4:2:0 colour cannot hold. Raises UsageError."""
    if not (_MIN_SIDE <= width <= _MAX_SIDE and _MIN_SIDE <= height <= _MAX_SIDE):
        raise UsageError(
            f"a film cannot be {width}x{height}, expected {_MIN_SIDE} to {_MAX_SIDE} a side"
        )
    if width % 2 or height % 2:
        smaller = f"{width - width % 2}x{height - height % 2}"
        larger = f"{width + width % 2}x{height + height % 2}"
        raise UsageError(
            f"a film cannot be {width}x{height}, both must be even: take {smaller} or {larger}"
        )


def check_film(path: Path) -> None:
    """Refuse what no film can be written to, before anything is drawn.

    Raises UsageError, FilmError.
    """
    container_of(path)
    check_target(path)


class Film:
    """A sink that makes ``frames`` frames from index ``first`` into an MP4 at ``path``.

    tap: of planes; open before the film and until after it. sound: blocks (N, sound_channels) of
    float32 at 48 kHz, 1 or 2 channels, which start with the first frame; they are cut, or filled
    with silence, to the film's exact length. None: a silent film.

    ``with`` opens it. Leaving it after the last frame puts the film in place; leaving it any
    other way keeps what there is at ``partial_path``, playable, and touches nothing else. The
    pictures that the tap still holds (two at most) are not worth waiting for then.

    Attributes, for the report:
        shown: frames handed to the encoder so far.
        waited_s: time spent waiting for the encoder, and for the film to be put in place.
        partial_path: where the unfinished film lies, or None.

    Raises UsageError or FilmError on entering, FilmError while writing.
    """

    def __init__(  # noqa: PLR0913 - a film has that many properties
        self,
        path: Path,
        width: int,
        height: int,
        fps: Fraction,
        *,
        tap: Tap,
        frames: int,
        first: int = 0,
        sound: Iterable[NDArray[np.float32]] | None = None,
        sound_channels: int = 2,
        encoding: Encoding | None = None,
    ) -> None:
        self.path = path
        self.width = width
        self.height = height
        self.fps = fps
        self.tap = tap
        self.frames = frames
        self.first = first
        self.encoding = encoding or Encoding(container_of(path).encoder)
        self.shown = 0
        self.waited_s = 0.0
        self.partial_path: Path | None = None
        self._sound = sound
        self._sound_channels = sound_channels
        self._seen = 0
        self._thread = BoundedWorker("encoder")
        self._opened = contextlib.ExitStack()
        self._writer: PartialFilm | None = None

    def __enter__(self) -> Self:
        """Check everything and open the partial film. Raises UsageError, FilmError."""
        check_size(self.width, self.height)
        check_film(self.path)
        if self.frames < 1:
            raise UsageError(f"{self.path} would have no frame: give a longer duration")
        partial = partial_path(self.path)
        writer = PartialFilm(
            partial,
            self.width,
            self.height,
            self.fps,
            self.encoding,
            self._sound,
            self._sound_channels,
        )
        with self._errors_for_people():
            writer.open()
        self._writer, self.partial_path = writer, partial
        self._opened.enter_context(self._thread)
        return self

    def wants(self, frame: Frame) -> bool:
        """Whether the frame is one of the film's."""
        return self.first <= frame.tick.index < self.first + self.frames

    def show(self, picture: Picture, frame: Frame) -> None:
        """Append one picture. Frames come in order, none left out. Raises FilmError."""
        if self._writer is None or frame.tick.index != self.first + self._seen:
            raise FilmError(f"frame {frame.tick.index} came out of turn in {self.path}")
        self._seen += 1
        self._hand_over(self._writer, self.tap.take(picture))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        """Put a whole film in place; keep the playable part of an unfinished one."""
        writer, self._writer = self._writer, None
        if writer is None or self.partial_path is None:
            return
        try:
            with self._opened:
                if kind is None:
                    self._hand_over(writer, self.tap.rest())
                    with self._waiting():
                        self._thread.finish()
        except BaseException:
            self._give_up(writer, self.partial_path)
            raise
        if kind is None:
            self._conclude(writer, self.partial_path)
        else:
            self._give_up(writer, self.partial_path)

    def _hand_over(self, writer: PartialFilm, pictures: Sequence[Planes]) -> None:
        for planes in pictures:
            with self._waiting():
                self._thread.do(functools.partial(writer.write, planes))
            self.shown += 1

    def _conclude(self, writer: PartialFilm, partial: Path) -> None:
        with self._waiting():
            writer.close()
        if self.shown != self.frames:
            self._forget_an_empty(partial)
            raise FilmError(
                f"{self.path} was not made: only {self.shown} of {self.frames} frames came"
                + (f"; they are in {self.partial_path}" if self.partial_path else "")
            )
        with self._waiting():
            _put_in_place(partial, self.path, self.fps)
        self.partial_path = None

    def _give_up(self, writer: PartialFilm, partial: Path) -> None:
        try:
            writer.close()
        except (av.FFmpegError, OSError) as error:
            # The error that ended the film is on its way already; this one is its echo.
            _log.debug("closing %s: %s", partial, error)
        self._forget_an_empty(partial)

    def _forget_an_empty(self, partial: Path) -> None:
        if self.shown == 0 or not partial.exists() or not partial.stat().st_size:
            partial.unlink(missing_ok=True)
            self.partial_path = None

    @contextlib.contextmanager
    def _waiting(self) -> Iterator[None]:
        """For the encoder or the disk."""
        began_s = time.perf_counter()
        with self._errors_for_people():
            yield
        self.waited_s += time.perf_counter() - began_s

    @contextlib.contextmanager
    def _errors_for_people(self) -> Iterator[None]:
        try:
            yield
        except (av.FFmpegError, OSError) as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise FilmError(
                f"{self.path} cannot be written: {reason}; make room or choose another place"
            ) from error


def _put_in_place(partial: Path, target: Path, fps: Fraction) -> None:
    """Copy all packets into a file with its index in front, which then replaces the target."""
    kind = container_of(target)
    with (
        replacing(target) as temporary,
        av.open(str(partial.absolute())) as source,
        av.open(
            str(temporary.absolute()), "w", format=kind.muxer, options=kind.finished(fps)
        ) as copy,
    ):
        # AV1 is decoded by what cannot encode it: the copy must not look for its encoder.
        opaque = kind.has_web_codecs
        streams = [
            copy.add_stream_from_template(stream, opaque=opaque) for stream in source.streams
        ]
        if not opaque:
            # The template does not bring it along: "hvc1" is not what the container would choose.
            tag = source.streams.video[0].codec_context.codec_tag
            copy.streams.video[0].codec_context.codec_tag = tag
        # Matroska stores no decoding times, and its reader cannot tell those of the first packets.
        unknown_dts = itertools.count(-1000)
        for packet in source.demux():
            # An empty packet marks the end of a stream.
            if packet.size:
                if packet.dts is None:
                    packet.dts = next(unknown_dts)
                packet.stream = streams[packet.stream_index]
                copy.mux(packet)
    partial.unlink()
