"""Sound from a file: PyAV decodes, everything leaves at 48 kHz in float32.

Nothing is held but the block at hand, so that memory stays flat over hours.
This and the film sink alone import ``av``.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Self

import av
import numpy as np

from visualizer.audio.blocks import Block, cut, left_right
from visualizer.errors import SoundError
from visualizer.types import RATE_HZ

FORMATS = ("wav", "flac", "mp3", "m4a", "ogg", "opus")
"""What is promised and tested."""

_DEMUXERS = "wav,w64,aiff,flac,mp3,mov,ogg,aac,matroska"
# What may be opened at all: a playlist named song.mp3 must not fetch other files or addresses.
_PROBE_BYTES = "200000"
# FFmpeg's default, 5 MB, looks for DTS in a wav for up to 0.5 s each time it is opened.
_MAX_NAMED_CHANNELS = 8
# FFmpeg knows how to mix surround up to 7.1; beyond that it refuses some layouts.
_SHORTFALL_S = 0.5
# Some headers only estimate; less than this is not worth a word.

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Probe:
    """What a file's header and its first decoded samples say.

    layout: the channels' meaning, as FFmpeg writes it ("stereo", "5.1", "3 channels").
    header_duration_s: None where the header does not know; ``AudioFile.duration_s`` is exact.
    """

    container: str
    codec: str
    rate_hz: int
    channels: int
    layout: str
    header_duration_s: float | None


class AudioFile:
    """A file with sound in it; ``with`` checks that it can be played.

    Every reader decodes anew, so one file can feed the analysis and a film's sound track at
    once. What cannot be decoded is left out, for all readers alike, and said once in the log.

    Raises SoundError on entering, within milliseconds, for anything that has no sound.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._complained = False

    def __enter__(self) -> Self:
        """Check the file; it is not kept open."""
        self.probe  # noqa: B018 - reading the property is the check
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to close: each reader closes its file when it ends or is closed."""

    @cached_property
    def probe(self) -> Probe:
        """Header and first samples. Raises SoundError."""
        _check_is_readable_file(self.path)
        with _open(self.path) as container:
            stream = _audio_stream(container, self.path)
            names = container.format.name, stream.codec_context.name
            seconds = _header_duration_s(container, stream)
        first = next(self._decode(), None)
        if first is None:
            raise SoundError(f"{self.path} holds no sound that can be decoded; {_EXPECTED}")
        layout = first.layout
        return Probe(*names, first.sample_rate, layout.nb_channels, layout.name, seconds)

    @cached_property
    def frames(self) -> int:
        """Exact length in samples at 48 kHz: everything is decoded once to count them.

        Headers promise more than a broken file holds, so only decoding tells the truth.
        """
        return sum(
            _resampled_length(sum(frame.samples for frame in run), rate_hz)
            for (rate_hz, _, _), run in itertools.groupby(self._decode(), _kind)
        )

    @property
    def duration_s(self) -> float:
        """Exact length in seconds; see ``frames``."""
        return self.frames / RATE_HZ

    def blocks(self) -> Iterator[Block]:
        """All the sound, in the file's own channels, some thousand samples at a time."""
        return self._read(self.probe.layout)

    def stereo_blocks(
        self, start_s: float = 0.0, duration_s: float | None = None
    ) -> Iterator[Block]:
        """The sound for a film, cut to the sample: mono stays mono, surround is mixed down.

        Ends before ``duration_s`` where the file does.
        """
        first = round(start_s * RATE_HZ)
        last = None if duration_s is None else first + round(duration_s * RATE_HZ)
        channels = self.probe.channels
        if channels <= 2:
            return cut(self.blocks(), first, last)
        if channels <= _MAX_NAMED_CHANNELS:
            return cut(self._read("stereo"), first, last)
        return cut(map(left_right, self.blocks()), first, last)

    @property
    def stereo_channels(self) -> int:
        """Channels of ``stereo_blocks``: 1 or 2."""
        return min(self.probe.channels, 2)

    def _read(self, layout: str) -> Iterator[Block]:
        # A file may change its rate or channels midway (chained ogg): each run on its own.
        for _, run in itertools.groupby(self._decode(), _kind):
            yield from _resample(run, layout)

    def _decode(self) -> Iterator[av.AudioFrame]:
        """Frames as the decoder gives them, without the encoder's delay and padding."""
        seconds = 0.0
        held: av.AudioFrame | None = None
        end_s: Fraction | None = None
        with _open(self.path) as container:
            stream = _audio_stream(container, self.path)
            promised_s = _header_duration_s(container, stream) or 0.0
            for packet in self._packets(container, stream):
                if packet.pts is not None and packet.duration is not None:
                    end_s = (packet.pts + packet.duration) * packet.time_base
                try:
                    decoded = packet.decode()
                except av.FFmpegError as error:
                    self._complain(seconds, f"is damaged near {seconds:.1f} s: {error.strerror}")
                    continue
                for frame in decoded:
                    if held is not None:
                        yield held
                    held = frame
                    seconds += frame.samples / frame.sample_rate
            if held is not None:
                is_mp4 = container.format.name.startswith("mov")
                yield _without_padding(held, end_s) if is_mp4 else held
            if promised_s - seconds > max(_SHORTFALL_S, 0.02 * promised_s):
                self._complain(seconds, f"ends at {seconds:.1f} s instead of {promised_s:.1f} s")

    def _packets(
        self, container: av.container.InputContainer, stream: av.AudioStream
    ) -> Iterator[av.Packet[av.AudioStream]]:
        try:
            yield from container.demux(stream)
        except av.FFmpegError as error:
            self._complain(1.0, f"cannot be read to its end: {error.strerror}")

    def _complain(self, seconds: float, what: str) -> None:
        # A file without any sound gets a SoundError, and no warning beside it.
        if seconds > 0.0 and not self._complained:
            _log.warning("%s %s; what can be decoded is played", self.path, what)
            self._complained = True


