from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import ImagePicture, make_frame, noise, plain
from tests.graphics import QUICK, renderer, scene
from tests.styles import random_style
from tests.swscale import image_of, planes_of
from visualizer.output.film.film import Film
from visualizer.render.gl import context
from visualizer.render.readback import RING
from visualizer.render.tap import planes_tap, rgba_tap
from visualizer.style.style import Architecture
from visualizer.types import Image, Planes

A = random_style(Architecture(16, 2, "tanh", 4, 2), 1)


class Painted(ImagePicture):
    """A picture on the GPU that was given, not drawn."""

    def __init__(self, gl_context: moderngl.Context, image: Image) -> None:
        super().__init__(image)
        self._texture = gl_context.texture((self.width, self.height), 4)
        self.repaint(image)

    def repaint(self, image: Image) -> None:
        self.image = image
        rgba = np.dstack([image, np.full(image.shape[:2], 255, np.uint8)])[::-1]
        self._texture.write(rgba.tobytes())

    def use(self, unit: int) -> None:
        self._texture.use(unit)


@pytest.fixture(scope="module")
def gl_context() -> Iterator[moderngl.Context]:
    with context.standalone() as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_gl_error(gl_context: moderngl.Context) -> Iterator[None]:
    with gl_context:
        context.check("starting a test")
        yield
    with gl_context:
        context.check("running a test")


def tapped(gl_context: moderngl.Context, *images: Image) -> list[Planes]:
    """The planes of each, through a tap of their own."""
    height, width = images[0].shape[:2]
    with planes_tap(gl_context, width, height) as tap:
        came = [planes for image in images for planes in tap.take(Painted(gl_context, image))]
        return [*came, *tap.rest()]


