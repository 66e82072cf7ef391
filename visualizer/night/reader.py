"""Reads a night. It may come from somebody else, or from an editor: every line is checked."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from visualizer.errors import ChladniError, StyleError, UsageError
from visualizer.night.journal import (
    FORMAT,
    JOURNAL,
    STYLES,
    VERSION,
    Answer,
    Header,
    Journal,
    Note,
    Reading,
    Sight,
    Sound,
    sound_name,
)
from visualizer.night.lines import Line, reading_of, slot_of
from visualizer.show.commands import check_action
from visualizer.style.style import Style, style_sha256
from visualizer.style.style_file import load_style
from visualizer.types import HOP, RATE_HZ, Action

log = logging.getLogger(__name__)

MOST_SIDE = 16_384
MOST_CHANNELS = 64
MOST_HOPS = 100_000
"""In one tick: nine minutes."""
YES_OR_NO = frozenset({"is_ready", "failed", "can_morph"})
QUESTIONS = YES_OR_NO | {"neighbour", "any_other", "slot", "named", "fresh_seed"}


def read_night(folder: Path) -> Journal:
    """A whole night, or what there is of one whose program was killed.

    Raises ChladniError, naming file and line, for what no night holds.
    """
    path = folder / JOURNAL
    reader = _Reader(folder)
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            for number, text in enumerate(file, 1):
                if text.endswith("\n"):
                    reader.take(number, text)
                # What has no end was being written when the program was killed.
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ChladniError(f"cannot read the night {path}: {reason}; {EXPECTED}") from error
    return reader.journal()


EXPECTED = "expected a folder that --record made, such as 2026-01-31_2204.night"


class _Reader:
    """Takes lines, one after the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._header: Header | None = None
        self._styles: dict[str, Style] = {}
        self._sounds: list[Sound] = []
        self._notes: list[Note] = []
        self._places: dict[int, Note] = {}
        self._hops = 0
        self._before = Note(-1, 0.0, 0.0)
        self._is_whole = False

    def take(self, number: int, text: str) -> None:
        """One line. Raises ChladniError."""
        if not text.strip():
            return
        try:
            line = json.loads(text)
            if not isinstance(line, dict):
                raise ValueError("expected an object")  # noqa: TRY301, TRY004 - told below
            if self._header is None:
                self._header = _header(line)
            else:
                self._take(line)
        except KeyError as error:
            raise self._wrong(number, f"{error} is missing") from error
        except (TypeError, ValueError, OverflowError, RecursionError, UsageError) as error:
            raise self._wrong(number, str(error)) from error

    def journal(self) -> Journal:
        """All of it. Raises ChladniError for one without a beginning."""
        if self._header is None:
            raise ChladniError(f"{self._folder / JOURNAL} is empty; {EXPECTED}")
        return Journal(
            self._folder,
            self._header,
            self._styles,
            tuple(self._sounds),
            tuple(self._notes),
            self._is_whole,
        )

    def _wrong(self, number: int, what: str) -> ChladniError:
        return ChladniError(f"{self._folder / JOURNAL}, line {number}: {what:.300}")

    def _take(self, line: Line) -> None:
        if "tick" in line:
            self._take_note(line)
        elif "style" in line:
            name = _text(line, "style")
            self._styles[name] = self._style(name, line)
        elif "sound" in line:
            self._take_sound(line)
        elif "frame" in line:
            note = self._places.get(_whole(line, "frame", 0))
            if note is None:
                raise ValueError(f"no tick {line['frame']} was before")
            note.frame_sha256 = _text(line, "sha256")
        elif "end" in line:
            self._is_whole = True
        else:
            raise ValueError(f"nobody knows what this line is: {', '.join(line)}")

    def _take_sound(self, line: Line) -> None:
        expected = sound_name(len(self._sounds) + 1)
        if line["sound"] != expected:
            raise ValueError(f"the sound is {line['sound']!r}, expected {expected}")
        channels = _whole(line, "channels", 1, MOST_CHANNELS)
        # It may begin in the midst of the hops of the tick that follows.
        least, most = (self._sounds[-1].first, self._hops + MOST_HOPS) if self._sounds else (0, 0)
        self._sounds.append(Sound(expected, channels, _whole(line, "first", least, most)))

    def _style(self, name: str, line: Line) -> Style:
        # A path that leads elsewhere would read what nobody recorded.
        if Path(name).name != name or name in {".", ".."}:
            raise ValueError(f"{name!r} is no name of a file in {STYLES}/")
        path = self._folder / STYLES / f"{name}.safetensors"
        try:
            style = replace(load_style(path), name=_text(line, "name"))
        except StyleError as error:
            raise ValueError(str(error)) from error
        if style_sha256(style) != line["sha256"]:
            log.warning("%s is not the style that was recorded: the night will differ", path)
        return style

    def _take_note(self, line: Line) -> None:
        before = self._before
        note = Note(
            index=_whole(line, "tick", before.index + 1),
            time_s=_number(line, "time_s", before.time_s),
            dt_s=_number(line, "dt_s", 0.0),
            hops=_whole(line, "hops", 0, MOST_HOPS),
            actions=tuple(map(_action, line.get("actions", ()))),
            answers=tuple(map(self._answer, line.get("answers", ()))),
            lead_s=_number(line, "lead_s", -1e3, 1e3) if "lead_s" in line else before.lead_s,
            clocks=_clocks(line["clocks"]) if "clocks" in line else before.clocks,
            sight=_sight(line, before.sight),
            drawn=bool(line.get("drawn", before.drawn)),
            on=str(line.get("on", before.on)),
            device=str(line.get("device", before.device)),
            faults=tuple(map(str, line.get("faults", ()))),
            scene=line.get("scene"),
        )
        if note.hops and not self._sounds:
            raise ValueError("hops were heard, and no line before says in which file they lie")
        self._hops += note.hops
        self._before = note
        self._notes.append(note)
        self._places[note.index] = note

    def _answer(self, line: Any) -> Answer:  # noqa: ANN401 - JSON
        question, answer = line
        if not question or question[0] not in QUESTIONS:
            raise ValueError(f"{question!r:.80} is no question to the styles")
        if any(isinstance(word, bool) or not isinstance(word, str | int) for word in question):
            raise ValueError(f"{question!r:.80} is no question to the styles")
        if isinstance(answer, str) and answer not in self._styles:
            raise ValueError(f"no line before tells of a style {answer!r:.80}")
        if not isinstance(answer, str | bool | None) or isinstance(answer, bool) != (
            question[0] in YES_OR_NO
        ):
            raise ValueError(f"{answer!r:.80} is no answer to {question[0]}")
        return Answer(tuple(question), answer)


