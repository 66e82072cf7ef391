from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from visualizer.audio.flac import FlacWriter, read_flac, side_files
from visualizer.errors import SoundError
from visualizer.types import HOP, RATE_HZ

KILLED = """
import os, signal, sys
from pathlib import Path
from tests.audio.test_flac import some_sound
from visualizer.audio.flac import FlacWriter

with FlacWriter(Path(sys.argv[1]), 2) as writer:
    writer.write(some_sound(3 * 48_000, 2))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def some_sound(samples: int, channels: int) -> np.ndarray:
    """Whole numbers of 24 bits, of all sizes."""
    random = np.random.default_rng(channels)
    return random.integers(-(2**23), 2**23, (samples, channels)).astype(np.int32)


def read(path: Path, channels: int) -> np.ndarray:
    return np.concatenate(list(read_flac(path, channels)))


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 6, 7, 8, 9, 18])
def test_what_is_written_is_read_to_the_bit(tmp_path: Path, channels: int) -> None:
    sound = some_sound(RATE_HZ // 4 + 77, channels)
    with FlacWriter(tmp_path / "sound.flac", channels) as writer:
        for begin in range(0, len(sound), HOP):
            writer.write(sound[begin : begin + HOP])
    assert np.array_equal(read(tmp_path / "sound.flac", channels), sound)


def test_more_than_eight_channels_lie_side_by_side() -> None:
    assert side_files(Path("a/sound-2.flac"), 18) == [
        (Path("a/sound-2.flac"), 8),
        (Path("a/sound-2.9.flac"), 8),
        (Path("a/sound-2.17.flac"), 2),
    ]


def test_a_killed_program_leaves_all_but_the_last_tenth_of_a_second(tmp_path: Path) -> None:
    path = tmp_path / "sound.flac"
    killed = subprocess.run([sys.executable, "-c", KILLED, path], check=False)
    assert killed.returncode == -signal.SIGKILL
    left = read(path, 2)
    assert len(left) > 2.9 * RATE_HZ
    assert np.array_equal(left, some_sound(3 * RATE_HZ, 2)[: len(left)])


def test_half_a_frame_at_the_end_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "sound.flac"
    sound = some_sound(RATE_HZ, 2)
    with FlacWriter(path, 2) as writer:
        writer.write(sound)
    path.write_bytes(path.read_bytes()[:-1000])
    left = read(path, 2)
    assert 0.8 * RATE_HZ < len(left) < RATE_HZ
    assert np.array_equal(left, sound[: len(left)])


def test_other_channels_than_the_journal_says_are_refused(tmp_path: Path) -> None:
    with FlacWriter(tmp_path / "sound.flac", 2) as writer:
        writer.write(some_sound(HOP, 2))
    with pytest.raises(SoundError, match=r"has 2 channels at 48000 Hz .* expected 1"):
        read(tmp_path / "sound.flac", 1)


def test_an_empty_file_holds_nothing_yet(tmp_path: Path) -> None:
    (tmp_path / "sound.flac").touch()
    assert list(read_flac(tmp_path / "sound.flac", 2)) == []


@pytest.mark.parametrize("content", [b"RIFF" * 9, b"fLaC" + bytes(64)])
def test_what_is_no_flac_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "sound.flac").write_bytes(content)
    with pytest.raises(SoundError, match=r"sound\.flac"):
        read(tmp_path / "sound.flac", 2)


def test_a_folder_that_is_not_there_cannot_be_written(tmp_path: Path) -> None:
    with (
        pytest.raises(SoundError, match="cannot be written: No such file"),
        FlacWriter(tmp_path / "none" / "sound.flac", 2),
    ):
        pass
