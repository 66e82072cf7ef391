from __future__ import annotations

import errno
import itertools
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.fakes import ImagePicture, make_frame, plain
from tests.swscale import SwscaleTap
from visualizer.errors import FilmError, SoundError, UsageError
from visualizer.output.film import encoder as encoder_module
from visualizer.output.film import film as film_module
from visualizer.output.film.container import container_of
from visualizer.output.film.encoder import Encoding, check_encoder
from visualizer.output.film.film import Film, check_film, check_size
from visualizer.output.film.partial_film import PartialFilm
from visualizer.types import RATE_HZ, Image, Planes

ROOT = Path(__file__).parents[3]
FPS = Fraction(30)
KINDS = container_of(Path("film.mp4")).kinds


def greys(count: int, width: int = 64, height: int = 48) -> list[Image]:
    """Frame n is the grey 2 n: readable from its brightness alone."""
    return [plain(2 * n, 2 * n, 2 * n, width, height) for n in range(count)]


def shoot(
    path: Path,
    images: Sequence[Image],
    fps: Fraction = FPS,
    sound: Iterable[NDArray[np.float32]] | None = None,
    channels: int = 2,
    first: int = 0,
    encoding: Encoding | None = None,
) -> Film:
    height, width = images[0].shape[:2]
    film = Film(
        path,
        width,
        height,
        fps,
        tap=SwscaleTap(),
        frames=len(images),
        first=first,
        sound=sound,
        sound_channels=channels,
        encoding=encoding,
    )
    with film:
        for index, image in enumerate(images, first):
            film.show(ImagePicture(image), make_frame(index=index))
    return film


def blocks(samples: NDArray[np.float32], size: int = 1_152) -> Iterable[NDArray[np.float32]]:
    return (samples[start : start + size] for start in range(0, len(samples), size))


def luma(path: Path) -> list[float]:
    """Mean Y of every frame that can be decoded."""
    with av.open(str(path)) as container:
        return [
            float(frame.to_ndarray()[: frame.height].mean()) for frame in container.decode(video=0)
        ]


def sound_of(path: Path) -> NDArray[np.float32]:
    """(C, N) as a player hears it from the film's beginning."""
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.concatenate(frames, axis=1).astype(np.float32)


def atoms(path: Path) -> list[str]:
    """Names of the file's top-level boxes, in order."""
    data = path.read_bytes()
    names = []
    position = 0
    while position < len(data):
        size, name = struct.unpack_from(">I4s", data, position)
        names.append(name.decode())
        position += size
    return names


@pytest.mark.parametrize(
    "fps",
    [Fraction(24), Fraction(25), Fraction(30_000, 1_001), FPS, Fraction(60_000, 1_001)],
    ids=str,
)
@pytest.mark.parametrize("count", [1, 2, 47, 100])
def test_frames_rate_and_durations_are_exact(tmp_path: Path, fps: Fraction, count: int) -> None:
    path = tmp_path / "film.mp4"
    tone = np.zeros((round(count / fps * RATE_HZ) + 10_000, 2), np.float32)
    shoot(path, greys(count), fps, blocks(tone))
    assert len(luma(path)) == count
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert video.frames == count
        assert video.average_rate == fps
        assert video.duration is not None
        assert video.time_base is not None
        assert video.duration * video.time_base == count / fps
        assert audio.duration is not None
        assert audio.time_base is not None
        assert abs(audio.duration * audio.time_base - count / fps) < Fraction(1, 1_000)
        assert video.start_time == audio.start_time == 0
        times = [frame.pts * video.time_base for frame in container.decode(video=0)]  # type: ignore[operator] # every frame of ours has a pts
    assert times == [n / fps for n in range(count)]


