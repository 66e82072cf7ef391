"""Seeds are the same for ever, worth looking at, and moved by every part of the sound."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from visualizer.errors import StyleError
from visualizer.show.modulation import Modulator
from visualizer.style.network import evaluate, pixel_grid
from visualizer.style.procedural.calibration import MOTION_LEVELS
from visualizer.style.procedural.dice import Dice
from visualizer.style.procedural.palette import oklch_to_srgb, to_logit
from visualizer.style.procedural.samples import sample_colours, sample_points, sample_states
from visualizer.style.procedural.seeds import ARCHITECTURE, MAX_SEED, seed_style
from visualizer.style.procedural.symmetry import Symmetry
from visualizer.style.routes import Z_NAMES
from visualizer.style.style import Style, style_sha256
from visualizer.style.style_file import load_style
from visualizer.types import BANDS, Beat, Features, Modulation

STYLES = Path(__file__).parents[3] / "styles"
SHIPPED = (
    "cathedral", "coral", "kiln", "maelstrom", "nocturne", "rosewindow", "silk", "triskele",
)  # fmt: skip
LUMA = np.array([0.2126, 0.7152, 0.0722])
GRID = pixel_grid(64, 36)
QUIET = Features()
GROOVE = Features(level=0.7, bands=(0.7,) * BANDS)
KICK = Features(level=0.8, bands=(0.95,) * BANDS, pulse=1.0)


def picture(style: Style, heard: Features, time_s: float) -> NDArray[np.float64]:
    """In levels, after a quarter second of one sound."""
    modulation = Modulator(style, time_s).step(heard, Beat(), 0.25, style.audio_scale)
    return np.asarray(255.0 * evaluate(style, modulation, GRID), np.float64)


@pytest.mark.parametrize(
    ("seed", "sha256"),
    [
        (0, "a78eead4f2dfab74a7fa95b4106d0d9602698db75845e35175ac7b3185af9f47"),
        (123_456_789, "38ae253220e2bbcce644e7ae585edf6bcae6d59e77ec698c863a4ce35cb58220"),
    ],
)
def test_a_seed_is_the_same_for_ever(seed: int, sha256: str) -> None:
    assert style_sha256(seed_style(seed)) == sha256


def test_the_dice_are_the_same_for_ever() -> None:
    dice = Dice(7)
    assert dice.number(0.0, 1.0) == 0.625095466604667
    assert dice.normal(2) == pytest.approx([0.33095073950511766, -0.5360057213346072], abs=1e-12)


def test_the_dice_are_normal() -> None:
    drawn = Dice(1).normal(20_000)
    assert drawn.mean() == pytest.approx(0.0, abs=0.02)
    assert drawn.std() == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("seed", [-1, MAX_SEED + 1])
def test_a_seed_out_of_range_is_refused(seed: int) -> None:
    with pytest.raises(StyleError, match="seed is"):
        seed_style(seed)


def test_seeds_differ_and_share_one_architecture() -> None:
    styles = [seed_style(seed) for seed in (2, 3, MAX_SEED)]
    assert len({style_sha256(style) for style in styles}) == 3
    assert {style.architecture for style in styles} == {ARCHITECTURE}
    assert [style.name for style in styles] == ["seed-2", "seed-3", f"seed-{MAX_SEED}"]


def test_every_weight_lies_on_a_grid_coarser_than_rounding_errors() -> None:
    for tensor in seed_style(4).tensors.values():
        assert np.array_equal(tensor * 4096, np.round(tensor * 4096))
        assert not np.signbit(tensor[tensor == 0.0]).any()


@pytest.mark.slow
def test_most_seeds_have_contrast_and_are_neither_black_nor_white() -> None:
    good = 0
    for seed in range(500, 540):
        luma = picture(seed_style(seed), GROOVE, 10.0) @ LUMA
        good += bool(luma.std() >= 30.0 and 20.0 <= luma.mean() <= 160.0)
    assert good >= 37


def test_a_mirrored_seed_is_mirrored() -> None:
    style = load_style(STYLES / "nocturne.safetensors")
    drawn = picture(style, KICK, 10.0)
    assert drawn == pytest.approx(drawn[:, ::-1], abs=0.5)


@pytest.mark.parametrize(
    "symmetry", [Symmetry(3), Symmetry(1, mirrored=True), Symmetry(5, mirrored=True)]
)
def test_a_group_maps_an_orbit_onto_itself(symmetry: Symmetry) -> None:
    frequency, amplitude = symmetry.orbit(np.array([0.3, 2.0]), np.array([1.0, -0.4]))
    assert len(frequency) == symmetry.order
    together = np.round(np.hstack([frequency, amplitude]), 9) + 0.0
    for element in symmetry.elements():
        moved = np.round(np.hstack([frequency @ element.T, amplitude @ element.T]), 9) + 0.0
        assert {tuple(row) for row in moved} == {tuple(row) for row in together}


def test_a_wave_on_a_mirror_has_a_short_orbit_and_moves_along_itself() -> None:
    frequency, amplitude = Symmetry(5, mirrored=True).orbit(np.array([0.0, 2.0]), np.ones(2))
    assert frequency.shape == (5, 2)
    assert np.linalg.det(np.stack([frequency, amplitude], axis=-1)) == pytest.approx(
        np.zeros(5), abs=1e-12
    )


def test_palette_knows_white_black_and_red() -> None:
    assert oklch_to_srgb(1.0, 0.0, 0.0) == pytest.approx(np.ones(3), abs=1e-3)
    assert oklch_to_srgb(0.0, 0.0, 0.0) == pytest.approx(np.zeros(3), abs=1e-3)
    assert oklch_to_srgb(0.62796, 0.25768, 29.2339) == pytest.approx([1, 0, 0], abs=2e-2)
    colour = oklch_to_srgb(0.6, 0.1, 200.0)
    assert 1.0 / (1.0 + np.exp(-2.0 * to_logit(colour))) == pytest.approx(colour)


def test_the_sampled_network_is_the_reference_network() -> None:
    style = seed_style(6)
    tensors = {name: tensor.astype(np.float64) for name, tensor in style.tensors.items()}
    points, states = sample_points(20), sample_states(Dice(0), 3)
    sampled = sample_colours(tensors, points, states)
    for state, colours in zip(states, sampled, strict=True):
        assert colours == pytest.approx(evaluate(style, Modulation(state), points), abs=1e-12)


def test_eight_styles_ship() -> None:
    assert tuple(
        sorted(path.stem for path in STYLES.glob("*.safetensors") if _untrained(path))
    ) == (SHIPPED)


def _untrained(path: Path) -> bool:
    return load_style(path).prompt is None


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_style_is_its_seed_and_has_a_thumbnail_and_a_card(name: str) -> None:
    style = load_style(STYLES / f"{name}.safetensors")
    assert style.name == name
    assert style.seed is not None
    again = seed_style(style.seed)
    assert style_sha256(style) == style_sha256(again)
    assert (style.routes, style.view, style.z_names) == (again.routes, again.view, again.z_names)
    card = json.loads((STYLES / f"{name}.json").read_text())
    assert (card["name"], card["seed"], card["prompt"]) == (name, style.seed, None)
    with Image.open(STYLES / f"{name}.png") as thumbnail:
        assert thumbnail.size == (480, 270)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_style_keeps_its_contrast(name: str) -> None:
    style = load_style(STYLES / f"{name}.safetensors")
    for heard in (QUIET, GROOVE, KICK):
        for time_s in (0.0, 20.0, 45.0, 80.0):
            assert (picture(style, heard, time_s) @ LUMA).std() >= 20.0


@pytest.mark.parametrize("name", SHIPPED)
def test_every_part_of_the_sound_moves_a_shipped_style_and_none_makes_it_blink(name: str) -> None:
    style = load_style(STYLES / f"{name}.safetensors")
    rest = np.zeros(len(Z_NAMES), np.float32)
    rest[:4], rest[[7, 9]] = 0.3, 1.0
    for names in MOTION_LEVELS:
        moved = rest.copy()
        columns = [Z_NAMES.index(part) for part in names]
        moved[columns] = [rest[columns[0]] + 0.7] if len(columns) == 1 else [0.0, 1.0]
        change = 255.0 * (
            evaluate(style, Modulation(moved), GRID) - evaluate(style, Modulation(rest), GRID)
        )
        assert np.abs(change).mean() >= 3.0, names
        assert abs((change @ LUMA).mean()) <= 25.0, names


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_style_lives_in_silence_and_never_flashes_on_a_beat(name: str) -> None:
    style = load_style(STYLES / f"{name}.safetensors")
    silent = [picture(style, QUIET, time_s) for time_s in (10.0, 11.0)]
    assert 2.0 <= np.abs(silent[1] - silent[0]).mean() <= 60.0
    modulator = Modulator(style)
    before: NDArray[np.float64] | None = None
    changes, blinks = [], []
    for n in range(90):
        since = n % 30
        kick = 0.91**since
        heard = Features(
            level=0.7, bands=(0.6 + 0.3 * kick, 0.6 + 0.3 * kick, *(0.6,) * 6), pulse=kick
        )
        modulation = modulator.step(heard, Beat(since / 30, 120.0, 1.0), 1 / 60, 0.10)
        drawn = np.asarray(255.0 * evaluate(style, modulation, GRID), np.float64)
        if before is not None and n > 30:
            changes.append(np.abs(drawn - before).mean())
            blinks.append(abs(((drawn - before) @ LUMA).mean()))
        before = drawn
    # Fifty-four levels a frame is a flash of the whole screen; the loudest style has about 30.
    assert 5.0 <= max(changes) <= 40.0
    assert np.median(changes) <= 8.0
    assert max(blinks) <= 15.0
