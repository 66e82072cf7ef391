"""The whole way from a song to a film, through the real renderer, at small sizes."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import pty
import shlex
import signal
import subprocess
import sys
import termios
import time
import wave
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image as PillowImage

from visualizer.app.offline import OfflineShow, render_film, render_still
from visualizer.audio.playback.demo_track import DemoTrack
from visualizer.cli import run_live
from visualizer.config.request import FilmRequest, Look
from visualizer.contracts import Frame, Picture
from visualizer.duration import Span
from visualizer.errors import ChladniError, SoundError
from visualizer.style.library import styles_folder
from visualizer.style.style import Style, style_sha256
from visualizer.style.style_file import load_style

ROOT = Path(__file__).parents[2]
PART = {"start_s": 1.24, "duration_s": 0.6}
SMALL = Look(style="seed:3", resolution=(64, 36), fps=Fraction(20))


def film(song: Path, out: Path, look: Look = SMALL, **span: float) -> dict[str, Any]:
    """Render and return the report."""
    report = out.with_suffix(".json")
    render_film(FilmRequest(song, out, look, report=report, **span))  # type: ignore[arg-type]  # floats by name
    return dict(json.loads(report.read_text()))


def frames(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


@pytest.mark.slow
def test_the_same_arguments_make_the_same_film(demo_song: Path, tmp_path: Path) -> None:
    first = film(demo_song, tmp_path / "a.mp4", duration_s=1.5)
    second = film(demo_song, tmp_path / "b.mp4", duration_s=1.5)
    assert first["frames_sha256"] == second["frames_sha256"]
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a.json", "a.mp4", "b.json", "b.mp4",
    ]  # fmt: skip


@pytest.mark.slow
def test_the_report_tells_the_truth(demo_track: DemoTrack, demo_song: Path, tmp_path: Path) -> None:
    look = Look(resolution=(64, 36), fps=Fraction(30000, 1001), scale=0.5)
    report = film(demo_song, tmp_path / "a.mp4", look, duration_s=2.0)
    shipped = load_style(styles_folder() / f"{report['style']['name']}.safetensors")
    assert report["frames"] == len(frames(tmp_path / "a.mp4")) == 60
    assert report["fps"] == "30000/1001"
    assert (report["width"], report["height"], report["scale"]) == (64, 36, 0.5)
    assert report["duration_s"] == pytest.approx(60 * 1001 / 30000)
    assert report["style"] == {
        "name": shipped.name,
        "sha256": style_sha256(shipped),
        "parameters": shipped.architecture.parameters,
        "width": shipped.architecture.width,
        "depth": shipped.architecture.depth,
    }
    truth = demo_track.onsets_s
    assert all(min(abs(onset - true) for true in truth) < 0.05 for onset in report["onsets_s"])
    assert len(report["onsets_s"]) >= 5
    assert report["renderer"]
    timing, each = report["timing_s"], report["per_frame_ms"]
    assert set(timing) == {"total", "network", "readback", "encode"}
    assert min(timing.values()) > 0.0
    assert timing["network"] + timing["readback"] + timing["encode"] <= timing["total"]
    assert {name: 1e3 * time_s / 60 for name, time_s in timing.items()}.items() <= each.items()
    total = each.pop("total")
    assert min(each.values()) > 0.0
    assert sum(each.values()) == pytest.approx(total)
    beside = (each["readback"] + each["other"]) / (total - each["hash"])
    assert report["overhead_share"] == pytest.approx(beside)


class Grab:
    """A sink that keeps the pictures of some frames."""

    def __init__(self, wanted: range) -> None:
        self._wanted = wanted
        self.pictures: list[np.ndarray] = []

    def wants(self, frame: Frame) -> bool:
        return frame.tick.index in self._wanted

    def show(self, picture: Picture, frame: Frame) -> None:
        assert frame.tick.index in self._wanted
        self.pictures.append(picture.read_rgb().copy())


@pytest.mark.slow
def test_a_part_has_the_frames_of_the_whole(demo_song: Path, tmp_path: Path) -> None:
    actions = tmp_path / "set.txt"
    actions.write_text("0.5 next\n0.9 seed\n1.3 random\n1.6 dimmer 0.6\n")
    offline = OfflineShow(demo_song, replace(SMALL, actions=actions))
    whole, part = Grab(range(40)), Grab(range(25, 37))
    with offline:
        offline.play(40, (whole,))
        offline.play(37, (part,))
    np.testing.assert_array_equal(whole.pictures[25:37], part.pictures)
    # The film of that part is those frames, and tells of that part's onsets in the song's time.
    report = film(demo_song, tmp_path / "a.mp4", replace(SMALL, actions=actions), **PART)
    digest = hashlib.sha256(b"".join(picture.tobytes() for picture in part.pictures))
    assert report["frames_sha256"] == digest.hexdigest()
    assert report["onsets_s"]
    assert all(1.2 <= onset <= 1.9 for onset in report["onsets_s"])


@pytest.mark.slow
def test_a_still_is_the_films_frame(demo_song: Path, tmp_path: Path) -> None:
    report = film(demo_song, tmp_path / "one.mp4", start_s=0.8, duration_s=0.05)
    render_still(demo_song, tmp_path / "still.png", 0.8, SMALL)
    still = np.asarray(PillowImage.open(tmp_path / "still.png"))
    assert still.shape == (36, 64, 3)
    assert report["frames"] == 1
    assert hashlib.sha256(still.tobytes()).hexdigest() == report["frames_sha256"]


@pytest.mark.slow
def test_sound_moves_the_picture_and_silence_only_drifts(demo_song: Path, tmp_path: Path) -> None:
    def motion(scale: float) -> float:
        look = Look(style="seed:3", resolution=(64, 36), fps=Fraction(20), audio_scale=scale)
        film(demo_song, tmp_path / "m.mp4", look, start_s=4.0, duration_s=2.0)
        pictures = np.array(frames(tmp_path / "m.mp4"), float)
        return float(np.abs(np.diff(pictures, axis=0)).mean())

    moved, drifted = motion(0.10), motion(0.0)
    assert drifted > 0.05
    assert moved > 2.0 * drifted


@pytest.mark.slow
def test_actions_play_in_a_film(demo_song: Path, tmp_path: Path) -> None:
    actions = tmp_path / "set.txt"
    actions.write_text("0.5 blackout 1\n1.0 blackout 0\n")
    look = Look(style="seed:3", resolution=(64, 36), fps=Fraction(20), actions=actions)
    film(demo_song, tmp_path / "a.mp4", look, duration_s=1.5)
    light = [picture.mean() for picture in frames(tmp_path / "a.mp4")]
    assert max(light[10:20]) < 1.0
    assert min(light[:10] + light[20:]) > 5.0


@pytest.mark.parametrize(
    ("look", "end"),
    [
        (SMALL, 1),
        (replace(SMALL, playlist=Span(4.0)), None),
        (replace(SMALL, actions=Path("set.txt")), None),
    ],
    ids=["one", "playlist", "script"],
)
def test_a_film_measures_the_gpu_for_all_that_it_may_show(
    look: Look, end: int | None, demo_song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "set.txt").write_text("0.5 style seed:5\n")
    measured: list[Style] = []
    monkeypatch.setattr(
        "visualizer.app.offline.tunings_for_film",
        lambda _, styles, **__: measured.extend(styles),
    )
    with OfflineShow(demo_song, look) as offline:
        preflight = offline.preflight
    assert measured == list(preflight.styles[:end])
    assert preflight.styles == (
        preflight.style,
        *preflight.library.styles,
        *preflight.named.values(),
    )


def test_an_existing_film_survives_a_failure(demo_song: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    out.write_bytes(b"what was there")
    with pytest.raises(SoundError):
        render_film(FilmRequest(demo_song, out, SMALL, start_s=1e5))
    assert out.read_bytes() == b"what was there"


def wait_for(path: Path, size: int, process: subprocess.Popen[str]) -> None:
    """Until the file has grown to ``size``; the process must still be at it then."""
    for _ in range(600):
        if path.exists() and path.stat().st_size >= size:
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.1)
    raise AssertionError(f"{path} did not grow")


@pytest.fixture(scope="module")
def long_song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten minutes of silence: no machine is through with it before a signal comes."""
    path = tmp_path_factory.mktemp("long") / "long.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 48_000 * 600))
    return path


