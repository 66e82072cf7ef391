"""Songs of any length in several formats, and what it takes to open them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import av
import numpy as np

from benchmarks.memory import alone, memory_mib
from visualizer.audio.file import AudioFile
from visualizer.audio.file_source import FileSource
from visualizer.types import HOP, RATE_HZ

CODECS = {
    "wav": ("pcm_s16le", 8000),
    "mp3": ("libmp3lame", 48000),
    "m4a": ("aac", 48000),
    "ogg": ("libopus", 48000),
    "flac": ("flac", 48000),
}
"""Of each format, with a rate in Hz: hours of wav shall fit on a disk."""
TIMES = 9


@dataclass(frozen=True, slots=True)
class Opening:
    """until_hop_s: from the path to the first hop, median. memory_mib: of the process by then."""

    until_hop_s: float
    memory_mib: float


def write_song(path: Path, length_s: int) -> Path:
    """Quiet noise. A second of it is encoded, and its packets come again and again."""
    codec, rate_hz = CODECS[path.suffix[1:]]
    noise = np.random.default_rng(0).integers(-900, 900, (1, rate_hz), dtype=np.int16)
    frame = av.AudioFrame.from_ndarray(noise, format="s16", layout="mono")
    frame.sample_rate, frame.pts = rate_hz, 0
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate_hz, layout="mono")
        assert isinstance(stream, av.AudioStream)  # noqa: S101 - for mypy
        packets = [*stream.encode(frame), *stream.encode(None)]
        lengths = [packet.duration or 0 for packet in packets]
        time_base, at = stream.codec_context.time_base, packets[0].pts or 0
        while at < length_s * rate_hz:
            for packet, length in zip(packets, lengths, strict=True):
                # Writing turned all of these into the container's units.
                packet.time_base, packet.duration = time_base, length
                packet.pts = packet.dts = at
                container.mux(packet)
                at += length
    return path


def openings(folder: Path, kind: str, lengths_s: Iterable[int]) -> dict[int, Opening]:
    """Of songs of these lengths, each in a process of its own."""
    found = {}
    for length_s in lengths_s:
        song = write_song(folder / f"{length_s}.{kind}", length_s)
        found[length_s] = alone(partial(_opening, song))
        song.unlink()
    return found


def _opening(song: Path) -> Opening:
    until_hop_s = []
    for _ in range(TIMES):
        began_s = time.perf_counter()
        with AudioFile(song) as audio, FileSource(audio) as source:
            source.hops_until(HOP / RATE_HZ)
            until_hop_s.append(time.perf_counter() - began_s)
            open_mib = memory_mib()
    return Opening(median(until_hop_s), open_mib)


def counting_s(folder: Path, kind: str, length_s: int) -> float:
    """Seconds until the exact length of a song is known, as films ask for it."""
    song = write_song(folder / f"{length_s}.{kind}", length_s)
    began_s = time.perf_counter()
    AudioFile(song).duration_s  # noqa: B018 - reading the property is the counting
    taken_s = time.perf_counter() - began_s
    song.unlink()
    return taken_s
