"""Shows in a window that are recorded, killed, and played again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.pulse import SINK, SoundServer
from tests.running import LIMIT_S, ROOT, show, without_platform
from visualizer.cli import main

pytestmark = pytest.mark.slow


def test_a_killed_show_is_the_same_again(
    display: str,
    server: SoundServer,
    demo_song: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    nights, dropped = tmp_path / "nights", tmp_path / "dropped.safetensors"
    dropped.write_bytes((ROOT / "styles" / "kiln.safetensors").read_bytes())
    actions = tmp_path / "set.txt"
    actions.write_text(f"1 drop {dropped}\n2 zoom 2\n3 device\n")
    options = "--scale", "0.5", "--record-to", str(nights), "--record-hashes"
    device = "--audio-device", f"{SINK}.monitor"
    with (
        server.run("paplay", f"--device={SINK}", str(demo_song)) as playing,
        show(display, tmp_path, *device, *options, "--actions", str(actions)) as running,
    ):
        running.wait(lambda line: line["style"] == "dropped")
        # From its beginning, and once more from its middle.
        running.press_until("ctrl+r", lambda _: ends(nights) >= 1)
        running.press_until("ctrl+r", lambda _: len(list(nights.iterdir())) >= 2)
        began = running.lines()[-1]["frames"]
        running.wait(lambda line: line["frames"] > began + 40)
        running.process.kill()
        running.process.wait()
        playing.kill()
    for night in nights.iterdir():
        assert main(["replay", str(night), "--ticks", "recorded", "--verify"]) == 0, night
        scenes, frames = capsys.readouterr().out.splitlines()
        count = int(scenes.split()[0])
        assert count > 0
        assert scenes == f"{count} of {count} scenes equal"
        assert frames.endswith("frames equal")
    first = min(nights.iterdir(), key=lambda path: len(path.name))
    assert (first / "styles" / "dropped.safetensors").exists()


def ends(nights: Path) -> int:
    """How many nights were ended."""
    texts = [(night / "night.jsonl").read_text() for night in nights.iterdir()]
    return sum('{"end":' in text for text in texts)


def test_a_night_is_played_in_a_window(display: str, demo_song: Path, tmp_path: Path) -> None:
    nights = tmp_path / "nights"
    recorded = "--for", "3", "--record-to", str(nights), "--scale", "0.5"
    with show(display, tmp_path, str(demo_song), *recorded) as running:
        assert running.process.wait(LIMIT_S) == 0
    (night,) = nights.iterdir()
    line = ["replay", str(night), "--resolution", "96x54", "--scale", "0.5"]
    command = [sys.executable, str(ROOT / "run_live.py"), *line]
    done = subprocess.run(
        command, env=without_platform() | {"DISPLAY": display}, timeout=3 * LIMIT_S, check=False
    )
    assert done.returncode == 0


def test_what_cannot_be_recorded_is_said_before_the_show(
    display: str, tmp_path: Path, demo_song: Path
) -> None:
    (tmp_path / "file").touch()
    with show(display, tmp_path, str(demo_song), "--record-to", str(tmp_path / "file")) as running:
        assert running.process.wait(LIMIT_S) == 1
    assert "nothing can be recorded in" in running.log()[-1]
