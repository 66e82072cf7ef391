"""A short show on a private screen, listening to a private sound server."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tests.pulse import SINK, SoundServer
from tests.running import LIMIT_S, show
from visualizer.app.live import live
from visualizer.cli import run_live
from visualizer.config.request import LiveRequest, Look


@pytest.mark.slow
def test_a_show_hears_switches_and_ends(
    display: str, server: SoundServer, demo_song: Path, tmp_path: Path
) -> None:
    with show(display, tmp_path, "--audio-device", f"{SINK}.monitor") as running:
        first = running.wait(lambda line: line["audio_state"] == "running")
        assert first["device"] == f"{SINK}.monitor"

        with server.run("paplay", f"--device={SINK}", str(demo_song)) as playing:
            heard = running.wait(lambda line: line["onsets"] >= 5 and line["level_db"] > -40.0)
            assert 0.0 < heard["wait_p50_ms"] < heard["sound_to_picture_p50_ms"]
            assert heard["sound_to_picture_p50_ms"] <= heard["sound_to_picture_p99_ms"]

            switched = running.press_until("n", lambda line: line["style"] != first["style"])
            running.press("BackSpace")
            running.wait(lambda line: line["style"] == first["style"])
            assert switched["style"]

            playing.kill()

        running.press("Escape", "ctrl+q")
        assert running.process.wait(LIMIT_S) == 0
        frames = [line["frames"] for line in running.lines()]
        assert all(deferred > sooner for sooner, deferred in pairwise(frames))


@pytest.mark.slow
def test_without_an_input_the_demo_track_plays(display: str, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # A computer with neither sound card nor sound server.
        patch.delenv("ALSA_CONFIG_PATH", raising=False)
        patch.setenv("PULSE_SERVER", "unix:/nowhere")
        with show(display, tmp_path, "--for", "3") as running:
            line = running.wait(lambda line: line["audio_state"] == "file" and line["onsets"] > 0)
            assert line["sound_to_picture_p50_ms"] is None
            assert running.process.wait(LIMIT_S) == 0
            assert "no audio input was found: playing the built-in demo track" in running.log()


@pytest.mark.slow
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