def _header(line: Line) -> Header:
    if line.get("format") != FORMAT:
        raise ValueError(f"this is no journal of a night; {EXPECTED}")
    if line["version"] != VERSION:
        raise ValueError(
            f"its version is {line['version']!r}, this program reads {VERSION}: update the program"
        )
    if (line["rate_hz"], line["hop"]) != (RATE_HZ, HOP):
        raise ValueError(f"its sound is not in hops of {HOP} samples at {RATE_HZ} Hz")
    channels = line["channels"]
    return Header(
        program=_text(line, "program"),
        began=_text(line, "began"),
        start_s=_number(line, "start_s", 0.0),
        fps=_text(line, "fps"),
        session=line["session"],
        slots=tuple(map(slot_of, line["slots"])),
        channels=None if channels is None else tuple(_channel(each) for each in channels),
        onset=_text(line, "onset"),
        flashes=_text(line, "flashes"),
        size=_sight({"size": line["size"]}, Sight((1, 1))).size,
        renderer=_text(line, "renderer"),
        tunings=_mapping(line["tunings"]),
        most_scale=_number(line, "most_scale", 0.01, 1.0),
        has_state=bool(line["has_state"]),
        has_hashes=bool(line["has_hashes"]),
    )


def _action(words: Any) -> Action:  # noqa: ANN401 - JSON
    if not isinstance(words, list) or not words or not all(isinstance(it, str) for it in words):
        raise ValueError(f'{words!r:.80} is no action, expected such as ["fade", "organic", "2s"]')
    action = Action(words[0], tuple(words[1:]))
    check_action(action)
    return action


def _sight(line: Line, before: Sight) -> Sight:
    size = before.size
    if "size" in line:
        width, height = line["size"]
        sides = {"width": width, "height": height}
        size = _whole(sides, "width", 1, MOST_SIDE), _whole(sides, "height", 1, MOST_SIDE)
    return Sight(size, _number(line, "scale", 0.01, 1.0) if "scale" in line else before.scale)


def _clocks(line: Any) -> Mapping[str, Reading]:  # noqa: ANN401 - JSON
    return {str(name): reading_of(each) for name, each in _mapping(line).items()}


def _mapping(value: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    if not isinstance(value, dict):
        raise TypeError(f"{value!r:.80} is no object")
    return value


def _channel(value: Any) -> int:  # noqa: ANN401 - JSON
    return _whole({"channel": value}, "channel", 0, MOST_CHANNELS - 1)


def _text(line: Line, key: str) -> str:
    if not isinstance(line[key], str):
        raise TypeError(f"{key} is {line[key]!r:.80}, expected a text")
    return str(line[key])


def _whole(line: Line, key: str, least: int, most: int = 2**53) -> int:
    value = line[key]
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{key} is {value!r:.80}, expected a whole number, {least} to {most}")
    return value


def _number(line: Line, key: str, least: float, most: float = 1e9) -> float:
    value = line[key]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not least <= value <= most:
        raise ValueError(f"{key} is {value!r:.80}, expected a number from {least:g} on")
    return float(value)
