from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage

from visualizer.errors import FilmError, UsageError
from visualizer.output.still import Still, check_still
from visualizer.show.session import Session
from visualizer.style.procedural.seeds import seed_style
from visualizer.types import Features, Frame, Image, Tick

SESSION = Session(seed_style(1))


class Noise:
    width = 33
    height = 21

    def read_rgb(self) -> Image:
        return np.random.default_rng(0).integers(0, 256, (21, 33, 3), np.uint8)

    def blit(self, width: int, height: int) -> None:
        raise AssertionError(f"a still has no window of {width}x{height}")

    def use(self, unit: int) -> None:
        raise AssertionError(f"a still has no texture unit {unit}")


def frame_at(index: int) -> Frame:
    return Frame(Tick(index, index / 30, 1 / 30), (), Features(), SESSION)


def test_a_still_is_its_frame_bit_by_bit(tmp_path: Path) -> None:
    still = Still(tmp_path / "still.png", 7)
    assert [n for n in range(20) if still.wants(frame_at(n))] == [7]
    still.show(Noise(), frame_at(7))
    assert still.written
    with PillowImage.open(tmp_path / "still.png") as image:
        assert image.format == "PNG"
        np.testing.assert_array_equal(np.asarray(image), Noise().read_rgb())
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
        Still(path, 0).show(Noise(), frame_at(0))
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