def command(song: Path, *options: str) -> list[str]:
    look = ("--style", "seed:3", "--resolution", "64x36", "--fps", "60", *options)
    return [sys.executable, str(ROOT / "run_live.py"), str(song), "out.mp4", *look]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sign", "code"),
    [
        (signal.SIGINT, 130),
        (signal.SIGTERM, 128 + signal.SIGTERM),
        (signal.SIGHUP, 128 + signal.SIGHUP),
        (signal.SIGKILL, -signal.SIGKILL),
    ],
)
def test_what_was_made_before_the_end_can_be_played(
    sign: signal.Signals, code: int, long_song: Path, tmp_path: Path
) -> None:
    process = subprocess.Popen(
        command(long_song),
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    partial = tmp_path / "out.partial.mp4"
    wait_for(partial, 1000, process)
    process.send_signal(sign)
    _, err = process.communicate(timeout=60)
    assert process.returncode == code
    if sign is not signal.SIGKILL:
        assert "out.partial.mp4" in err
        assert "Traceback" not in err
    assert len(frames(partial)) >= 30
    assert not (tmp_path / "out.mp4").exists()


@pytest.mark.slow
@pytest.mark.parametrize("told", [True, False], ids=["hangup", "nohup"])
def test_a_terminal_that_closes_keeps_the_film(
    told: bool,  # noqa: FBT001 - a parameter of pytest's
    long_song: Path,
    tmp_path: Path,
) -> None:
    ours, theirs = pty.openpty()

    def take_terminal() -> None:
        os.setsid()
        fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)
        signal.signal(signal.SIGHUP, signal.SIG_DFL if told else signal.SIG_IGN)

    process = subprocess.Popen(
        command(long_song, "--duration", "600" if told else "10"),
        cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        preexec_fn=take_terminal,  # noqa: PLW1509 - it calls the system, and takes no lock
    )  # fmt: skip
    os.close(theirs)
    partial, film = tmp_path / "out.partial.mp4", tmp_path / "out.mp4"
    wait_for(partial, 1000, process)
    os.close(ours)
    assert process.wait(60) == (128 + signal.SIGHUP if told else 0)
    assert film.exists() is not told
    assert len(frames(partial if told else film)) >= 30


