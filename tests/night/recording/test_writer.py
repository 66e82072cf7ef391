"""Disks that are full, slow, or not there: the show goes on."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import some_styles
from tests.night.shows import Show, replayed, uneven_times_s, values
from visualizer.audio import flac
from visualizer.errors import ChladniError, SoundError
from visualizer.night.reader import read_night
from visualizer.night.recording import writer as writing
from visualizer.night.recording.writer import NightWriter, new_folder

NOW = datetime(2026, 1, 31, 22, 4, tzinfo=UTC)


def test_two_nights_of_one_minute_have_two_folders(tmp_path: Path) -> None:
    names = [new_folder(tmp_path, NOW).name for _ in range(3)]
    assert names == ["2026-01-31_2204.night", "2026-01-31_2204-2.night", "2026-01-31_2204-3.night"]


@pytest.mark.parametrize("parent", ["file", "file/inside"])
def test_where_no_folder_can_be_is_told(tmp_path: Path, parent: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ChladniError, match="record"):
        new_folder(tmp_path / parent, NOW)


def test_a_full_disk_ends_the_recording_and_not_the_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    written = 0

    def full(self: flac.FlacWriter, block: np.ndarray) -> None:
        nonlocal written
        written += 1
        if written > 100:
            raise SoundError("sound.flac cannot be written: No space left on device")
        whole(self, block)

    whole = flac.FlacWriter.write
    monkeypatch.setattr(flac.FlacWriter, "write", full)
    scenes = Show(tmp_path, times_s=uneven_times_s(60)).play()
    assert len(scenes) == 60
    assert "the show is not recorded any more: sound.flac cannot be written" in caplog.text
    night = next(tmp_path.iterdir())
    journal = read_night(night)
    assert not journal.is_whole
    assert 0 < len(journal.notes) < 60
    left = values(replayed(night))
    assert left == values(scenes)[: len(left)]


def test_a_slow_disk_ends_the_recording_and_not_the_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    goes_on = threading.Event()
    whole = flac.FlacWriter.write

    def slow(self: flac.FlacWriter, block: np.ndarray) -> None:
        goes_on.wait()
        whole(self, block)

    monkeypatch.setattr(flac.FlacWriter, "write", slow)
    monkeypatch.setattr(writing, "FAREWELL_S", 0.01)
    monkeypatch.setattr(NightWriter.__init__, "__defaults__", (20,))
    scenes = Show(tmp_path, times_s=uneven_times_s(60)).play()
    goes_on.set()
    assert len(scenes) == 60
    assert "the show is not recorded any more: the disk is too slow" in caplog.text


def test_styles_of_one_name_are_kept_apart(tmp_path: Path) -> None:
    night = NightWriter(tmp_path)
    first, second, _ = some_styles()
    again = replace(second, name=first.name)
    assert night.name_of(first) == "seed-0"
    assert night.name_of(again) == "seed-0-2"
    assert night.name_of(first) == "seed-0"


def test_a_name_that_is_no_file_name_becomes_one(tmp_path: Path) -> None:
    night = NightWriter(tmp_path)
    assert night.name_of(replace(some_styles()[0], name="..")) == "--"
    assert len(night.name_of(replace(some_styles()[0], name="ü" * 100))) == 60
