"""Moments of a song: the states of z that a style is in while the song plays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visualizer.audio.analysis.analyzer import Analyzer
from visualizer.audio.file import AudioFile
from visualizer.audio.file_source import FileSource
from visualizer.errors import SoundError
from visualizer.show.feature_fold import fold
from visualizer.show.modulation import Modulator
from visualizer.style.measure.reference_states import COUNT
from visualizer.style.style import Style
from visualizer.types import HOP, RATE_HZ, Features

HOPS_PER_FRAME = 6
"""A song is sampled every 6 hops, 31 times a second."""


def listen(song: Path) -> list[Features]:
    """What is heard in a whole song, folded to frames. Raises SoundError."""
    analyzer = Analyzer()
    frames: list[Features] = []
    heard: list[Features] = []
    with AudioFile(song) as audio, FileSource(audio) as source:
        for hop in source.all_hops():
            heard.append(analyzer.step(hop))
            if len(heard) == HOPS_PER_FRAME:
                frames.append(fold(heard, heard[0]))
                heard = []
    if not frames:
        raise SoundError(f"{song} is too short to learn from, expected at least a second of sound")
    return frames


def played_states(
    style: Style, frames: Sequence[Features], audio_scale: float
) -> NDArray[np.float32]:
    """(frames, Z) states that the show would put this style in, one a frame."""
    modulator = Modulator(style)
    dt_s = HOPS_PER_FRAME * HOP / RATE_HZ
    return np.stack([modulator.step(f, f.beat, dt_s, audio_scale).z for f in frames])


def song_moments(style: Style, frames: Sequence[Features]) -> NDArray[np.float32]:
    """(COUNT, Z) states evenly spaced over a song, as the show would drive this style."""
    states = played_states(style, frames, style.audio_scale)
    rows = ((np.arange(COUNT) + 0.5) / COUNT * len(states)).astype(np.int64)
    return states[rows]
