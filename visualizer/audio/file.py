"""Sound from a file: PyAV decodes, everything leaves at 48 kHz in float32.

Nothing is held but the block at hand, so that memory stays flat over hours.
``decoder`` says where in the file each frame lies.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Self

import av
import numpy as np

from visualizer.audio.blocks import Block, cut, left_right, silence
from visualizer.audio.decoder import EXPECTED, Decoded, Link, decode, header_duration_s, links_of
from visualizer.errors import SoundError
from visualizer.types import RATE_HZ

_MAX_NAMED_CHANNELS = 8
# FFmpeg knows how to mix surround up to 7.1; beyond that it refuses some layouts.

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
        with self._links[0].opened() as (container, stream):
            names = container.format.name, stream.codec_context.name
        first = next(self._decode(), None)
        if first is None:
            raise SoundError(f"{self.path} holds no sound that can be decoded; {EXPECTED}")
        return Probe(
            *names,
            first.frame.sample_rate,
            first.frame.layout.nb_channels,
            first.frame.layout.name,
            self._promised_s(),
        )

    def _promised_s(self) -> float | None:
        """The headers' durations, all together; None where one of them does not know."""
        promised_s = 0.0
        for link in self._links:
            try:
                with link.opened() as (container, stream):
                    link_s = header_duration_s(container, stream)
            except SoundError:
                link_s = None
            if link_s is None:
                return None
            promised_s += link_s
        return promised_s

    @cached_property
    def frames(self) -> int:
        """Exact length in samples at 48 kHz: everything is decoded once to count them.

        Headers promise more than a broken file holds, so only decoding tells the truth.
        """
        position = 0
        for begins, run in _runs(self._decode()):
            first = next(run)
            samples = first.samples + sum(frame.samples for frame in run)
            length = _resampled_length(samples, first.sample_rate)
            position = max(position, begins) + length
        return position

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
        position, channels = 0, av.AudioLayout(layout).nb_channels
        for begins, run in _runs(self._decode()):
            for block in chain(silence(begins - position, channels), _resample(run, layout)):
                position += len(block)
                yield block

    @cached_property
    def _links(self) -> tuple[Link, ...]:
        return links_of(self.path)

    def _decode(self) -> Iterator[Decoded]:
        return decode(self._links, self._complain)

    def _complain(self, seconds: float, what: str) -> None:
        # A file without any sound gets a SoundError, and no warning beside it.
        if seconds > 0.0 and not self._complained:
            _log.warning("%s %s; what can be decoded is played", self.path, what)
            self._complained = True


def _check_is_readable_file(path: Path) -> None:
    if path.is_dir():
        raise SoundError(f"{path} is a folder; {EXPECTED}")
    if not path.exists():
        raise SoundError(f"{path} does not exist; {EXPECTED}")
    if not path.is_file():
        # A pipe would block the first read for ever.
        raise SoundError(f"{path} is not a file; {EXPECTED}")
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise SoundError(
            f"{path} cannot be read, {error.strerror}: make it readable or give another file"
        ) from error
    if empty:
        raise SoundError(f"{path} is empty; {EXPECTED}")


def _runs(decoded: Iterable[Decoded]) -> Iterator[tuple[int, Iterator[av.AudioFrame]]]:
    """Frames of one kind without a pause, and the sample at 48 kHz where they begin, or 0.

    A file may change its rate or channels midway (chained ogg): each run is resampled on its own.
    """
    for (_, begins_s), run in groupby(_numbered(decoded), key=itemgetter(0)):
        yield round((begins_s or 0.0) * RATE_HZ), (frame for _, frame in run)


def _numbered(
    decoded: Iterable[Decoded],
) -> Iterator[tuple[tuple[int, float | None], av.AudioFrame]]:
    """Each frame with the number of its run, and where that begins."""
    number, begins_s, kind = 0, None, None
    for each in decoded:
        if each.begins_s is not None or _kind(each.frame) != kind:
            number, begins_s, kind = number + 1, each.begins_s, _kind(each.frame)
        yield (number, begins_s), each.frame


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
