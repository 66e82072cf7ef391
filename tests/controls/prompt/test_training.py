"""The trainer's process: with the tiny CLIP, killed, and refused."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tiny_clip import make_tiny_clip
from visualizer.controls.prompt.training import Sight, Standing, Training, read_standing
from visualizer.style.procedural.seeds import seed_style
from visualizer.style.style_file import load_style, save_style

LIMIT_S = 240.0
LINE = {
    "stage": "training", "racing": 1, "step": 3, "total": 9, "similarity": 0.2,
    "seconds_left": 5.0,
}  # fmt: skip


def see(training: Training, *, ended: bool) -> Sight:
    """Look until there was a checkpoint, or until it has ended; all that was seen of it."""
    seen, limit_s = Sight(), time.monotonic() + LIMIT_S
    while time.monotonic() < limit_s:
        now = training.look()
        seen = replace(now, checkpoint=now.checkpoint or seen.checkpoint)
        if seen.has_ended or (seen.checkpoint is not None and not ended):
            return seen
        time.sleep(0.05)
    raise AssertionError(f"waited in vain; last: {seen}")


def test_the_last_whole_line_counts(tmp_path: Path) -> None:
    path = tmp_path / "status.jsonl"
    assert read_standing(path) is None
    path.write_text(json.dumps({**LINE, "stage": "race", "step": 2}) + "\n")
    found = read_standing(path)
    assert found is not None
    assert not found.has_winner
    path.write_text(path.read_text() + json.dumps(LINE) + "\n" + '{"stage": "fin')
    assert read_standing(path) == Standing("training", 1, 3, 9, 0.2, 5.0)


@pytest.mark.parametrize("content", ["\n", "[1]\n", "no json\n", '{"stage": "race"}\n', "\xff\n"])
def test_whatever_stands_in_the_file_is_no_harm(tmp_path: Path, content: str) -> None:
    path = tmp_path / "status.jsonl"
    path.write_text(content, encoding="latin-1")
    assert read_standing(path) is None


@pytest.mark.slow
def test_a_run_shows_checkpoints_and_keeps_its_style_beside_one_of_that_name(
    tmp_path: Path,
) -> None:
    other = replace(seed_style(3), name="storm-clouds")
    save_style(other, tmp_path / "storm-clouds.safetensors")
    tiny = make_tiny_clip(tmp_path / "tiny")
    options = [
        "--clip-model", tiny, "--hidden-dim", "8", "--depth", "2", "--resolutions", "16",
        "--iterations", "20", "--finish", "2", "--candidates", "4", "--device", "cpu",
    ]  # fmt: skip
    training = Training("storm clouds", options, tmp_path, ["storm-clouds-2"])
    training.start()
    seen = see(training, ended=True)
    assert seen.problem == ""
    assert seen.standing is not None
    assert seen.standing.has_winner
    assert seen.checkpoint is not None
    assert seen.checkpoint.name == "storm-clouds-3"
    assert seen.checkpoint.prompt == "storm clouds"
    path = training.finish(seen.checkpoint)
    assert path == tmp_path / "storm-clouds-3.safetensors"
    assert load_style(path).prompt == "storm clouds"
    assert {each.name for each in tmp_path.glob("storm-clouds-3*")} == {
        "storm-clouds-3.safetensors", "storm-clouds-3.png", "storm-clouds-3.json",
    }  # fmt: skip
    assert load_style(tmp_path / "storm-clouds.safetensors").seed == other.seed


@pytest.mark.slow
def test_a_trainer_that_is_killed_says_so_and_its_last_checkpoint_stays(tmp_path: Path) -> None:
    tiny = make_tiny_clip(tmp_path / "tiny")
    options = ["--clip-model", tiny, "--start", "blank", "--iterations", "100000"]
    training = Training("a rose", options, tmp_path, [])
    training.start()
    seen = see(training, ended=False)
    process = training._process
    assert process is not None
    if hasattr(os, "getpriority"):
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == 19
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert "killed the trainer (signal 9)" in training.look().problem
    path = training.finish(seen.checkpoint)
    assert path == tmp_path / "a-rose.safetensors"
    assert [each.name for each in tmp_path.glob("a-rose*")] == ["a-rose.safetensors"]


@pytest.mark.slow
def test_a_trainer_whose_show_is_gone_ends_by_itself(tmp_path: Path) -> None:
    tiny = make_tiny_clip(tmp_path / "tiny")
    options = ["--clip-model", tiny, "--start", "blank", "--iterations", "100000"]
    training = Training("a rose", options, tmp_path, [])
    training.start()
    process = training._process
    assert process is not None
    assert process.stdin is not None
    see(training, ended=False)
    process.stdin.close()
    assert process.wait(LIMIT_S) == 1
    assert training.finish(None) is None


@pytest.mark.slow
def test_what_the_trainer_refuses_is_its_own_sentence(tmp_path: Path) -> None:
    training = Training("--a rose", ["--clip-model", "local-dir:nowhere"], tmp_path, [])
    training.start()
    assert see(training, ended=True).problem.startswith("nowhere holds no CLIP")
    assert training.finish(None) is None
    assert list(tmp_path.iterdir()) == []