@pytest.mark.slow
@pytest.mark.parametrize("streams", ["<&- >&- 2>&-", ">&- 2>&-", ">/dev/full 2>/dev/full"])
def test_streams_that_nobody_can_write_cost_no_film(
    streams: str, long_song: Path, tmp_path: Path
) -> None:
    line = shlex.join(command(long_song, "--duration", "0.5"))
    done = subprocess.run(
        ["bash", "-c", f"{line} {streams}"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert len(frames(tmp_path / "out.mp4")) == 30


@pytest.mark.slow
def test_quit_in_a_script_is_the_end_of_the_film(demo_song: Path, tmp_path: Path) -> None:
    actions = tmp_path / "set.txt"
    actions.write_text("0.2 hue 0.5\n0.52 quit\n3 blackout\n")
    look = replace(SMALL, actions=actions)
    report = film(demo_song, tmp_path / "a.mp4", look)
    # At 20 frames a second the one at .55 s is the first after it, and the last.
    assert report["frames"] == len(frames(tmp_path / "a.mp4")) == 12
    with av.open(str(tmp_path / "a.mp4")) as container:
        stream = container.streams.audio[0]
        assert stream.duration is not None
        assert stream.time_base is not None
        assert float(stream.duration * stream.time_base) == pytest.approx(0.6, abs=1e-4)
    assert film(demo_song, tmp_path / "b.mp4", look, start_s=0.3)["frames"] == 6
    assert film(demo_song, tmp_path / "c.mp4", look, duration_s=0.3)["frames"] == 6
    for late in (
        lambda: film(demo_song, tmp_path / "d.mp4", look, start_s=0.6),
        lambda: render_still(demo_song, tmp_path / "d.png", 0.6, look),
    ):
        with pytest.raises(ChladniError, match=r"0\.6 lies behind the 'quit'.* at 0\.55 s"):
            late()


def test_a_film_of_a_tenth_of_a_second(demo_song: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.mp4"
    line = [str(demo_song), str(out), "--resolution", "32x32", "--duration", "0.1", "--fps", "30"]
    assert run_live(line) == 0
    assert len(frames(out)) == 3
