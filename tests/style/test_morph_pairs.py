from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fakes import some_styles
from visualizer.style.morph_pairs import MORPHS, Morphs, read_morphs
from visualizer.style.style import style_sha256

A, B, C = some_styles(3)


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
