"""A short show on a private screen, listening to a private sound server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import pytest

from tests.pulse import SINK, SoundServer, required_sound_server
from tests.screen import required_screen
from visualizer import live
from visualizer.audio.demo_track import compose
from visualizer.cli import run_live
from visualizer.request import LiveRequest, Look

ROOT = Path(__file__).parent.parent
LIMIT_S = 60.0


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("song") / "demo.wav"
    compose().write(path)
    return path


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with required_screen() as name:
        yield name


@pytest.fixture(scope="module")
def server() -> Iterator[SoundServer]:
    with required_sound_server() as running:
        yield running


class Show:
    """A running ``run_live.py``, seen from outside."""

    def __init__(self, process: subprocess.Popen[str], status: Path, display: str) -> None:
        self.process = process
        self._status = status
        self._display = display

    def lines(self) -> list[dict[str, Any]]:
        text = self._status.read_text() if self._status.exists() else ""
        return [json.loads(line) for line in text.splitlines(keepends=True) if line[-1] == "\n"]

    def wait(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Until a new status line fulfils the condition."""
        seen = len(self.lines())
        limit_s = time.monotonic() + LIMIT_S
        while time.monotonic() < limit_s:
            for line in self.lines()[seen:]:
                if condition(line):
                    return line
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.1)
        raise AssertionError(f"waited in vain; last: {self.lines()[-1:]}")

    def window(self) -> str:
        """X's number of the show's window."""
        return self._xdotool("search", "--sync", "--name", "Chladni").split()[0]

    def press(self, *keys: str) -> None:
        window = self.window()
        self._xdotool("windowfocus", "--sync", window)
        for key in keys:
            self._xdotool("key", "--window", window, key)

    def capture_pids(self) -> list[int]:
        """Processes that the show started to listen."""
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        pids = [int(pid) for task in children for pid in task.read_text().split()]
        return [pid for pid in pids if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def _xdotool(self, *words: str) -> str:
        environment = os.environ | {"DISPLAY": self._display}
        return subprocess.run(
            ["xdotool", *words], env=environment, capture_output=True, text=True, check=True,
            timeout=30,
        ).stdout  # fmt: skip


@contextmanager
def show(
    display: str, folder: Path, *arguments: str, errors: int | IO[str] = subprocess.PIPE
) -> Iterator[Show]:
    status = folder / "status.jsonl"
    line = ["--resolution", "96x54", "--fps", "20", "--status", str(status), *arguments]
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "run_live.py"), *line],
        env=os.environ | {"DISPLAY": display, "XDG_PICTURES_DIR": str(folder)},
        stdout=subprocess.PIPE, stderr=errors, text=True, cwd=folder,
    )  # fmt: skip
    try:
        yield Show(process, status, display)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_a_show_hears_switches_survives_and_ends(
    display: str, server: SoundServer, song: Path, tmp_path: Path
) -> None:
    with show(display, tmp_path, "--audio-device", f"{SINK}.monitor") as running:
        first = running.wait(lambda line: line["audio_state"] == "running")
        assert first["device"] == f"{SINK}.monitor"

        with server.run("paplay", f"--device={SINK}", str(song)) as playing:
            heard = running.wait(lambda line: line["onsets"] >= 5 and line["level_db"] > -40.0)
            assert 0.0 < heard["wait_p50_ms"] < heard["sound_to_picture_p50_ms"]
            assert heard["sound_to_picture_p50_ms"] <= heard["sound_to_picture_p99_ms"]

            running.press("n")
            switched = running.wait(lambda line: line["style"] != first["style"])
            running.press("BackSpace")
            running.wait(lambda line: line["style"] == first["style"])
            assert switched["style"]

            (pid,) = running.capture_pids()
            os.kill(pid, signal.SIGKILL)
            running.wait(lambda line: line["audio_state"] != "running")
            back = running.wait(lambda line: line["audio_state"] == "running")
            assert back["device"] == f"{SINK}.monitor"
            assert running.capture_pids() != [pid]
            playing.kill()

        running.press("Escape", "ctrl+q")
        assert running.process.wait(LIMIT_S) == 0
        frames = [line["frames"] for line in running.lines()]
        assert all(later > sooner for sooner, later in pairwise(frames))


def test_without_an_input_the_demo_track_plays(display: str, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # A computer with neither sound card nor sound server.
        patch.delenv("ALSA_CONFIG_PATH", raising=False)
        patch.setenv("PULSE_SERVER", "unix:/nowhere")
        with show(display, tmp_path, "--for", "6") as running:
            line = running.wait(lambda line: line["audio_state"] == "file" and line["onsets"] > 0)
            assert line["sound_to_picture_p50_ms"] is None
            _, err = running.process.communicate(timeout=LIMIT_S)
            assert running.process.returncode == 0
            assert "no audio input was found: playing the built-in demo track" in err


def test_without_a_display_the_demo_becomes_a_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(live, "DEMO_LOOK", Look(resolution=(32, 18), scale=0.5))
    with caplog.at_level("INFO"):
        live.play(LiveRequest())
    assert (tmp_path / "demo.mp4").stat().st_size > 1000
    assert "no display: rendering the built-in demo track to demo.mp4" in caplog.text


def test_without_a_display_a_wish_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    assert run_live(["--fullscreen"]) == 1
    assert "there is no display" in capsys.readouterr().err


def test_no_arguments_are_no_wish(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[LiveRequest] = []
    monkeypatch.setattr(live, "play", asked.append)
    assert run_live([]) == 0
    assert asked == [LiveRequest()]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--style", "nobody"], "there is no style 'nobody'"),
        (["--audio-device", "no such thing"], "no audio device"),
        (["none.wav"], "none.wav does not exist"),
    ],
)
def test_what_is_not_there_is_said_before_any_window(
    arguments: list[str],
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    assert run_live(arguments) == 1
    assert says in capsys.readouterr().err
