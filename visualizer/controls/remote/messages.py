"""What the page and the show say to each other, as JSON. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from visualizer.contracts import Frame
from visualizer.show.commands import BY_NAME, COMMANDS
from visualizer.show.standing import standing
from visualizer.types import Action

CLOSED = frozenset({"quit", "drop", "renewed"})
"""Nobody ends the show, or opens files of this machine, from the network."""
MOST_ARGUMENTS, MOST_LETTERS = 4, 300
"""The longest prompt is shorter."""
PATH_SIGNS = frozenset("/\\")


def action_in(text: str) -> Action:
    """The action that a page asks for: ``{"do": ["zoom", "1.5"]}``.

    Whether the command takes these arguments is checked at the loop's border.
    Raises ValueError, one sentence, for anything else and for what the network may not ask.
    """
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("that is no JSON") from error
    words = said.get("do") if isinstance(said, dict) else None
    if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
        raise ValueError('expected {"do": ["COMMAND", "ARGUMENT", ...]}')
    name, *args = words
    if name not in BY_NAME or len(args) > MOST_ARGUMENTS:
        raise ValueError(f"there is no command {name[:40]!r} with these arguments")
    if name in CLOSED:
        raise ValueError(f"{name} is not for the network")
    if any(len(word) > MOST_LETTERS for word in args):
        raise ValueError(f"an argument is longer than {MOST_LETTERS} letters")
    if BY_NAME[name].arguments[:1] == ("NAME",) and any(PATH_SIGNS & set(word) for word in args):
        raise ValueError("styles are named here, not their files")
    return Action(name, tuple(args))


def greeting(slots: Sequence[str]) -> str:
    """What the page is made of: slots by name, and the hands' sliders as the table has them."""
    levels = [
        {"name": command.name, **asdict(command.level)}
        for command in COMMANDS
        if command.level is not None
    ]
    open_ones = [command.name for command in COMMANDS if command.name not in CLOSED]
    return json.dumps({"slots": list(slots), "levels": levels, "commands": open_ones})


def news(frame: Frame, slots: Sequence[str]) -> Mapping[str, Any]:
    """How the show stands in a frame. beat: counts up, bpm: 0 while unknown."""
    return {
        "state": dict(standing(frame.session)),
        "beat": frame.beat.count,
        "bpm": round(frame.beat.bpm or 0.0, 1),
        "slots": list(slots),
    }