def exact(image: Image) -> NDArray[np.float64]:
    """The planes before rounding, each colour difference the mean of 2x2 pixels."""
    height, width = image.shape[:2]
    red, green, blue = np.moveaxis(image / 255.0, -1, 0)
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    u, v = (
        128 + 224 * ((c - y) / size).reshape(height // 2, 2, width // 2, 2).mean((1, 3))
        for c, size in ((blue, 1.8556), (red, 1.5748))
    )
    return np.concatenate([(16 + 219 * y).ravel(), u.ravel(), v.ravel()]).reshape(-1, width)


def psnr_db(one: Image, other: Image) -> float:
    error = np.mean((one.astype(float) - other) ** 2)
    return float(10.0 * np.log10(255.0**2 / error))


@pytest.mark.parametrize(
    "rgb",
    [
        (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255), (255, 0, 255),
        (0, 0, 0), (1, 1, 1), (128, 128, 128), (255, 255, 255), (9, 99, 200),
    ],
)  # fmt: skip
def test_a_plain_colour_is_bt_709_in_limited_range(
    gl_context: moderngl.Context, rgb: tuple[int, int, int]
) -> None:
    (planes,) = tapped(gl_context, plain(*rgb, 16, 16))
    red, green, blue = (value / 255 for value in rgb)
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    values = 16 + 219 * y, 128 + 224 * (blue - y) / 1.8556, 128 + 224 * (red - y) / 1.5748
    for part, value in zip((planes[:16], planes[16:20], planes[20:]), values, strict=True):
        assert np.ptp(part) == 0
        assert abs(part[0, 0] - value) <= 0.501
    assert np.abs(image_of(planes).astype(int) - rgb).max() <= 2


# Halves that are odd: U ends in the middle of a row, and V begins there.
@pytest.mark.parametrize(("width", "height"), [(16, 16), (18, 22), (34, 18), (22, 16), (16, 38)])
def test_planes_lie_as_encoders_take_them(
    gl_context: moderngl.Context, width: int, height: int
) -> None:
    image = noise(width, height)
    (planes,) = tapped(gl_context, image)
    assert planes.shape == (height * 3 // 2, width)
    assert np.abs(planes - exact(image)).max() <= 0.501


def test_a_drawn_picture_comes_out_as_from_ffmpeg() -> None:
    with renderer(128, 72, tuning=QUICK) as opened, planes_tap(opened._context, 128, 72) as tap:
        opened.prepare(A)
        picture = opened.draw(scene(A))
        image = picture.read_rgb()
        tap.take(picture)
        (planes,) = tap.rest()
    ours, theirs = image_of(planes), image_of(planes_of(image))
    assert np.abs(planes[:72].astype(int) - planes_of(image)[:72]).max() <= 1
    assert np.abs(ours.astype(int) - theirs).mean() < 0.5
    assert psnr_db(ours, theirs) > 48.0
    # Against the picture itself the shader is no worse: what is lost is lost in 4:2:0.
    assert psnr_db(ours, image) >= psnr_db(theirs, image) - 0.05


def test_planes_come_two_behind_in_order_and_the_rest_at_the_end(
    gl_context: moderngl.Context,
) -> None:
    with planes_tap(gl_context, 16, 16) as tap:
        came = [tap.take(Painted(gl_context, plain(n, n, n, 16, 16))) for n in range(0, 250, 10)]
        rest = tap.rest()
        assert tap.rest() == []
    assert [len(ready) for ready in came] == [0, 0, *[1] * 23]
    assert len(rest) == 2
    levels = [int(planes[0, 0]) for ready in [*came, rest] for planes in ready]
    assert levels == [round(16 + 219 * n / 255) for n in range(0, 250, 10)]


@pytest.mark.parametrize("count", [0, 1])
def test_a_tap_of_one_picture_or_none_gives_what_it_took(
    gl_context: moderngl.Context, count: int
) -> None:
    with planes_tap(gl_context, 16, 16) as tap:
        for _ in range(count):
            assert tap.take(Painted(gl_context, plain(1, 2, 3, 16, 16))) == []
        assert len(tap.rest()) == count


def test_a_picture_may_be_drawn_over_as_soon_as_it_was_taken(gl_context: moderngl.Context) -> None:
    first, second = noise(32, 18, 1), noise(32, 18, 2)
    picture = Painted(gl_context, first)
    with planes_tap(gl_context, 32, 18) as tap, rgba_tap() as raw:
        for image in (second, plain(0, 0, 0, 32, 18)):
            tap.take(picture)
            raw.take(picture)
            picture.repaint(image)
        planes, pixels = tap.rest(), raw.rest()
    for image, yuv, rgba in zip((first, second), planes, pixels, strict=True):
        assert np.abs(yuv - exact(image)).max() <= 0.501
        assert np.array_equal(rgba[::-1, :, :3], image)


def test_the_ring_goes_round_and_the_time_in_it_is_told(gl_context: moderngl.Context) -> None:
    images = [noise(16, 16, n) for n in range(3 * RING + 1)]
    with rgba_tap() as tap:
        came = [pixels for image in images for pixels in tap.take(Painted(gl_context, image))]
        came += tap.rest()
        assert min(tap.waited_s, tap.copied_s) > 0.0
    for pixels, image in zip(came, images, strict=True):
        assert np.array_equal(pixels[::-1, :, :3], image)


def test_a_tap_follows_the_size_of_its_pictures(gl_context: moderngl.Context) -> None:
    sizes = ((16, 16), (16, 16), (33, 7), (8, 40), (8, 40), (8, 40), (16, 16))
    images = [noise(*size, seed) for seed, size in enumerate(sizes)]
    with rgba_tap() as tap:
        came = [pixels for image in images for pixels in tap.take(Painted(gl_context, image))]
        came += tap.rest()
    for pixels, image in zip(came, images, strict=True):
        assert np.array_equal(pixels[::-1, :, :3], image)


def test_an_unfinished_tap_is_left_without_a_trace(gl_context: moderngl.Context) -> None:
    with planes_tap(gl_context, 16, 16) as tap:
        tap.take(Painted(gl_context, plain(1, 2, 3, 16, 16)))
        tap.take(Painted(gl_context, plain(1, 2, 3, 16, 16)))


def test_a_film_from_the_gpu_decodes_to_its_pictures(
    gl_context: moderngl.Context, tmp_path: Path
) -> None:
    colours = [(n, 255 - n, (3 * n) % 256) for n in range(0, 250, 10)]
    path = tmp_path / "film.mp4"
    with (
        planes_tap(gl_context, 64, 48) as tap,
        Film(path, 64, 48, Fraction(30), tap=tap, frames=len(colours)) as film,
    ):
        for index, colour in enumerate(colours):
            film.show(Painted(gl_context, plain(*colour)), make_frame(index=index))
    with av.open(str(path)) as container:
        frames = [np.asarray(frame.to_ndarray(), np.uint8) for frame in container.decode(video=0)]
    assert len(frames) == len(colours)
    for frame, colour in zip(frames, colours, strict=True):
        # Rounding in three planes, and what x264 leaves of it at crf 18.
        assert np.abs(image_of(frame).mean((0, 1)) - colour).max() <= 2.0
