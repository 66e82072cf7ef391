from __future__ import annotations

import numpy as np
import pytest

from tests.graphics import MOVED, QUICK, renderer
from tests.styles import random_style
from visualizer.contracts import Morph, Scene, ScenePart
from visualizer.show.flashes.scene_light import sample_points, scene_light
from visualizer.style.network import evaluate, pixel_grid
from visualizer.style.style import Architecture
from visualizer.types import Fold, Modulation

PLAIN = Architecture(16, 2, "tanh", 4, 2)
A, B = random_style(PLAIN, 1), random_style(PLAIN, 2)
TURNED = Modulation(-MOVED.z, 0.8, -0.2, (-0.3, 0.4), Fold(after=3))
SIZE = (40, 24)
SCENES = {
    "one": Scene((ScenePart(A, TURNED, 1.0),)),
    "crossing": Scene((ScenePart(A, MOVED, 0.4), ScenePart(B, TURNED, 0.6)), hue=0.3),
    "morph": Scene((ScenePart(A, MOVED, 1.0, Morph(B, TURNED, 0.35)),), hue=0.7),
}


@pytest.mark.parametrize("aspect", [16 / 9, 0.5, 4.0])
def test_points_measure_areas_to_a_percent(aspect: float) -> None:
    points = sample_points(800, aspect)
    assert (np.abs(points) < [aspect, 1.0]).all()
    across, up = points[:, 0] / aspect, points[:, 1]
    for part, share in (
        (across < -0.5, 0.25),
        (up > 0.2, 0.4),
        (np.hypot(across, up) < 0.8, 0.16 * np.pi),
        (across + up > 0.6, 0.245),
        (np.abs(across) < 0.25, 0.25),
        # Stripes as fine as a grid's rows, which would all lie in them or all between.
        (up * 9.0 % 1.0 < 0.25, 0.25),
        ((across * 16.0 % 1.0 < 0.5) & (up * 9.0 % 1.0 < 0.5), 0.25),
    ):
        assert part.mean() == pytest.approx(share, abs=0.012)


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_known_as_it_is_drawn(name: str) -> None:
    points = pixel_grid(*SIZE).reshape(-1, 2).astype(np.float32)
    light = scene_light(SCENES[name], points)
    coded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    with renderer(*SIZE, tuning=QUICK) as drawer:
        drawer.prepare(A)
        drawer.prepare(B)
        drawn = drawer.draw(SCENES[name]).read_rgb().reshape(-1, 3)
    # Dither moves a pixel by at most one level, rounding by half.
    assert np.abs(drawn - 255.0 * coded).max() <= 1.51


def test_the_ends_of_a_morph_are_the_styles_themselves() -> None:
    points = sample_points(100, 1.0)
    for way, style, modulation in ((0.0, A, MOVED), (1.0, B, MOVED)):
        got = evaluate(A, MOVED, points, Morph(B, MOVED, way))
        np.testing.assert_allclose(got, evaluate(style, modulation, points), atol=1e-6)
