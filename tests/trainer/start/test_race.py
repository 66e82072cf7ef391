from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import torch

from tests.tiny_clip import make_tiny_clip
from trainer.clip.guide import Guide, load_guide
from trainer.clip.judges import Judge
from trainer.clip.targets import make_target
from trainer.config import LookGoals, TrainConfig
from trainer.request import TrainRequest
from trainer.start.opening import open_run, reopen_run
from trainer.start.race import Entrant, Race
from trainer.training.checkpoint import Checkpoint, Notes, save_checkpoint
from trainer.training.optimize import Training
from trainer.training.states import BundledStates
from visualizer.style.style import Architecture

CONFIG = TrainConfig(
    Architecture(8, 2, "tanh", feature_waves=4, warp_waves=2),
    resolutions=(16,),
    iterations=80,
    crops=2,
    look=LookGoals(),
    candidates=4,
    mirror=None,
    auto_motion=True,
)
REQUEST = TrainRequest("storm clouds", Path("clouds.safetensors"), CONFIG)


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Guide:
    return load_guide(make_tiny_clip(tmp_path_factory.mktemp("tiny")), None)


@pytest.fixture(scope="module")
def judge(guide: Guide) -> Judge:
    return Judge(guide, make_target("storm clouds", guide, None))


@pytest.mark.slow
def test_the_weaker_half_drops_out_round_by_round(judge: Judge) -> None:
    config = replace(CONFIG, motion=replace(CONFIG.motion))
    entrants = [Entrant(None, Training(replace(config, seed=seed))) for seed in range(3)]
    race = Race(entrants, rung=4)
    seen = [p.racing for p in race.run(judge.guide, judge.target, BundledStates())]
    assert seen == [3] * 12 + [2] * 8
    assert not race.racing
    assert [row["iterations"] for row in race.lost] == [4, 8]
    assert race.winner.training.step == 8
    best = sum(race.winner.centred[2:4]) / 2
    assert best > race.lost[0]["centred"]


@pytest.mark.slow
def test_a_race_broken_in_the_middle_goes_on_bit_by_bit(judge: Judge, tmp_path: Path) -> None:
    guide, target, states = judge.guide, judge.target, BundledStates()
    unbroken = open_run(REQUEST, judge)
    assert unbroken.raced == 2
    list(unbroken.race.run(guide, target, states))
    begun = open_run(REQUEST, judge)
    list(islice(begun.race.run(guide, target, states), 15))
    path = tmp_path / "run.checkpoint"
    notes = Notes(
        {}, [], 0.0,
        field=[candidate.describe() for candidate in begun.field],
        entrants=[entrant.describe() for entrant in begun.race.entrants],
        lost=begun.race.lost,
    )  # fmt: skip
    save_checkpoint(path, [entrant.training for entrant in begun.race.entrants], notes)
    resumed = reopen_run(REQUEST, Checkpoint(path, {}), guide.device)
    assert list(resumed.field) == list(unbroken.field)
    list(resumed.race.run(guide, target, states))
    first, second = unbroken.race.winner, resumed.race.winner
    assert first.candidate == second.candidate
    assert unbroken.race.lost == resumed.race.lost
    for a, b in zip(
        first.training.network.parameters(), second.training.network.parameters(), strict=True
    ):
        assert torch.equal(a, b)


def test_each_entrant_has_its_own_motion_and_symmetry(judge: Judge) -> None:
    opening = open_run(REQUEST, judge)
    for entrant in opening.race.entrants:
        candidate = entrant.candidate
        assert candidate is not None
        assert entrant.training.config.motion.kind == candidate.motion
        assert entrant.training.network.view.mirror == candidate.mirror
        trained = entrant.training.network.features["phase"].requires_grad
        assert trained == (candidate.motion == "travel")
        assert not entrant.training.warm
