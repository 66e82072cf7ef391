from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import some_styles
from tests.styles import random_style
from visualizer.errors import StyleError
from visualizer.morphs import MORPHS, Morphs, interpolate, read_morphs
from visualizer.style import Architecture, style_sha256

A, B, C = some_styles(3)
SMALL = Architecture(8, 2, "tanh", feature_waves=4, warp_waves=4)


def pair(first: str, second: str, *, good: bool) -> dict[str, object]:
    return {"styles": ["a", "b"], "sha256": [first, second], "good": good}


def test_only_pairs_that_were_found_good_may_morph_either_way(tmp_path: Path) -> None:
    a, b, c = (style_sha256(style) for style in (A, B, C))
    rows = [pair(a, b, good=True), pair(b, c, good=False)]
    (tmp_path / MORPHS).write_text(json.dumps({"pairs": rows}))
    morphs = read_morphs(tmp_path)
    assert morphs.allow(A, B)
    assert morphs.allow(B, A)
    assert not morphs.allow(B, C)
    assert not morphs.allow(A, C)


def test_the_way_is_a_straight_line_between_all_weights() -> None:
    first, last = random_style(SMALL, 1), random_style(SMALL, 2)
    half = interpolate(first, last, 0.25)
    for name, tensor in half.tensors.items():
        expected = 0.75 * first.tensors[name] + 0.25 * last.tensors[name]
        np.testing.assert_allclose(tensor, expected, atol=1e-7)
    for way, end in ((0.0, first), (1.0, last)):
        for name, tensor in interpolate(first, last, way).tensors.items():
            np.testing.assert_array_equal(tensor, end.tensors[name])


def test_networks_of_different_shapes_have_no_way_between_them() -> None:
    with pytest.raises(StyleError, match="different shapes"):
        interpolate(random_style(SMALL), A, 0.5)


def test_no_file_is_no_pair(tmp_path: Path) -> None:
    assert not read_morphs(tmp_path).allow(A, B)
    assert not Morphs().allow(A, A)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pairs": 3}', '{"pairs": [{"good": true}]}'])
def test_a_broken_file_is_told_and_no_pair(
    text: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / MORPHS).write_text(text)
    assert not read_morphs(tmp_path).allow(A, B)
    assert MORPHS in caplog.text
