"""Films by the end of their name: the same pictures, sound in time, the same bytes again."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.fakes import ImagePicture, make_frame
from tests.output.film.test_film import blocks, greys, luma, shoot, sound_of
from tests.swscale import SwscaleTap
from visualizer.errors import UsageError
from visualizer.output.film.container import CONTAINERS, container_of
from visualizer.output.film.encoder import Encoding, check_encoder
from visualizer.output.film.film import Film
from visualizer.types import RATE_HZ

CODECS = {
    ".mp4": ("h264", "aac"), ".mov": ("h264", "aac"), ".mkv": ("h264", "aac"),
    ".webm": ("vp9", "opus"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("suffix", CONTAINERS)
def test_pictures_sound_and_bytes(tmp_path: Path, suffix: str) -> None:
    click = np.zeros((2 * RATE_HZ, 2), np.float32)
    click[RATE_HZ : RATE_HZ + 480] = 0.8
    fps = Fraction(30_000, 1001)
    paths = [tmp_path / f"{n}{suffix}" for n in range(2)]
    for path in paths:
        shoot(path, greys(60), fps=fps, sound=blocks(click))
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert len(list(tmp_path.iterdir())) == 2
    seen = luma(paths[0])
    assert len(seen) == 60
    # Greys from 0 to 118 in steps of 2, in limited range.
    np.testing.assert_allclose(seen, 16 + 219 / 255 * 2 * np.arange(60), atol=1.5)
    with av.open(str(paths[0])) as file:
        video, audio = file.streams.video[0], file.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == CODECS[suffix]
        assert video.average_rate == pytest.approx(fps, rel=1e-3)
        assert next(file.decode(video)).time == pytest.approx(0.0, abs=0.03)
        assert file.duration == pytest.approx(2.002e6, abs=0.05e6)
    heard = np.abs(sound_of(paths[0])[0])
    assert np.flatnonzero(heard > 0.3)[0] == pytest.approx(RATE_HZ, abs=250)


@pytest.mark.parametrize("suffix", CONTAINERS)
def test_what_was_made_before_an_interrupt_can_be_played(tmp_path: Path, suffix: str) -> None:
    film = Film(tmp_path / f"film{suffix}", 64, 48, Fraction(30), tap=SwscaleTap(), frames=90)
    with pytest.raises(KeyboardInterrupt), film:  # noqa: PT012 - the block is what is interrupted
        for index, image in enumerate(greys(60)):
            film.show(ImagePicture(image), make_frame(index=index))
        raise KeyboardInterrupt
    assert film.partial_path == tmp_path / f"film.partial{suffix}"
    assert len(luma(film.partial_path)) >= 55


def test_a_web_film_may_be_av1(tmp_path: Path) -> None:
    encoding = Encoding("libsvtav1")
    check_encoder("libsvtav1", container_of(Path("a.webm")).kinds, 64, 64)
    paths = [tmp_path / f"{n}.webm" for n in range(2)]
    for path in paths:
        shoot(path, greys(12, 64, 64), encoding=encoding)
    assert len(luma(paths[0])) == 12
    with av.open(str(paths[0])) as file:
        assert file.streams.video[0].codec_context.name in {"libdav1d", "av1", "libaom-av1"}
        assert len(list(file.decode(video=0))) == 12
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_an_encoder_of_another_file_is_refused_and_so_is_an_unknown_end() -> None:
    with pytest.raises(UsageError, match=r"no encoder libx264 for films, expected .*libvpx-vp9"):
        check_encoder("libx264", container_of(Path("a.webm")).kinds, 64, 48)
    with pytest.raises(UsageError, match=r"must end in \.mp4, \.mov, \.mkv, \.webm, got a\.avi"):
        container_of(Path("a.avi"))
    assert container_of(Path("A.MOV")).muxer == "mov"
