"""The page of the map is true: what it names is there, and what is there it names."""

from __future__ import annotations

import re

import pytest

from tests.test_structure import ROOT, TEXTS

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PATH = re.compile(r"`((?:visualizer|trainer|shaders|tests|styles|docs|benchmarks)/[^`\s]*)`")
SHORT = re.compile(r"^((?:\w+/)+\w+\.py) ", re.MULTILINE)
"""In the diagram, paths are the player's."""
TO_BE_WRITTEN = re.compile(r"<\w+>|visualizer/export/")


def test_every_path_on_the_page_exists() -> None:
    named = PATH.findall(PAGE) + [f"visualizer/{path}" for path in SHORT.findall(PAGE)]
    assert len(named) > 60
    needed = [path for path in named if not TO_BE_WRITTEN.search(path)]
    assert [path for path in needed if not (ROOT / path).exists()] == []


def test_every_folder_is_on_the_page() -> None:
    folders = {path.rpartition("/")[0] for path in TEXTS}
    rows = {row.rstrip("/") for row in re.findall(r"^\| `([\w/]+)`", PAGE, re.MULTILINE)}
    assert rows == folders


@pytest.mark.parametrize(
    "what", ["control", "output", "export", "activation", "option", "loss term"]
)
def test_the_page_says_how_to_add(what: str) -> None:
    assert re.search(rf"^\*\*An? {what}\*\*", PAGE, re.MULTILINE)


def test_a_wrong_path_would_be_seen() -> None:
    assert PATH.findall("see `visualizer/nowhere.py`") == ["visualizer/nowhere.py"]
    assert not (ROOT / "visualizer/nowhere.py").exists()
