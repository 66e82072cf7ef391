"""Puts a script back into a night: the lines that stayed keep what the pool said to them."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from visualizer.errors import ChladniError
from visualizer.night.asked import Asked, waited_in
from visualizer.night.journal import JOURNAL, Answer, Journal
from visualizer.night.script import ScriptLine
from visualizer.system.files import replacing
from visualizer.types import Action

ORIGINAL = "night.original.jsonl"
"""What was recorded, kept beside what became of it."""
_MILLISECOND_S = 1e-3

Timed = Sequence[tuple[float, Action]]
Waited = Mapping[int, tuple[Answer, ...]]


def mend(journal: Journal, lines: Sequence[ScriptLine], timed: Timed) -> tuple[int, int]:
    """Let the night's actions be those of ``timed``; its journal is replaced, and kept once.

    lines: the night's own script. timed: the new one. Returns how many actions are new and how
    many are gone. Raises ChladniError for an action behind the night's end.
    """
    by_tick, kept, new = _distributed(journal, lines, timed)
    path, original = journal.folder / JOURNAL, journal.folder / ORIGINAL
    try:
        if not original.exists():
            shutil.copyfile(path, original)
        with replacing(path, ChladniError) as temporary:
            _rewrite(path, temporary, by_tick, {it.index: waited_in(it) for it in journal.notes})
    except OSError as error:
        raise ChladniError(f"cannot mend {path}: {error.strerror or error}") from error
    return new, sum(not line.is_apart for line in lines) - kept


def _distributed(
    journal: Journal, lines: Sequence[ScriptLine], timed: Timed
) -> tuple[dict[int, list[Asked]], int, int]:
    """(each tick's actions, how many were there before, how many are new)."""
    waiting: dict[tuple[float, Action], list[ScriptLine]] = defaultdict(list)
    for line in lines:
        if not line.is_apart:
            waiting[line.time_s, line.action].append(line)
    kept: set[int] = set()
    added: dict[int, list[Asked]] = defaultdict(list)
    new = 0
    for time_s, action in timed:
        same = waiting[round(time_s, 3), action]
        if same:
            kept.add(id(same.pop(0)))
        else:
            added[_tick_at(journal, time_s)].append(Asked(action))
            new += 1
    by_tick: dict[int, list[Asked]] = defaultdict(list)
    for line in lines:
        if line.is_apart or id(line) in kept:
            by_tick[line.index].append(line.asked)
    for index, asked in added.items():
        by_tick[index] += asked
    return by_tick, len(kept), new


def _tick_at(journal: Journal, time_s: float) -> int:
    """The tick in which an action of this time is due."""
    due_s = journal.header.start_s + time_s - _MILLISECOND_S
    for note in journal.notes:
        if note.time_s >= due_s:
            return note.index
    raise ChladniError(
        f"{time_s:g} s lies behind the end of {journal.folder}, at"
        f" {journal.notes[-1].time_s - journal.header.start_s:.3f} s; give an earlier time"
    )


def _rewrite(path: Path, out: Path, by_tick: dict[int, list[Asked]], waited: Waited) -> None:
    """Copy the journal with other actions; all other lines stay as they are."""
    with (
        path.open(encoding="utf-8", newline="\n") as lines,
        out.open("w", encoding="utf-8", newline="\n") as mended,
    ):
        for text in lines:
            # What has no end was being written when the program was killed.
            if text.endswith("\n"):
                mended.write(_mended(text, by_tick, waited))


def _mended(text: str, by_tick: dict[int, list[Asked]], waited: Waited) -> str:
    if not text.strip():
        return text
    line: dict[str, Any] = json.loads(text)
    if "tick" not in line:
        return text
    asked = by_tick.get(line["tick"], [])
    before = line.pop("actions", None), line.pop("answers", None)
    if asked:
        line["actions"] = [[each.action.name, *each.action.args] for each in asked]
    said = [*(it for each in asked for it in each.answers), *waited.get(line["tick"], ())]
    answers = [[list(it.question), it.answer] for it in said]
    if answers:
        line["answers"] = answers
    same = before == (line.get("actions"), line.get("answers"))
    return text if same else json.dumps(line, separators=(",", ":")) + "\n"
