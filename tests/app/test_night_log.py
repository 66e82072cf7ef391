"""``chladni night``: what it lists, writes and takes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.night.shows import Show, acted, uneven_times_s
from visualizer.cli import main


@pytest.fixture
def night(tmp_path: Path) -> Path:
    Show(tmp_path, times_s=uneven_times_s(20), actions={3: acted("next")}).play()
    return next(tmp_path.iterdir())


def test_it_lists_what_happened(night: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["night", str(night), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["text"] for row in rows if row["what"] == "style"] == ["seed-0", "seed-1"]
    assert rows[-1]["what"] == "end"


def test_a_script_goes_out_and_comes_back(night: Path, tmp_path: Path) -> None:
    script, before = tmp_path / "set.txt", (night / "night.jsonl").read_bytes()
    assert main(["night", str(night), "--edit", str(script)]) == 0
    assert " style seed:1\n" in script.read_text()
    assert main(["night", str(night), "--actions", str(script)]) == 0
    assert (night / "night.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("0.1 fly", "line 1: there is no action 'fly'"),
        ("0.1 style nobody-knows", "the action at 0.1 s: there is no style 'nobody-knows'"),
        ("99 next", "99 s lies behind the end"),
    ],
)
def test_a_wrong_script_is_told_and_changes_nothing(
    night: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, told: str
) -> None:
    script, before = tmp_path / "set.txt", (night / "night.jsonl").read_bytes()
    script.write_text(line + "\n")
    assert main(["night", str(night), "--actions", str(script)]) == 1
    assert told in capsys.readouterr().err
    assert (night / "night.jsonl").read_bytes() == before


def test_a_script_never_costs_the_night(night: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (night / "night.jsonl").read_bytes()
    assert main(["night", str(night), "--edit", str(night / "night.jsonl")]) == 1
    assert "would be written over a file of the night" in capsys.readouterr().err
    assert (night / "night.jsonl").read_bytes() == before


def test_what_is_no_night_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["night", str(tmp_path / "x.night")]) == 1
    assert "expected a folder that --record made" in capsys.readouterr().err
