from __future__ import annotations

import json
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from visualizer.cli import main, run_live
from visualizer.config.request import LiveRequest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.wav"
    samples = 0.3 * np.sin(2 * np.pi * 375 * np.arange(48_000) / 48_000)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        ["--no-such-option"],
        ["a", "b.mp4", "c"],
        ["--fps", "0"],
        ["--fps", "nan"],
        ["--fps", "30/0"],
        ["--fps", "1e3"],
        ["--resolution", "1080"],
        ["--resolution", "0x10"],
        ["--resolution", "99999x2"],
        ["--audio-scale", "nan"],
        ["--audio-scale", "-0.1"],
        ["--audio-scale", "inf"],
        ["--scale", "0"],
        ["--scale", "2"],
        ["--channels", "0"],
        ["--channels", "1,,2"],
        ["--onset", "source_switch"],
        ["--style", "seed:x"],
        ["--style", "seed:-1"],
        ["--for", "0"],
        ["--monitor", "-1"],
        ["--monitor", "1,1"],
        ["--clone", "left"],
        ["--audio-device", " "],
        ["song.wav", "out.mp4", "--crf", "52"],
        ["song.wav", "out.mp4", "--encoder", "nobody"],
        ["song.wav", "out.mp4", "--encoder", " "],
        ["song.wav", "--encoder", "libx264"],
        ["song.wav", "out.mp4", "--start", "-1"],
        ["song.wav", "out.mp4", "--start", "1:75"],
        ["song.wav", "out.mp4", "--duration", "0"],
        ["song.wav", "out.mp4", "--duration", "nan"],
        ["song.wav", "out.avi"],
        ["song.wav", "out.mp4", "--resolution", "101x50"],
        ["song.wav", "out.mp4", "--at", "1"],
        ["song.wav", "out.mp4", "--still", "a.png"],
        ["song.wav", "--input", "other.wav"],
        ["song.wav", "--list-devices"],
        ["--list-devices", "--list-styles"],
        ["--still", "a.png"],
        ["--features", "a.jsonl"],
        ["--crf", "20"],
        ["--json"],
        ["song.wav", "--still", "a.png", "--fullscreen"],
        ["song.wav", "--features", "a.jsonl", "--style", "x"],
    ],
)
def test_what_the_line_alone_shows_to_be_wrong_exits_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_live(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1


def test_odd_sizes_name_the_nearest_even_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_live(["song.wav", "out.mp4", "--resolution", "101x50"]) == 2
    assert "100x50" in capsys.readouterr().err or "102x50" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["none.wav", "OUT.mp4"], "none.wav"),
        (["none.wav", "--still", "OUT.png"], "none.wav"),
        (["none.wav", "--features", "OUT.jsonl"], "none.wav"),
        (["SONG", "OUT.mp4", "--style", "nobody"], "there is no style 'nobody'"),
        (["SONG", "OUT.mp4", "--style", "old.pth"], "there is no style file old.pth"),
        (["SONG", "OUT.mp4", "--styles", "nowhere"], "there is no styles folder"),
        (["SONG", "OUT.mp4", "--start", "5"], "behind the end"),
        (["SONG", "--still", "OUT.png", "--at", "5"], "behind the end"),
        (["SONG", "nowhere/out.mp4"], "nowhere"),
        (["SONG", "OUT.mp4", "--actions", "none.txt"], "cannot read the actions file"),
        (["SONG", "OUT.mp4", "--report", "nowhere/r.json"], "nowhere"),
        (["--list-styles", "--styles", "nowhere"], "there is no styles folder"),
    ],
)
def test_what_needs_a_look_exits_1_and_leaves_nothing(
    arguments: list[str],
    says: str,
    song: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    line = [str(song) if word == "SONG" else word for word in arguments]
    assert run_live(line) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert says in err
    assert list(tmp_path.iterdir()) == [song]


def test_a_refusal_makes_no_gl_context(song: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from visualizer.cli import run_live;"
        f"code = run_live([{str(song)!r}, {str(tmp_path / 'o.mp4')!r}, '--style', 'nobody']);"
        "assert code == 1; assert 'OpenGL' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True)


def test_debug_shows_where(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_live(["none.wav", "--features", "o.jsonl", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_live(["--version"]) == 0
    assert capsys.readouterr().out.startswith("chladni 0.")
    assert run_live(["--help"]) == 0
    text = capsys.readouterr().out
    assert "run_live.py song.mp3 song.mp4" in text
    assert "Backspace" in text
    assert main([]) == 0
    verbs = capsys.readouterr().out
    for verb in ("live", "render", "still", "features", "devices", "styles", "demo-track", "train"):
        assert verb in verbs


def test_styles_as_json_stand_alone_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_live(["--list-styles", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) >= 8
    assert all(row["name"] for row in rows)
    assert [row["slot"] for row in rows] == list(range(1, len(rows) + 1))
    assert main(["styles", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == rows


def test_features_line_by_line(song: Path, tmp_path: Path) -> None:
    out = tmp_path / "song.jsonl"
    assert run_live([str(song), "--features", str(out)]) == 0
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["hop"] for row in rows] == list(range(-(-48_000 // 256)))
    assert rows[0]["time_s"] == pytest.approx(256 / 48_000)
    assert set(rows[0]) == {
        "hop", "time_s", "level_db", "bands", "centroid_hz", "flux", "onset", "strength", "bpm",
        "beat_phase",
    }  # fmt: skip
    assert len(rows[0]["bands"]) == 8
    assert rows[90]["level_db"] == pytest.approx(20 * np.log10(0.3 / np.sqrt(2)), abs=0.3)
    again = tmp_path / "again.jsonl"
    assert main(["features", str(song), str(again)]) == 0
    assert again.read_bytes() == out.read_bytes()


def test_run_live_belongs_to_its_own_checkout(tmp_path: Path) -> None:
    # A package of the same name in the working folder must not be picked up.
    (tmp_path / "visualizer").mkdir()
    (tmp_path / "visualizer" / "__init__.py").write_text("raise SystemExit('the wrong one')")
    done = subprocess.run(
        [sys.executable, str(ROOT / "run_live.py"), "--version"],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    assert done.stdout.startswith("chladni ")


@pytest.mark.parametrize("out", [[], ["film.mp4"]])
def test_a_song_that_looks_like_an_option_is_told_how_to_be_given(
    out: list[str], song: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(song.parent)
    song.rename(song.with_name("-dash.wav"))
    assert run_live(["-dash.wav", *out]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: No such option")
    assert "give ./-dash.wav, or -- before it" in error
    assert error.count("\n") == 1
    for line in (["./-dash.wav"], ["--", "-dash.wav"]):
        assert run_live(["--features", "heard.jsonl", *line]) == 0


def test_a_wrong_option_is_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_live(["--ful-screen"]) == 2
    assert "./" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ((), None),
        (("--remote",), ("127.0.0.1", 8765)),
        (("--remote-port", "9999"), ("127.0.0.1", 9999)),
        (("--remote-host", "192.168.1.20"), ("192.168.1.20", 8765)),
    ],
)
def test_any_option_of_the_remote_asks_for_it(
    line: tuple[str, ...], expected: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[LiveRequest] = []
    monkeypatch.setattr("visualizer.app.live.live.play", asked.append)
    assert run_live(list(line)) == 0
    assert asked[0].remote == expected
