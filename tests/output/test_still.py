from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage

from tests.fakes import ImagePicture, make_frame, noise
from visualizer.errors import FilmError, UsageError
from visualizer.output.still import Still, check_still

PICTURE = ImagePicture(noise(33, 21))


def test_a_still_is_its_frame_bit_by_bit(tmp_path: Path) -> None:
    still = Still(tmp_path / "still.png", 7)
    assert [n for n in range(20) if still.wants(make_frame(index=n))] == [7]
    still.show(PICTURE, make_frame(index=7))
    assert still.written
    with PillowImage.open(tmp_path / "still.png") as image:
        assert image.format == "PNG"
        np.testing.assert_array_equal(np.asarray(image), PICTURE.image)
    assert [file.name for file in tmp_path.iterdir()] == ["still.png"]


def test_a_still_that_cannot_be_written_touches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "still.png"
    path.write_text("the picture before")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PillowImage.Image, "save", full)
    with pytest.raises(FilmError, match="No space left on device"):
        Still(path, 0).show(PICTURE, make_frame())
    assert path.read_text() == "the picture before"
    assert [file.name for file in tmp_path.iterdir()] == ["still.png"]


def test_a_target_is_checked_before_anything_is_drawn(tmp_path: Path) -> None:
    check_still(tmp_path / "still.PNG")
    with pytest.raises(UsageError, match=r"must end in \.png"):
        check_still(tmp_path / "still.jpg")
    with pytest.raises(FilmError, match="no folder"):
        check_still(tmp_path / "nowhere" / "still.png")
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(FilmError, match="is a folder"):
        check_still(tmp_path / "folder.png")
