"""Screenshots: whole files under new names, and failures that stay out of the loop."""

from __future__ import annotations

import errno
import io
import logging
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage

from tests.fakes import ImagePicture, make_frame, noise
from visualizer.output.screenshot import Screenshots
from visualizer.system.paths import pictures_folder

PICTURE = ImagePicture(noise(40, 24))
MOMENT = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)


def test_only_frames_that_ask_are_wanted(tmp_path: Path) -> None:
    shots = Screenshots(tmp_path)
    assert not shots.wants(make_frame())
    shots.ask()
    shots.ask()
    assert shots.wants(make_frame())


def test_each_gets_a_new_name_and_every_pixel(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    taken = tmp_path / "chladni-20260203-040506-002.png"
    taken.write_bytes(b"somebody's")
    picture = ImagePicture(noise(40, 24))
    before = picture.image.copy()
    with caplog.at_level(logging.INFO), Screenshots(tmp_path, now=lambda: MOMENT) as shots:
        for _ in range(3):
            shots.show(picture, make_frame("screenshot"))
        picture.image[:] = 0  # as a renderer's buffer is used again
    assert taken.read_bytes() == b"somebody's"
    names = [f"chladni-20260203-040506-{number}.png" for number in ("001", "003", "004")]
    assert sorted(path.name for path in tmp_path.iterdir() if path != taken) == names
    for name in names:
        with PillowImage.open(tmp_path / name) as saved:
            assert np.array_equal(np.asarray(saved), before)
        assert str(tmp_path / name) in caplog.text


def test_a_folder_that_is_gone_is_a_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Screenshots(tmp_path / "gone") as shots:
        shots.show(PICTURE, make_frame("screenshot"))
        shots.show(PICTURE, make_frame("screenshot"))
    assert [record.message for record in caplog.records] == [
        f"screenshot: cannot save a picture in {tmp_path / 'gone'}: No such file or directory"
    ] * 2


class FullDisk(io.FileIO):
    """A file on a disk with no room left."""

    def write(self, _data: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_no_half_a_picture(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "open", lambda path, mode: FullDisk(path, mode.strip("b")))
    with Screenshots(tmp_path) as shots:
        shots.show(PICTURE, make_frame("screenshot"))
    assert "No space left on device" in caplog.text
    assert list(tmp_path.iterdir()) == []


def test_pictures_go_where_pictures_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_PICTURES_DIR", str(tmp_path / "Pictures"))
    assert pictures_folder() == tmp_path
    (tmp_path / "Pictures").mkdir()
    assert pictures_folder() == tmp_path / "Pictures"
