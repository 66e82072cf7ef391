"""Golden pictures: what was drawn once and looked at, is drawn still.

On a difference the pictures are left in tests/failures. After a wanted change look at the
new ones: ``CHLADNI_REGENERATE=1 pytest tests/render/test_frames.py``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from tests.graphics import renderer, scene
from tests.styles import random_style
from visualizer.contracts import Scene
from visualizer.render.renderer import Renderer
from visualizer.style.style import Architecture
from visualizer.types import Image

GOLDEN = Path(__file__).parent / "golden"
FAILURES = Path(__file__).parent / "failures"
SIZE = (96, 54)

TANH = random_style(Architecture(16, 3, "tanh", 8, 4), seed=11)
SINE = random_style(Architecture(16, 2, "sin", 0, 4), seed=12)
SCENES = {
    "tanh": scene(TANH, index=1),
    "sine": scene(SINE, index=2),
    "crossing": scene(TANH, SINE, mix=0.5, index=3),
    "dimmed": scene(TANH, dimmer=0.3, index=4),
    "half": scene(TANH, index=5),
}


@pytest.fixture(scope="module")
def drawer() -> Iterator[Renderer]:
    with renderer(*SIZE) as opened:
        opened.prepare(TANH)
        opened.prepare(SINE)
        yield opened


def draw(drawer: Renderer, name: str) -> Image:
    drawer.set_scale(0.5 if name == "half" else 1.0)
    return drawer.draw(SCENES[name]).read_rgb()


def largest_difference(name: str, image: Image) -> int:
    """In levels, against the golden; leaves the pictures behind where it is over one."""
    golden = np.asarray(Pillow.open(GOLDEN / f"{name}.png").convert("RGB"))
    if golden.shape != image.shape:
        return 255
    difference = np.abs(image.astype(int) - golden)
    left = FAILURES / f"{name}.png"
    if difference.max() <= 1:
        left.unlink(missing_ok=True)
    else:
        FAILURES.mkdir(exist_ok=True)
        # Golden, drawn, and the difference made visible, one below the other.
        shown = np.clip(16 * difference, 0, 255).astype(np.uint8)
        Pillow.fromarray(np.concatenate([golden, image, shown])).save(left)
    return int(difference.max())


def test_continuous_integration_draws_on_llvmpipe(drawer: Renderer) -> None:
    """Goldens are llvmpipe's: elsewhere they are skipped, but never in CI."""
    if not os.environ.get("CI"):
        pytest.skip("only CI must be on llvmpipe")
    assert "llvmpipe" in drawer.name


@pytest.mark.parametrize("name", SCENES)
def test_frame_equals_its_golden(drawer: Renderer, name: str) -> None:
    if "llvmpipe" not in drawer.name:
        pytest.skip(f"goldens are llvmpipe's, this is {drawer.name}")
    image = draw(drawer, name)
    if os.environ.get("CHLADNI_REGENERATE"):
        GOLDEN.mkdir(exist_ok=True)
        Pillow.fromarray(image).save(GOLDEN / f"{name}.png", optimize=True)
    assert largest_difference(name, image) <= 1


def test_a_wrong_frame_fails_and_leaves_its_picture(
    drawer: Renderer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.render.test_frames.FAILURES", tmp_path)
    wrong = draw(drawer, "tanh").copy()
    wrong[20, 30, 1] ^= 8
    assert largest_difference("tanh", wrong) >= 7
    assert (tmp_path / "tanh.png").exists()
    assert largest_difference("sine", draw(drawer, "tanh")) > 50
    assert largest_difference("tanh", wrong[:-1]) == 255


def test_drawing_twice_gives_the_same_bytes(drawer: Renderer) -> None:
    for name in SCENES:
        assert np.array_equal(draw(drawer, name), draw(drawer, name))


def test_scenes_differ(drawer: Renderer) -> None:
    assert isinstance(SCENES["tanh"], Scene)
    pictures = {draw(drawer, name).tobytes() for name in SCENES}
    assert len(pictures) == len(SCENES)
