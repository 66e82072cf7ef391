from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.tiny_clip import make_tiny_clip
from trainer.clip.guide import Guide, load_guide
from trainer.clip.targets import Target, make_target
from trainer.config import LookGoals, TrainConfig, motion_of
from trainer.runs.preview import save_preview
from trainer.training.checkpoint import Checkpoint, Notes, save_checkpoint
from trainer.training.cppn import CPPN
from trainer.training.optimize import Progress, Training, learning_rate, optimize, ramp
from visualizer.errors import ChladniError
from visualizer.style.style import Architecture

SMALL = TrainConfig(
    architecture=Architecture(8, 2, "tanh", feature_waves=4, warp_waves=2),
    resolutions=(16, 32),
    iterations=4,
    crops=2,
    seed=7,
)


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Guide:
    return load_guide(make_tiny_clip(tmp_path_factory.mktemp("tiny")), None)


@pytest.fixture(scope="module")
def target(guide: Guide) -> Target:
    return make_target("storm clouds", guide, None)


def weights(network: CPPN) -> dict[str, Tensor]:
    return {name: p.detach().clone() for name, p in network.named_parameters()}


def same(first: dict[str, Tensor], second: dict[str, Tensor]) -> bool:
    return all(torch.equal(first[name], second[name]) for name in first)


def test_a_warm_start_keeps_its_movement_from_the_first_step(guide: Guide, target: Target) -> None:
    # A loss of motion terms alone: without the ramp they change the weights at once.
    aimless = replace(target, direction=torch.zeros_like(target.direction))
    still = replace(SMALL, motion=replace(SMALL.motion, weight_flicker=0.0))
    fresh = CPPN.fresh(SMALL.architecture, seed=SMALL.seed)
    first = weights(fresh)
    next(optimize(Training(still, start=fresh, warm=True), guide, aimless))
    assert not same(first, weights(fresh))
    cold = Training(still)
    next(optimize(cold, guide, aimless))
    assert same(first, weights(cold.network))


def test_progress_counts_every_resolution(guide: Guide, target: Target) -> None:
    seen = list(optimize(Training(SMALL), guide, target))
    assert [(p.resolution, p.iteration) for p in seen] == [
        (side, i) for side in (16, 32) for i in (1, 2, 3, 4)
    ]
    assert [p.step for p in seen] == list(range(1, 9))
    assert all(p.iterations == 4 and p.total == 8 for p in seen)
    assert all(-1.0 <= p.similarity <= 1.0 for p in seen)
    names = {"centred", "small", "large", "contrast", "fading", "flicker"}
    assert all(set(p.parts) == names for p in seen)
    assert all(math.isfinite(v) for p in seen for v in p.parts.values())


@pytest.mark.slow
def test_training_nears_the_target(guide: Guide, target: Target) -> None:
    config = replace(SMALL, resolutions=(32,), iterations=40)
    seen = [p.parts["centred"] for p in optimize(Training(config), guide, target)]
    assert sum(seen[-8:]) / 8 > sum(seen[:8]) / 8 + 0.02


@pytest.mark.slow
def test_the_same_seed_gives_the_same_weights(guide: Guide, target: Target) -> None:
    first, second = (list(optimize(Training(SMALL), guide, target))[-1].network for _ in range(2))
    other = list(optimize(Training(replace(SMALL, seed=8)), guide, target))[-1].network
    assert same(weights(first), weights(second))
    assert not same(weights(first), weights(other))


@pytest.fixture(scope="module")
def unbroken(guide: Guide, target: Target) -> Training:
    """A whole run."""
    training = Training(SMALL)
    list(optimize(training, guide, target))
    return training


@pytest.mark.parametrize("broken_at", [1, 3, 4, 6])
def test_a_resumed_run_is_the_unbroken_one(
    guide: Guide, target: Target, unbroken: Training, tmp_path: Path, broken_at: int
) -> None:
    path = tmp_path / "run.checkpoint"
    begun = Training(SMALL)
    for progress in optimize(begun, guide, target):
        if progress.step == broken_at:
            save_checkpoint(path, [begun], Notes({"seed": 7}, [{"step": broken_at}], 1.5))
            break
    resumed = Training(SMALL)
    checkpoint = Checkpoint(path, {"seed": 7})
    checkpoint.load([resumed])
    notes = checkpoint.notes
    assert (notes.history, notes.seconds) == ([{"step": broken_at}], 1.5)
    rest = list(optimize(resumed, guide, target))
    assert len(rest) == 8 - broken_at
    assert same(weights(resumed.network), weights(unbroken.network))
    assert same(resumed.best, unbroken.best)
    assert torch.equal(resumed.generator.get_state(), unbroken.generator.get_state())
    assert resumed.smoothed == unbroken.smoothed


@pytest.mark.slow
def test_previews_and_torchs_own_generator_change_nothing(
    guide: Guide, target: Target, unbroken: Training, tmp_path: Path
) -> None:
    def disturb(progress: Progress) -> CPPN:
        torch.rand(progress.step)
        save_preview(progress.network, tmp_path / "preview.png")
        return progress.network

    disturbed = [disturb(progress) for progress in optimize(Training(SMALL), guide, target)][-1]
    assert same(weights(unbroken.network), weights(disturbed))