def test_frames_come_back_in_order(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    shoot(path, greys(100))
    expected = [16 + 219 * 2 * n / 255 for n in range(100)]
    assert luma(path) == pytest.approx(expected, abs=1.0)


@pytest.mark.parametrize(
    "rgb",
    [
        (255, 0, 0),
        (0, 255, 0),
        (0, 0, 255),
        (0, 0, 0),
        (255, 255, 255),
        (128, 128, 128),
        (9, 99, 200),
    ],
)
def test_colours_are_bt_709_in_limited_range(tmp_path: Path, rgb: tuple[int, int, int]) -> None:
    path = tmp_path / "film.mp4"
    shoot(path, [plain(*rgb)] * 3)
    red, green, blue = (value / 255 for value in rgb)
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    expected = (
        16 + 219 * y,
        128 + 224 * (blue - y) / 1.8556,
        128 + 224 * (red - y) / 1.5748,
    )
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
    planes = frame.to_ndarray().reshape(-1)
    means = [planes[:3072].mean(), planes[3072:3840].mean(), planes[3840:].mean()]
    assert means == pytest.approx(expected, abs=1.0)


@pytest.mark.parametrize(("width", "height"), [(64, 50), (50, 64), (18, 270)])
def test_every_row_and_column_stays_where_it_is(tmp_path: Path, width: int, height: int) -> None:
    """Also where a half of the height is odd, and where rows are padded in memory."""
    planes = np.full((height * 3 // 2, width), 128, np.uint8)
    planes[:height:2] = 40
    planes[1:height:2] = 200
    film = PartialFilm(tmp_path / "a.mp4", width, height, FPS, Encoding(crf=0), None, 2)
    film.open()
    film.write(planes)
    film.close()
    with av.open(str(tmp_path / "a.mp4")) as container:
        (frame,) = container.decode(video=0)
        assert (frame.width, frame.height) == (width, height)
        luma = np.frombuffer(bytes(frame.planes[0]), np.uint8)
        rows = luma.reshape(height, frame.planes[0].line_size)[:, :width]
    assert np.abs(rows.astype(int) - planes[:height]).max() <= 2


def test_the_file_says_how_it_is_to_be_shown(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    shoot(path, greys(10), sound=blocks(np.zeros((20_000, 2), np.float32)))
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0].codec_context, container.streams.audio[0]
        assert (video.name, video.pix_fmt) == ("h264", "yuv420p")
        assert video.color_primaries == ColorPrimaries.BT709
        assert video.color_trc == ColorTrc.BT709
        assert video.colorspace == Colorspace.ITU709
        assert video.color_range == ColorRange.MPEG
        assert audio.codec_context.name == "aac"
        assert (audio.rate, audio.layout.name) == (RATE_HZ, "stereo")


def test_the_index_stands_in_front(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    shoot(path, greys(90), sound=blocks(np.zeros((200_000, 2), np.float32)))
    names = atoms(path)
    assert names.index("moov") < names.index("mdat")
    assert "moof" not in names
    assert [file.name for file in tmp_path.iterdir()] == ["film.mp4"]


def test_sound_is_in_time_to_the_sample(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    clicks = np.zeros((3 * RATE_HZ, 2), np.float32)
    places = [0, 4_800, 48_000, 96_001, 143_000]
    for place in places:
        clicks[place : place + 64] = 0.8 * np.hanning(64)[:, None]
    shoot(path, greys(90), sound=blocks(clicks))
    heard = sound_of(path)[0]
    for place in places[1:]:
        around = heard[place - 500 : place + 500]
        lag = int(np.argmax(np.correlate(around, np.hanning(64), "valid"))) - 500
        assert abs(lag) <= 2
    body = slice(2_000, 140_000)
    assert np.corrcoef(heard[body], clicks[body, 0])[0, 1] > 0.98


def test_left_stays_left_and_right_right(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    t = np.arange(2 * RATE_HZ) / RATE_HZ
    tones = np.stack([np.sin(2 * np.pi * 500 * t), np.sin(2 * np.pi * 3_000 * t)], axis=1) * 0.4
    shoot(path, greys(60), sound=blocks(tones.astype(np.float32)))
    spectra = np.abs(np.fft.rfft(sound_of(path)[:, RATE_HZ // 2 : RATE_HZ * 3 // 2]))
    assert spectra.argmax(axis=1).tolist() == [500, 3_000]
    assert spectra[0, 3_000] < spectra[1, 3_000] / 100
    assert spectra[1, 500] < spectra[0, 500] / 100


def test_mono_stays_mono_and_silence_has_no_track(tmp_path: Path) -> None:
    mono = np.zeros((RATE_HZ, 1), np.float32)
    shoot(tmp_path / "mono.mp4", greys(30), sound=blocks(mono), channels=1)
    shoot(tmp_path / "none.mp4", greys(30))
    with av.open(str(tmp_path / "mono.mp4")) as container:
        assert container.streams.audio[0].layout.name == "mono"
    with av.open(str(tmp_path / "none.mp4")) as container:
        assert not container.streams.audio


@settings(max_examples=15, deadline=None)
@given(
    count=st.integers(1, 40),
    samples=st.integers(0, 100_000),
    size=st.integers(1, 60_000),
    width=st.integers(8, 40),
    height=st.integers(8, 40),
    fps=st.fractions(5, 120, max_denominator=1_001),
)
def test_sound_of_any_length_is_fitted_to_the_film(
    tmp_path_factory: pytest.TempPathFactory,
    count: int,
    samples: int,
    size: int,
    width: int,
    height: int,
    fps: Fraction,
) -> None:
    path = tmp_path_factory.mktemp("fit") / "film.mp4"
    sound = blocks(np.full((samples, 2), 0.1, np.float32), max(size, 200))
    shoot(path, greys(count, 2 * width, 2 * height), fps, sound)
    assert len(luma(path)) == count
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert video.average_rate == fps or count == 1
        assert audio.duration is not None
        assert audio.time_base is not None
        assert abs(audio.duration * audio.time_base - count / fps) < 1 / fps


def test_sound_that_is_no_number_does_not_stop_the_film(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    bad = np.full((30_000, 2), np.nan, np.float32)
    bad[::3] = np.inf
    bad[1::3] = 1e30
    shoot(path, greys(30), sound=blocks(bad))
    assert np.isfinite(sound_of(path)).all()


def test_two_runs_are_alike_to_the_byte(tmp_path: Path) -> None:
    noise = np.random.default_rng(0)
    images = [noise.integers(0, 256, (96, 128, 3), np.uint8) for _ in range(40)]
    sound = (noise.standard_normal((70_000, 2)) * 0.1).astype(np.float32)
    films = [shoot(tmp_path / f"{n}.mp4", images, sound=blocks(sound, 999 + n)) for n in range(2)]
    assert films[0].path.read_bytes() == films[1].path.read_bytes()
    assert films[0].shown == films[1].shown == 40
    assert films[0].waited_s > 0.0


def test_a_film_wants_its_own_frames_and_no_others(tmp_path: Path) -> None:
    film = Film(tmp_path / "film.mp4", 64, 48, FPS, tap=SwscaleTap(), frames=3, first=10)
    assert [n for n in range(20) if film.wants(make_frame(index=n))] == [10, 11, 12]
    shoot(tmp_path / "film.mp4", greys(3), first=10)
    assert len(luma(tmp_path / "film.mp4")) == 3


@pytest.mark.parametrize("ending", [KeyboardInterrupt, ValueError, SoundError])
def test_an_interrupted_film_can_be_played_and_nothing_is_overwritten(
    tmp_path: Path, ending: type[BaseException]
) -> None:
    path = tmp_path / "film.mp4"
    path.write_text("the film before")
    sound = blocks(np.full((RATE_HZ * 3, 2), 0.1, np.float32))
    film = Film(path, 64, 48, FPS, tap=SwscaleTap(), frames=90, sound=sound)
    with pytest.raises(ending), film:  # noqa: PT012 - the block is what is interrupted
        for index, image in enumerate(greys(50)):
            film.show(ImagePicture(image), make_frame(index=index))
        raise ending
    assert path.read_text() == "the film before"
    assert film.partial_path == tmp_path / "film.partial.mp4"
    assert len(luma(film.partial_path)) == 50
    assert sound_of(film.partial_path).shape[1] >= 50 * RATE_HZ // 30
    assert not encoder_threads()


def encoder_threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("encoder")]


def test_an_error_in_the_encoders_thread_ends_the_film_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "film.mp4"
    path.write_text("the film before")
    write, written = PartialFilm.write, []

    def fail(film: PartialFilm, planes: Planes) -> None:
        written.append(planes)
        if len(written) == 20:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(film, planes)

    monkeypatch.setattr(PartialFilm, "write", fail)
    with pytest.raises(FilmError, match=r"^.*film\.mp4 cannot be written: No space left on device"):
        shoot(path, greys(90))
    # None of the frames behind the one that failed was tried.
    assert len(written) == 20
    assert not encoder_threads()
    assert path.read_text() == "the film before"
    assert len(luma(tmp_path / "film.partial.mp4")) == 19


@pytest.mark.parametrize("count", [3, 90])
def test_sound_that_fails_in_the_encoders_thread_keeps_its_own_sentence(
    tmp_path: Path, count: int
) -> None:
    def damaged() -> Iterator[NDArray[np.float32]]:
        yield np.zeros((1, 2), np.float32)
        raise SoundError("the song is damaged")

    # A film of three frames is over before the thread has come to its first.
    with pytest.raises(SoundError, match="the song is damaged"):
        shoot(tmp_path / "film.mp4", greys(count), sound=damaged())
    assert not encoder_threads()
    assert not (tmp_path / "film.mp4").exists()


def test_the_loop_waits_for_the_encoder_so_that_memory_does_not_grow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = 0
    behind: list[int] = []

    def slow(film: PartialFilm, planes: Planes) -> None:  # noqa: ARG001 - stands for a method
        threading.Event().wait(0.002)
        behind.append(shown - len(behind))

    monkeypatch.setattr(PartialFilm, "write", slow)
    film = Film(tmp_path / "film.mp4", 64, 48, FPS, tap=SwscaleTap(), frames=99)
    with pytest.raises(KeyboardInterrupt), film:  # noqa: PT012 - the block is what is interrupted
        for index, image in enumerate(greys(60)):
            film.show(ImagePicture(image), make_frame(index=index))
            shown += 1
        raise KeyboardInterrupt
    assert len(behind) == 60
    assert max(behind) <= 5


def test_hevc_is_named_as_all_players_know_it_and_two_runs_are_alike(tmp_path: Path) -> None:
    encoding = Encoding("libx265", 24)
    noise = np.random.default_rng(0)
    images = [noise.integers(0, 256, (96, 128, 3), np.uint8) for _ in range(12)]
    films = [shoot(tmp_path / f"{n}.mp4", images, encoding=encoding) for n in range(2)]
    assert films[0].path.read_bytes() == films[1].path.read_bytes()
    with av.open(str(films[0].path)) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.name, codec.codec_tag, codec.pix_fmt) == ("hevc", "hvc1", "yuv420p")
        assert (codec.colorspace, codec.color_range) == (Colorspace.ITU709, ColorRange.MPEG)
        assert len(list(container.decode(video=0))) == 12


@pytest.mark.parametrize("name", ["x265", "aac", "h264", "mpeg4", "libx264rgb"])
def test_an_encoder_that_is_no_films_lists_those_that_are(name: str) -> None:
    said = f"there is no encoder {name} for films, expected one of: libx264, "
    with pytest.raises(UsageError, match=said) as refusal:
        check_encoder(name, KINDS, 64, 48)
    offered = str(refusal.value).split(": ")[1].split(", ")
    assert "libx265" in offered
    for usable in offered:
        check_encoder(usable, KINDS, 64, 48)


def test_an_encoder_without_its_hardware_is_told_from_a_wrong_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(encoder_module, "_opens", lambda name, *_: name == "libx264")
    with pytest.raises(UsageError, match=r"libx265 cannot be used .* expected one of: libx264$"):
        check_encoder("libx265", KINDS, 64, 48)


def test_a_film_that_never_began_leaves_nothing(tmp_path: Path) -> None:
    film = Film(tmp_path / "film.mp4", 64, 48, FPS, tap=SwscaleTap(), frames=9)
    with pytest.raises(KeyboardInterrupt), film:
        raise KeyboardInterrupt
    assert film.partial_path is None
    assert list(tmp_path.iterdir()) == []


def test_a_film_with_too_few_frames_is_no_film(tmp_path: Path) -> None:
    film = Film(tmp_path / "film.mp4", 64, 48, FPS, tap=SwscaleTap(), frames=9)
    with pytest.raises(FilmError, match="only 1 of 9 frames"), film:
        film.show(ImagePicture(plain(1, 2, 3)), make_frame())
    assert [file.name for file in tmp_path.iterdir()] == ["film.partial.mp4"]


def test_frames_out_of_turn_are_refused(tmp_path: Path) -> None:
    film = Film(tmp_path / "film.mp4", 64, 48, FPS, tap=SwscaleTap(), frames=9)
    with pytest.raises(FilmError, match="out of turn"), film:
        film.show(ImagePicture(plain(1, 2, 3)), make_frame(index=1))


CHILD = """
import os, resource, sys
from pathlib import Path
import numpy as np
from tests.fakes import ImagePicture, make_frame, noise
from tests.output.film.test_film import FPS, Film, FilmError, SwscaleTap, blocks
what, path = sys.argv[1], Path(sys.argv[2])
hiss = np.random.default_rng(0).standard_normal((480_000, 2))
sound = blocks(hiss.astype(np.float32) * 0.1)
if what == "full":
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    with Film(path, 128, 96, FPS, tap=SwscaleTap(), frames=300, sound=sound) as film:
        for n in range(240):
            film.show(ImagePicture(noise(128, 96, n)), make_frame(index=n))
        if what == "kill":
            os.kill(os.getpid(), 9)
except FilmError as error:
    print(error)
"""


def child(what: str, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CHILD, what, str(path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=120,
    )


@pytest.mark.slow
def test_a_killed_film_can_be_played(tmp_path: Path) -> None:
    done = child("kill", tmp_path / "film.mp4")
    assert done.returncode == -signal.SIGKILL, done.stderr
    partial = tmp_path / "film.partial.mp4"
    # 240 frames were shown: a fragment of 30 and what x264 looked ahead may be lost.
    assert len(luma(partial)) >= 180
    assert sound_of(partial).shape[1] >= 6 * RATE_HZ


def test_a_full_disk_is_one_sentence_and_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_text("the film before")
    done = child("full", path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{path} cannot be written: File too large")
    assert done.stdout.count("\n") == 1
    assert path.read_text() == "the film before"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["film.mp4", "film.partial.mp4"]
    assert len(luma_until_damage(tmp_path / "film.partial.mp4")) > 0


def luma_until_damage(path: Path) -> list[float]:
    lumas: list[float] = []
    with av.open(str(path)) as container:
        frames = container.decode(video=0)
        try:
            for frame in itertools.islice(frames, 10):
                lumas.append(float(frame.to_ndarray().mean()))  # noqa: PERF401 - keeps what came first
        except av.FFmpegError:
            return lumas
    return lumas


def test_a_disk_that_fills_up_at_the_very_end_costs_nothing_but_the_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "film.mp4"
    path.write_text("the film before")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(film_module, "_put_in_place", full)
    with pytest.raises(FilmError, match="No space left on device"):
        shoot(path, greys(40))
    assert path.read_text() == "the film before"
    assert len(luma(tmp_path / "film.partial.mp4")) == 40


@given(width=st.integers(1, 9_000), height=st.integers(1, 9_000))
def test_sizes_are_even_or_refused_with_the_nearest_even_ones(width: int, height: int) -> None:
    if width < 16 or height < 16:
        with pytest.raises(UsageError, match="expected 16 to"):
            check_size(width, height)
    elif width % 2 or height % 2:
        with pytest.raises(UsageError) as refusal:
            check_size(width, height)
        for offered in str(refusal.value).split("take ")[1].split(" or "):
            w, h = map(int, offered.split("x"))
            check_size(w, h)
            assert abs(w - width) <= 1
            assert abs(h - height) <= 1
    else:
        check_size(width, height)


def test_targets_are_checked_before_anything_is_drawn(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"must end in \.mp4"):
        check_film(tmp_path / "film.avi")
    with pytest.raises(FilmError, match="no folder"):
        check_film(tmp_path / "nowhere" / "film.mp4")
    (tmp_path / "folder.mp4").mkdir()
    with pytest.raises(FilmError, match="is a folder"):
        check_film(tmp_path / "folder.mp4")
    check_film(tmp_path / "film.mp4")
    assert [file.name for file in tmp_path.iterdir()] == ["folder.mp4"]


def test_a_film_of_nothing_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(UsageError, match="no frame"),
        Film(tmp_path / "f.mp4", 64, 48, FPS, tap=SwscaleTap(), frames=0),
    ):
        pass


def test_names_that_ffmpeg_would_misread_are_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("http:%03d film #1.mp4")
    shoot(path, greys(5))
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert len(luma(tmp_path / path)) == 5


@pytest.mark.parametrize("size", [245, 250, 255])
def test_a_film_may_have_the_longest_name_and_be_a_link(tmp_path: Path, size: int) -> None:
    path = tmp_path / f"{'f' * (size - 4)}.mp4"
    shoot(path, greys(3))
    assert len(luma(path)) == 3
    link = tmp_path / "link.mp4"
    link.symlink_to(path.name)
    shoot(link, greys(4))
    assert link.is_symlink()
    assert len(luma(path)) == 4
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([path.name, "link.mp4"])
