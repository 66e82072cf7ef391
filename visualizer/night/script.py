"""A night's actions as a script that ``--actions`` reads: by themselves they do what was done.

What chance or the slots decided is written as the style that came. What only a show can carry out
(devices, windows, trainings) is written too, behind a ``#``.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from visualizer.duration import Span
from visualizer.night.asked import Asked, asked_in
from visualizer.night.journal import Journal
from visualizer.show.arguments import SMOOTH
from visualizer.show.commands import CARRIED_OUT
from visualizer.show.session import DEFAULT_FADE
from visualizer.types import Action

APART = CARRIED_OUT | {"renewed", "hud", "help", "learn"}
"""Actions that change no picture of a film, or that a script cannot ask for."""
CHOSEN = frozenset({"next", "previous", "random", "slot", "seed", "style", "fade", "morph"})
"""Actions that go to a style that the pool named."""


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One line. index: of its tick. time_s: from the night's beginning, to the millisecond.

    action: what the script says. asked: what the night says. is_apart: behind a ``#``.
    """

    index: int
    time_s: float
    action: Action
    asked: Asked
    is_apart: bool

    def __str__(self) -> str:
        """As it stands in the file."""
        words = shlex.join((self.action.name, *self.action.args))
        return f"{'# ' * self.is_apart}{self.time_s:.3f} {words}"


def script_of(journal: Journal, spec_of: Callable[[str], str]) -> Iterator[ScriptLine]:
    """All lines. spec_of: how a script names the style that has this name in the night."""
    fade = _fade(journal.header.session)
    for note in journal.notes:
        time_s = round(note.time_s - journal.header.start_s, 3)
        for asked in asked_in(note):
            if asked.action.name == "fade-time":
                fade = asked.action.args[0]
            style = asked.style
            came = style is None or style.answer is not None
            is_apart = asked.action.name in APART or not came
            action = asked.action
            if not is_apart and style is not None and action.name in CHOSEN:
                action = _plain(asked, spec_of(str(style.answer)), fade)
            yield ScriptLine(note.index, time_s, action, asked, is_apart)


def _plain(asked: Asked, spec: str, fade: str) -> Action:
    """The same by the style's name."""
    name, args = asked.action.name, asked.action.args
    # Before the span, some have a number or a name.
    spans = args[1:] if name in {"slot", "fade", "morph"} else args
    if name == "style" or not spans:
        return Action("style", (spec,))
    span = fade if spans[0] == SMOOTH else spans[0]
    # A fade that was asked for as such never becomes a morph.
    morphs = asked.may_morph and name != "fade"
    return Action("morph" if morphs else "fade", (spec, span))


def _fade(session: object) -> str:
    """How long smooth changes take at first, from the header."""
    match session:
        case {"has": {"fade": {"has": {"value": float(value), "unit": str(unit)}}}}:
            return str(Span(value, unit))
    return str(DEFAULT_FADE)
