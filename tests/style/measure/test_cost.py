from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.laptop import MARKS, measure, renew, table, way, whole_tflops
from tests.styles import random_style
from visualizer.style.library import find_style, open_library, styles_folder
from visualizer.style.measure import cost as costs
from visualizer.style.measure.cost import cost, laptop_db, laptop_scale
from visualizer.style.measure.upscale_psnr import bearable_scales, draw_wholes
from visualizer.style.procedural.seeds import seed_style
from visualizer.style.style import Architecture, style_sha256

STYLES = open_library(styles_folder()).styles
NARROW = Architecture(16, 4, "tanh", feature_waves=16, warp_waves=8)


def card(name: str) -> dict[str, Any]:
    notes = json.loads((styles_folder() / f"{name}.json").read_text(encoding="utf-8"))
    return dict(notes["card"])


@pytest.fixture
def small_laptop(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many FLOP for a pixel as the real one, of a picture of a hundredth."""
    monkeypatch.setattr(costs, "SIZE", (192, 108))
    monkeypatch.setattr(costs, "PEAK_FLOP_PER_S", costs.PEAK_FLOP_PER_S / 100.0)
    monkeypatch.setattr(costs, "STEP", 1)


def test_the_laptops_scale_is_worked_out_by_hand() -> None:
    # .4 TFLOP/s for 1920 x 1080 x 60 pixels: 3,215 FLOP each. The cost is the scale's square.
    assert [laptop_scale(flop) for flop in (1000, 3215, 3216, 4 * 3215, 32_150)] == [
        1.0, 1.0, 0.99, 0.5, 0.31,
    ]  # fmt: skip


def test_sixteen_wide_is_drawn_whole_and_loses_nothing() -> None:
    assert NARROW.flop_per_pixel == 3098
    assert cost(random_style(NARROW))["laptop_scale"] == 1.0
    assert laptop_db(random_style(NARROW)) is None


@pytest.mark.usefixtures("small_laptop")
def test_what_the_laptop_keeps_is_what_its_scale_keeps() -> None:
    style = seed_style(22)
    assert laptop_scale(style.architecture.flop_per_pixel) == 0.59
    kept_db = min(whole.kept_db(0.59) for whole in draw_wholes(style, (192, 108)))
    assert laptop_db(style) == pytest.approx(kept_db, abs=0.05)


def test_rows_of_a_whole_picture_are_its_rows() -> None:
    style = seed_style(22)
    (every, _), (third, _) = (draw_wholes(style, (40, 27), step) for step in (1, 3))
    np.testing.assert_allclose(third.levels, every.levels[1::3], atol=1e-3)
    assert third.kept_db(1.0) == np.inf


def test_a_size_that_rounding_bends_is_no_worse_for_it() -> None:
    # An eighth of 320 x 180 is 40 x 22: as a picture of its own it would be 2 % too wide.
    whole, _ = draw_wholes(seed_style(22), (320, 180))
    tenth, eighth, seventh = (whole.kept_db(scale) for scale in (0.1, 0.125, 0.15))
    assert tenth < eighth < seventh


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_a_shipped_style_says_what_it_costs_and_fits_the_laptop(style: Any) -> None:
    said = card(style.name)
    flop = style.architecture.flop_per_pixel
    assert said["sha256"] == style_sha256(style)
    assert (said["flop_per_pixel"], said["laptop_scale"]) == (flop, laptop_scale(flop))
    # Nobody sees what is lost: Bearable.scale_50db.
    assert said["laptop_db"] is None or said["laptop_db"] >= 50.0
    assert 0.0 < said["scale_40db"] <= said["scale_50db"] <= 1.0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["flames", "coral"])
def test_a_cards_scales_are_what_measuring_gives(name: str) -> None:
    said = card(name)
    measured = bearable_scales(find_style(name, styles_folder()), (50.0, 40.0))
    assert measured == (said["scale_50db"], said["scale_40db"])


def test_the_readme_says_what_the_cards_say() -> None:
    readme = (styles_folder() / "README.md").read_text(encoding="utf-8")
    assert table(STYLES, styles_folder()) in readme


def test_ways_and_whole_costs() -> None:
    assert way({"laptop_scale": 1.0}) == "by width: whole"
    assert way({"laptop_scale": 0.32}) == "by scale: 0.32"
    assert whole_tflops({"flop_per_pixel": 3215}) == pytest.approx(1.0, abs=1e-4)


def test_measuring_leaves_the_rest_of_a_card_alone(tmp_path: Path) -> None:
    style = random_style(Architecture(8, 2, "tanh", feature_waves=1, warp_waves=1), name="comet")
    path = tmp_path / "comet.json"
    path.write_text(json.dumps({"note": "a comet", "card": {"score": 0.3, "parameters": 0}}))
    measure(style, tmp_path)
    assert json.loads(path.read_text()) == {"note": "a comet", "card": {"score": 0.3} | cost(style)}


def test_a_table_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("before\n{}\nold\n{}\nafter\n".format(*MARKS), encoding="utf-8")
    for _ in range(2):
        renew(readme, "| new |\n")
    expected = "before\n{}\n\n| new |\n\n{}\nafter\n".format(*MARKS)
    assert readme.read_text(encoding="utf-8") == expected
