"""Pictures as cameras and programs save them look as a viewer shows them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from trainer.clip.picture import open_image
from visualizer.errors import ChladniError

RED, BLUE = (255, 0, 0), (0, 0, 255)


def pixel(path: Path, x: int = 4, y: int = 4) -> tuple[int, ...]:
    levels = open_image(path).getpixel((x, y))
    assert isinstance(levels, tuple)
    return tuple(int(level) for level in levels)


@pytest.mark.parametrize("name", ["grey.png", "grey.tiff"])
def test_16_bit_grey_is_as_bright_as_it_is(tmp_path: Path, name: str) -> None:
    for level, seen in ((0, 0), (1, 0), (32_768, 128), (65_535, 255)):
        Image.fromarray(np.full((8, 8), level, np.uint16)).save(tmp_path / name)
        assert pixel(tmp_path / name) == (seen,) * 3


def test_floats_are_from_0_to_1(tmp_path: Path) -> None:
    levels = np.full((8, 8), 0.5, np.float32)
    levels[0, 0] = np.nan
    Image.fromarray(levels).save(tmp_path / "grey.tiff")
    assert pixel(tmp_path / "grey.tiff") == (128, 128, 128)
    assert pixel(tmp_path / "grey.tiff", 0, 0) == (0, 0, 0)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright(tmp_path: Path, orientation: int) -> None:
    upright = Image.new("RGB", (32, 32), BLUE)
    upright.paste(RED, (0, 0, 16, 16))
    turned = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    way = turned.get(orientation)
    saved = upright if way is None else upright.transpose(way)
    exif = Image.Exif()
    exif[0x0112] = orientation
    saved.save(tmp_path / "photo.png", exif=exif)
    assert pixel(tmp_path / "photo.png") == RED
    for x, y in ((28, 4), (4, 28), (28, 28)):
        assert pixel(tmp_path / "photo.png", x, y) == BLUE


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_cannot_be_seen_is_paper(tmp_path: Path, mode: str) -> None:
    hidden = Image.new("RGBA", (8, 8), (*RED, 0)).convert(mode)
    if mode == "P":
        hidden.info["transparency"] = 0
    hidden.save(tmp_path / "logo.png")
    assert pixel(tmp_path / "logo.png") == (255, 255, 255)


def test_colours_of_another_profile_are_those_that_it_means(tmp_path: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    Image.new("RGB", (8, 8), RED).save(tmp_path / "same.png", icc_profile=lab.tobytes())
    assert pixel(tmp_path / "same.png") == RED
    Image.new("RGB", (8, 8), RED).save(tmp_path / "broken.png", icc_profile=b"no profile")
    assert pixel(tmp_path / "broken.png") == RED


def test_cmyk_and_palettes_are_read(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), RED).convert("P").save(tmp_path / "red.gif")
    assert pixel(tmp_path / "red.gif") == RED
    Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(tmp_path / "red.jpg", quality=100)
    assert np.abs(np.subtract(pixel(tmp_path / "red.jpg"), RED)).max() < 12


def test_the_middle_square_is_taken(tmp_path: Path) -> None:
    wide = Image.new("RGB", (40, 8), BLUE)
    wide.paste(RED, (16, 0, 24, 8))
    wide.save(tmp_path / "wide.png")
    assert open_image(tmp_path / "wide.png").getcolors() == [(64, RED)]


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_what_is_no_picture_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(content)
    with pytest.raises(ChladniError, match="cannot read the picture"):
        open_image(path)
