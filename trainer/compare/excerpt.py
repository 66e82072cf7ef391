"""Ten seconds of sound for test films: of a song, or of the built-in track."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visualizer.audio.file import AudioFile
from visualizer.audio.playback.demo_track import compose
from visualizer.errors import FilmError
from visualizer.system.files import replacing
from visualizer.system.used_files import check_apart, used
from visualizer.types import RATE_HZ

EXCERPT_S = 10.0


def write_excerpt(song: Path | None, out: Path) -> None:
    """Write the middle ten seconds of ``song`` as 16-bit WAV; all of it where it is shorter.

    song: None takes the built-in track. Raises SoundError, FilmError, and
    ChladniError where that would cost the song.
    """
    check_apart(used("--audio", song), used("the excerpt", out))
    samples = _middle_of_demo() if song is None else _middle_of(AudioFile(song))
    pcm = np.rint(np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2")
    with replacing(out, FilmError) as temporary, wave.open(str(temporary), "wb") as file:
        file.setnchannels(pcm.shape[1])
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(pcm.tobytes())


def _middle_of_demo() -> NDArray[np.float32]:
    samples = compose().samples
    length = round(EXCERPT_S * RATE_HZ)
    start = (len(samples) - length) // 2
    return samples[start : start + length]


def _middle_of(song: AudioFile) -> NDArray[np.float32]:
    start_s = max(0.0, (song.duration_s - EXCERPT_S) / 2.0)
    return np.concatenate(list(song.stereo_blocks(start_s, EXCERPT_S)))