def test_another_run_is_not_resumed(tmp_path: Path) -> None:
    path = tmp_path / "run.checkpoint"
    save_checkpoint(path, [Training(SMALL)], Notes({"seed": 7, "prompt": "lava"}, [], 0.0))
    with pytest.raises(ChladniError, match="prompt lava, this command clouds"):
        Checkpoint(path, {"seed": 7, "prompt": "clouds"})


@pytest.mark.parametrize("content", [None, b"", b"\x80\x02junk", b"junk" * 1000])
def test_what_is_no_checkpoint_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "run.checkpoint"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ChladniError, match="begin"):
        Checkpoint(path, {})


def test_a_checkpoint_of_other_sizes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.checkpoint"
    save_checkpoint(path, [Training(SMALL)], Notes({}, [], 0.0))
    wide = replace(SMALL, architecture=Architecture(12, 2, "tanh", 4, 2))
    with pytest.raises(ChladniError, match="damaged"):
        Checkpoint(path, {}).load([Training(wide)])


def test_the_best_is_kept_by_its_smoothed_objective() -> None:
    training = Training(SMALL)
    training.note(0.0)
    with torch.no_grad():
        training.network.layers[0]["bias"].fill_(1.0)  # type: ignore[index] # a ParameterDict
    training.note(1.0)
    kept = {name: tensor.clone() for name, tensor in training.best.items()}
    with torch.no_grad():
        training.network.layers[0]["bias"].fill_(2.0)  # type: ignore[index] # a ParameterDict
    training.note(-5.0)
    assert training.smoothed == pytest.approx(0.9 * 0.1 - 0.5)
    assert torch.equal(kept["layers.0.bias"], torch.ones(8))
    assert same(weights(training.best_network()), kept)


def test_warp_alone_leaves_the_phases_at_rest(guide: Guide, target: Target) -> None:
    config = replace(SMALL, motion=motion_of("warp"))
    network = list(optimize(Training(config), guide, target))[-1].network
    assert not network.features["phase"].any()
    assert network.warp["phase"].any()


def test_training_goes_on_from_a_network(guide: Guide, target: Target) -> None:
    start = CPPN.fresh(SMALL.architecture, seed=3)
    before = weights(start)
    config = replace(SMALL, learning_rate=1e-9, iterations=1, resolutions=(16,))
    training = Training(config, start=start)
    list(optimize(training, guide, target))
    for name, tensor in weights(training.network).items():
        torch.testing.assert_close(tensor, before[name], atol=1e-6, rtol=0)


def test_the_frequencies_of_the_features_stay(guide: Guide, target: Target) -> None:
    training = Training(SMALL)
    before = training.network.features["frequency"].clone()
    list(optimize(training, guide, target))
    assert torch.equal(training.network.features["frequency"], before)


def test_the_rate_rises_and_falls() -> None:
    config = replace(SMALL, resolutions=(16,), iterations=100, learning_rate=0.02)
    rates = [learning_rate(config, step) for step in range(100)]
    assert rates[0] == pytest.approx(0.02 / 25)
    assert max(rates) == rates[10] == pytest.approx(0.02)
    assert rates[-1] < 1e-5
    assert rates[:11] == sorted(rates[:11])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    constant = replace(config, constant_rate=True)
    assert {learning_rate(constant, step) for step in range(100)} == {0.02}


def test_the_finish_has_a_lower_cycle_of_its_own() -> None:
    config = replace(SMALL, resolutions=(16,), iterations=100, finish=50, learning_rate=0.02)
    assert (config.rough, config.total) == (100, 150)
    rates = [learning_rate(config, step) for step in range(150)]
    assert rates[:100] == [learning_rate(replace(config, finish=0), step) for step in range(100)]
    assert max(rates[100:]) == rates[105] == pytest.approx(0.4 * 0.02)
    assert rates[-1] < 1e-4


def test_the_finish_is_at_224_and_the_look_is_asked_for_from_the_first_step(
    guide: Guide, target: Target
) -> None:
    config = replace(SMALL, resolutions=(16,), iterations=2, finish=1, look=LookGoals())
    seen = list(optimize(Training(config), guide, target))
    assert [(p.resolution, p.iteration, p.iterations) for p in seen] == [
        (16, 1, 2), (16, 2, 2), (224, 1, 1),
    ]  # fmt: skip
    assert {"soft", "empty", "bright", "pale"} <= set(seen[0].parts)
    aimless = replace(target, direction=torch.zeros_like(target.direction))
    training = Training(replace(config, motion=replace(config.motion, weight_flicker=0.0)))
    before = weights(training.network)
    next(optimize(training, guide, aimless))
    assert not same(before, weights(training.network))


def test_motion_is_asked_for_late() -> None:
    assert [ramp(p) for p in (0.0, 0.2, 0.35, 0.5, 1.0)] == pytest.approx([0, 0, 0.5, 1, 1])
