from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import some_styles
from tests.tiny_clip import make_tiny_clip
from trainer.cli import main as cli
from trainer.measure.morph_pairs import (
    LARGEST_STEP,
    LEAST_CONTRAST,
    candidates,
    measure_pair,
    save_pairs,
)
from visualizer.style.morph_pairs import read_morphs
from visualizer.style.style import Style
from visualizer.style.style_file import save_style

SEEDS = [replace(style, prompt=f"prompt {style.name}") for style in some_styles(2)]


def moved(style: Style, name: str, noise: float) -> Style:
    """The style with a little noise on its weights: one of its family."""
    random = np.random.Generator(np.random.PCG64(3))
    tensors = {
        key: (tensor + noise * tensor.std() * random.standard_normal(tensor.shape)).astype("f4")
        for key, tensor in style.tensors.items()
    }
    return replace(style, name=name, prompt=f"prompt {name}", tensors=tensors)


@pytest.fixture(scope="module")
def family() -> tuple[Style, Style]:
    return SEEDS[0], moved(SEEDS[0], "near", 0.03)


def gain_of(value: float) -> Callable[[Style], float]:
    return lambda _: value


def test_a_family_stays_in_contrast_and_never_jumps(family: tuple[Style, Style]) -> None:
    pair = measure_pair(*family, gain_of(0.04))
    assert pair.styles == (family[0].name, "near")
    assert pair.contrast >= LEAST_CONTRAST
    assert 1.0 <= pair.step <= LARGEST_STEP
    assert pair.gain == 1.0
    assert pair.good
    assert "may morph" in pair.sentence()


def test_a_way_that_leaves_both_prompts_is_no_way_and_is_not_walked_to_its_end(
    family: tuple[Style, Style],
) -> None:
    asked: list[Style] = []

    def gains(style: Style) -> float:
        asked.append(style)
        return 0.04 if len(asked) <= 2 else 0.01

    pair = measure_pair(*family, gains)
    assert pair.gain == pytest.approx(0.25)
    assert not pair.good
    assert len(asked) == 3


def test_strangers_meet_grey_in_the_middle_and_clip_is_not_asked() -> None:
    def never(_: Style) -> float:
        raise AssertionError("the cheaper measures had failed already")

    mirrored = replace(
        SEEDS[0],
        tensors={
            key: -tensor if key == "layers.4.weight" else tensor
            for key, tensor in SEEDS[0].tensors.items()
        },
    )
    pair = measure_pair(SEEDS[0], mirrored, never)
    assert pair.contrast < 0.1
    assert pair.gain is None
    assert not pair.good


def test_only_trained_styles_of_one_shape_are_candidates(family: tuple[Style, Style]) -> None:
    untrained = replace(SEEDS[1], prompt=None)
    assert candidates([*family, untrained]) == [family]


def test_what_was_measured_is_what_the_stage_reads(
    family: tuple[Style, Style], tmp_path: Path
) -> None:
    save_pairs([measure_pair(*family, gain_of(0.04))], tmp_path)
    assert read_morphs(tmp_path).allow(*family)


def test_the_command_measures_a_folder(
    family: tuple[Style, Style], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "styles"
    folder.mkdir()
    for style in family:
        save_style(style, folder / f"{style.name}.safetensors")
    clip = make_tiny_clip(tmp_path / "clip")
    assert cli.main(["morphs", str(folder), "--clip-model", clip]) == 0
    assert "of 1 pairs may morph" in capsys.readouterr().out
    (row,) = json.loads((folder / "morphs.json").read_text())["pairs"]
    assert set(row["styles"]) == {style.name for style in family}
    assert isinstance(row["good"], bool)


def test_a_folder_without_pairs_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = make_tiny_clip(tmp_path / "clip")
    assert cli.main(["morphs", str(tmp_path), "--clip-model", clip]) == 1
    assert "no two trained styles" in capsys.readouterr().err
