from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import HandClock
from trainer.cli.status import StatusFile
from trainer.config import TrainConfig
from trainer.training.cppn import CPPN
from trainer.training.optimize import Progress
from visualizer.errors import ChladniError
from visualizer.style.style import Architecture

CONFIG = TrainConfig(iterations=10, resolutions=(16,), finish=4)
NETWORK = CPPN.fresh(Architecture(8, 2, "tanh", 0, 0), seed=0)


def written(path: Path, steps: list[tuple[int, int]], each_s: float) -> list[dict[str, Any]]:
    """The lines after (step, racing) of iterations that take ``each_s``."""
    clock = HandClock()
    with StatusFile(path, CONFIG, clock) as status:
        for step, racing in steps:
            clock.sleep(each_s)
            status.see(Progress(16, 1, 10, step, CONFIG.total, 0.25, {}, NETWORK, racing))
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_line_a_second_and_one_for_each_stage(tmp_path: Path) -> None:
    steps = [(1, 2), (1, 2), *((step, 1) for step in range(2, 15))]
    lines = written(tmp_path / "status", steps, 0.4)
    stages = [line["stage"] for line in lines]
    assert stages == ["race", *["training"] * 3, *["finish"] * 2]
    assert [line["step"] for line in lines] == [1, 2, 5, 8, 11, 14]
    assert {line["total"] for line in lines} == {14}


def test_time_left_is_what_the_last_iterations_took_and_unknown_in_a_race(tmp_path: Path) -> None:
    race, *rest = written(tmp_path / "status", [(1, 2), (2, 1), (3, 1)], 2.0)
    assert race == {
        "stage": "race", "racing": 2, "step": 1, "total": 14, "similarity": 0.25,
        "seconds_left": None,
    }  # fmt: skip
    assert [line["seconds_left"] for line in rest] == [24.0, 22.0]


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with (
        pytest.raises(ChladniError, match="cannot be written"),
        StatusFile(tmp_path / "nowhere" / "status", CONFIG),
    ):
        pass


def test_a_full_disk_ends_the_lines_and_not_the_training(caplog: pytest.LogCaptureFixture) -> None:
    clock = HandClock()
    with StatusFile(Path("/dev/full"), CONFIG, clock) as status:
        for step in range(3):
            clock.sleep(2.0)
            status.see(Progress(16, 1, 10, step, CONFIG.total, 0.25, {}, NETWORK, 1))
    assert caplog.text.count("is given up") == 1
