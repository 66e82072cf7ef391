"""A night as a script, and a script put back into its night."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.night.shows import Compiling, Show, acted, replayed, uneven_times_s, values
from visualizer.controls.script import read_script
from visualizer.errors import ChladniError
from visualizer.night.journal import Journal
from visualizer.night.mending import ORIGINAL, mend
from visualizer.night.reader import read_night
from visualizer.night.script import ScriptLine, script_of
from visualizer.types import Action

ACTIONS = {
    2: acted("next", "zoom 1.5"),
    6: acted("seed", "fade-time 4beats"),
    9: acted("slot 1 smooth"),
    14: acted("last", "lock 1"),
    15: acted("random", "next"),
    20: acted("lock 0", "screenshot", "fade seed-1 1s"),
    30: acted("drop /home/me/x.safetensors", "renewed seed-1", "tap"),
}


@pytest.fixture
def night(tmp_path: Path) -> Path:
    Show(tmp_path, times_s=uneven_times_s(40), actions=ACTIONS).play()
    return next(tmp_path.iterdir())


def lines_of(journal: Journal) -> list[ScriptLine]:
    return list(script_of(journal, lambda name: f"<{name}>"))


def test_what_chance_and_slots_decided_is_written_by_name(night: Path) -> None:
    said = [str(line).split(" ", 1 + line.is_apart)[-1] for line in lines_of(read_night(night))]
    assert said == [
        "style '<seed-1>'",
        "zoom 1.5",
        "style '<seed-2>'",
        "fade-time 4beats",
        "fade '<seed-0>' 4beats",
        "last",
        "lock 1",
        "random",
        "style '<seed-2>'",
        "lock 0",
        "screenshot",
        "fade '<seed-1>' 1s",
        "drop /home/me/x.safetensors",
        "renewed seed-1",
        "tap",
    ]


def test_what_only_a_show_can_do_stands_behind_a_hash(night: Path) -> None:
    apart = [line.action.name for line in lines_of(read_night(night)) if line.is_apart]
    assert apart == ["screenshot", "drop", "renewed"]


@pytest.fixture
def slow_night(tmp_path: Path) -> Path:
    """Its styles were waited for."""
    folder = tmp_path / "slow"
    Show(folder, times_s=uneven_times_s(40), actions=ACTIONS, readiness=Compiling()).play()
    return next(folder.iterdir())


@pytest.mark.parametrize("which", ["night", "slow_night"])
def test_a_script_that_nobody_changed_changes_nothing(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    night: Path = request.getfixturevalue(which)
    before = (night / "night.jsonl").read_bytes()
    journal = read_night(night)
    lines = lines_of(journal)
    script = tmp_path / "set.txt"
    script.write_text("".join(f"{line}\n" for line in lines))
    assert mend(journal, lines, read_script(script)) == (0, 0)
    assert (night / "night.jsonl").read_bytes() == before
    assert (night / ORIGINAL).read_bytes() == before


def test_a_changed_script_changes_what_comes_after(night: Path) -> None:
    before = values(replayed(night))
    journal = read_night(night)
    lines = lines_of(journal)
    timed = [(line.time_s, line.action) for line in lines if not line.is_apart]
    changed = [pair for pair in timed if pair[1].name != "tap"]
    changed.append((journal.notes[25].time_s, Action("dimmer", ("0.5",))))
    assert mend(journal, lines, changed) == (1, 1)
    mended = read_night(night)
    assert mended.notes[25].actions == (Action("dimmer", ("0.5",)),)
    assert [action.name for action in mended.notes[30].actions] == ["drop", "renewed"]
    assert mended.notes[30].answers == journal.notes[30].answers
    after = values(replayed(night))
    assert after[:25] == before[:25]
    assert after[26] != before[26]


def test_the_first_original_stays(night: Path) -> None:
    original = (night / "night.jsonl").read_bytes()
    for _ in range(2):
        journal = read_night(night)
        mend(journal, lines_of(journal), [(0.1, Action("freeze"))])
    assert (night / ORIGINAL).read_bytes() == original


def test_an_action_behind_the_end_is_refused_and_nothing_changes(night: Path) -> None:
    before = (night / "night.jsonl").read_bytes()
    journal = read_night(night)
    with pytest.raises(ChladniError, match="1000 s lies behind the end"):
        mend(journal, lines_of(journal), [(1000.0, Action("freeze"))])
    assert (night / "night.jsonl").read_bytes() == before