_EXPECTED = f"expected a {', '.join(FORMATS[:-1])} or {FORMATS[-1]} file: give another file"


def _check_is_readable_file(path: Path) -> None:
    if path.is_dir():
        raise SoundError(f"{path} is a folder; {_EXPECTED}")
    if not path.exists():
        raise SoundError(f"{path} does not exist; {_EXPECTED}")
    if not path.is_file():
        # A pipe would block the first read for ever.
        raise SoundError(f"{path} is not a file; {_EXPECTED}")
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise SoundError(
            f"{path} cannot be read, {error.strerror}: make it readable or give another file"
        ) from error
    if empty:
        raise SoundError(f"{path} is empty; {_EXPECTED}")


def _open(path: Path) -> av.container.InputContainer:
    try:
        # Absolute, for FFmpeg takes "12:30.mp3" for an address.
        return av.open(
            str(path.absolute()),
            options={"format_whitelist": _DEMUXERS, "probesize": _PROBE_BYTES},
            metadata_errors="replace",
        )
    except (av.FFmpegError, OSError) as error:
        raise SoundError(f"{path} is not sound that can be decoded; {_EXPECTED}") from error


def _audio_stream(container: av.container.InputContainer, path: Path) -> av.AudioStream:
    """The first audio stream; cover art is a video stream and never looked at."""
    if not container.streams.audio:
        raise SoundError(f"{path} has no audio in it; {_EXPECTED}")
    return container.streams.audio[0]


def _header_duration_s(
    container: av.container.InputContainer, stream: av.AudioStream
) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return None if container.duration is None else container.duration / av.time_base


def _kind(frame: av.AudioFrame) -> tuple[int, str, str]:
    return frame.sample_rate, frame.layout.name, frame.format.name


def _resampled_length(samples: int, rate_hz: int) -> int:
    """Samples at 48 kHz, rounded up: nothing is lost."""
    return -(-samples * RATE_HZ // rate_hz)


def _resample(frames: Iterator[av.AudioFrame], layout: str) -> Iterator[Block]:
    """Frames of one kind at 48 kHz, exactly ``_resampled_length`` samples in all."""
    resampler = av.AudioResampler(
        format="flt",
        layout=layout,
        rate=RATE_HZ,
        # Mixing surround down never overshoots what the channels were.
        options={"rematrix_maxval": "1.0"},
    )
    channels = av.AudioLayout(layout).nb_channels
    taken = given = 0
    rate_hz = RATE_HZ
    for frame in frames:
        taken += frame.samples
        rate_hz = frame.sample_rate
        for block in map(_samples, resampler.resample(frame)):
            given += len(block)
            yield block
    tail = [_samples(frame) for frame in resampler.resample(None)]
    given += sum(map(len, tail))
    yield from tail
    # The resampler keeps back the last sample or two of some rates, and all of a tiny file.
    if missing := _resampled_length(taken, rate_hz) - given:
        yield np.zeros((missing, channels), np.float32)


def _samples(frame: av.AudioFrame) -> Block:
    """(N, C) of a packed float frame."""
    return frame.to_ndarray().reshape(-1, frame.layout.nb_channels).astype(np.float32, copy=False)


def _without_padding(frame: av.AudioFrame, end_s: Fraction | None) -> av.AudioFrame:
    """The last frame without what the encoder appended to fill it up.

    FFmpeg's decoders cut that themselves except for MP4, whose packets say where they end.
    """
    if end_s is None or frame.pts is None or frame.time_base is None:
        return frame
    keep = int((end_s - frame.pts * frame.time_base) * frame.sample_rate)
    if not 0 < keep < frame.samples:
        return frame
    width = 1 if frame.format.is_planar else frame.layout.nb_channels
    cut = av.AudioFrame.from_ndarray(
        frame.to_ndarray()[:, : keep * width].copy(),
        format=frame.format.name,
        layout=frame.layout.name,
    )
    cut.sample_rate = frame.sample_rate
    return cut
