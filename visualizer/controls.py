"""What can be asked of the show: one table of commands, with their keys.

Keys, action scripts, ``--help``, the README's list and F1 all come from ``COMMANDS``.
A command either changes the ``Session`` (``change``) or is carried out by an edge that
sees it in ``Frame.actions`` (``change`` is None): the window, the microphone, a screenshot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from visualizer.errors import UsageError
from visualizer.style import TRAINED_AUDIO_SCALE, Style
from visualizer.types import Action, Layer, Session

AUDIO_SCALE_STEP = 0.01
"""One press of an arrow key; the usual range is 0.08 to 0.12."""
MAX_AUDIO_SCALE = 1.0


class Shelf(Protocol):
    """The styles that can be switched to at once."""

    def neighbour(self, style: Style, step: int) -> Style | None:
        """The style ``step`` places after ``style``, going round."""
        ...

    def any_other(self, style: Style) -> Style | None:
        """A random style that is not ``style``."""
        ...

    def slot(self, number: int) -> Style | None:
        """The style in slot ``number``, from 1."""
        ...

    def named(self, spec: str) -> Style | None:
        """The style that ``NAME``, ``PATH`` or ``seed:N`` names; None while it is not ready."""
        ...

    def fresh_seed(self) -> Style | None:
        """An untrained style that has not been shown yet."""
        ...


Change = Callable[[Session, tuple[str, ...], Shelf], Session]
Check = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Key:
    """A key as a person writes it (``Ctrl+S``, ``F11``, ``Up``) and the arguments it sends."""

    chord: str
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be asked for.

    checks: one per argument, raising ValueError for a bad one. optional: how many of the
    arguments may be left out.
    """

    name: str
    summary: str
    keys: tuple[Key, ...] = ()
    arguments: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    optional: int = 0
    change: Change | None = None


def check_action(action: Action) -> None:
    """Raise UsageError, one sentence, when no command takes this action."""
    command = BY_NAME.get(action.name)
    if command is None:
        raise UsageError(f"there is no action {action.name!r}; known: {', '.join(BY_NAME)}")
    usage = " ".join((command.name, *command.arguments))
    most = len(command.arguments)
    if not most - command.optional <= len(action.args) <= most:
        raise UsageError(f"{command.name} got {len(action.args)} arguments, expected '{usage}'")
    for check, text in zip(command.checks, action.args, strict=False):
        try:
            check(text)
        except ValueError as error:
            raise UsageError(f"{command.name} got {text!r}, expected {error}") from error


def apply(action: Action, session: Session, shelf: Shelf) -> Session:
    """The session after ``action``, which ``check_action`` has accepted."""
    change = BY_NAME[action.name].change
    return session if change is None else change(session, action.args, shelf)


def key_table() -> tuple[tuple[str, str], ...]:
    """(keys, what they do) of every command that has a key, in the table's order."""
    return tuple(
        (_span([key.chord for key in command.keys]), command.summary)
        for command in COMMANDS
        if command.keys
    )


def _span(chords: list[str]) -> str:
    # A lone dot is easily overlooked.
    names = [". (period)" if chord == "." else chord for chord in chords]
    return f"{names[0]}-{names[-1]}" if len(names) > 2 else ", ".join(names)


# --- checks of arguments: each says in its ValueError what was expected


def _number(low: float, high: float) -> Callable[[str], float]:
    def check(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise ValueError(f"a number from {low:g} to {high:g}")
        return value

    return check


def _switch(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError("0 or 1")
    return text == "1"


def _slot_number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:4]) <= 99:
        raise ValueError("a slot's number, from 1")
    return int(text)


def _style_spec(text: str) -> str:
    return text


# --- changes of the session


def _show(session: Session, style: Style | None) -> Session:
    """Cut to ``style``; a locked show and a style that is not ready change nothing."""
    if style is None or style is session.style or session.locked:
        return session
    return replace(session, layers=(Layer(style),), last=session.style)


def _next(session: Session, _: tuple[str, ...], shelf: Shelf) -> Session:
    return _show(session, shelf.neighbour(session.style, 1))


def _previous(session: Session, _: tuple[str, ...], shelf: Shelf) -> Session:
    return _show(session, shelf.neighbour(session.style, -1))


def _random(session: Session, _: tuple[str, ...], shelf: Shelf) -> Session:
    # A locked show draws nothing, so that locking does not change what comes after it.
    return session if session.locked else _show(session, shelf.any_other(session.style))


def _last(session: Session, _: tuple[str, ...], __: Shelf) -> Session:
    return _show(session, session.last)


def _slot(session: Session, args: tuple[str, ...], shelf: Shelf) -> Session:
    return _show(session, shelf.slot(int(args[0])))


def _style(session: Session, args: tuple[str, ...], shelf: Shelf) -> Session:
    return _show(session, shelf.named(args[0]))


def _seed(session: Session, _: tuple[str, ...], shelf: Shelf) -> Session:
    return session if session.locked else _show(session, shelf.fresh_seed())


def _toggled(args: tuple[str, ...], *, now: bool) -> bool:
    return _switch(args[0]) if args else not now


def _lock(session: Session, args: tuple[str, ...], _: Shelf) -> Session:
    return replace(session, locked=_toggled(args, now=session.locked))


def _blackout(session: Session, args: tuple[str, ...], _: Shelf) -> Session:
    return replace(session, blackout=_toggled(args, now=session.blackout))


def _help(session: Session, args: tuple[str, ...], _: Shelf) -> Session:
    return replace(session, help_shown=_toggled(args, now=session.help_shown))


def _dimmer(session: Session, args: tuple[str, ...], _: Shelf) -> Session:
    return replace(session, dimmer=float(args[0]))


def _audio_scale(session: Session, args: tuple[str, ...], _: Shelf) -> Session:
    if args[0] in {"up", "down"}:
        now = session.style.audio_scale if session.audio_scale is None else session.audio_scale
        step = AUDIO_SCALE_STEP if args[0] == "up" else -AUDIO_SCALE_STEP
        # Rounded, so that ten steps up and ten down end where they began.
        scale = round(min(max(now + step, 0.0), MAX_AUDIO_SCALE), 4)
    else:
        scale = float(args[0])
    return replace(session, audio_scale=scale)


def _audio_scale_argument(text: str) -> object:
    if text in {"up", "down"}:
        return text
    try:
        return _number(0.0, MAX_AUDIO_SCALE)(text)
    except ValueError as error:
        raise ValueError(f"{error}, up or down") from error


def _quit(session: Session, _: tuple[str, ...], __: Shelf) -> Session:
    return replace(session, quitting=True)


COMMANDS = (
    Command("next", "next style", (Key("N"),), change=_next),
    Command("previous", "previous style", (Key("P"),), change=_previous),
    Command("random", "random style", (Key("R"),), change=_random),
    Command(
        "slot",
        "style in slot 1 to 9",
        tuple(Key(str(n), (str(n),)) for n in range(1, 10)),
        arguments=("N",),
        checks=(_slot_number,),
        change=_slot,
    ),
    Command("last", "the style before this one", (Key("Backspace"),), change=_last),
    Command(
        "style",
        "a style by name, file or seed:N",
        arguments=("NAME",),
        checks=(_style_spec,),
        change=_style,
    ),
    Command(
        "lock",
        "hold this style: nothing switches until unlocked",
        (Key("Space"),),
        arguments=("0|1",),
        checks=(_switch,),
        optional=1,
        change=_lock,
    ),
    Command("seed", "a new untrained style: happy accidents", (Key("S"),), change=_seed),
    Command("keep", "keep this untrained style as a file", (Key("Ctrl+S"),)),
    Command(
        "audio-scale",
        f"sound moves the picture more or less ({TRAINED_AUDIO_SCALE:.2f} as trained)",
        (Key("Up", ("up",)), Key("Down", ("down",))),
        arguments=("A",),
        checks=(_audio_scale_argument,),
        change=_audio_scale,
    ),
    Command(
        "dimmer",
        "master brightness, 0 to 1",
        arguments=("X",),
        checks=(_number(0.0, 1.0),),
        change=_dimmer,
    ),
    Command(
        "blackout",
        "black, and back",
        (Key("."),),
        arguments=("0|1",),
        checks=(_switch,),
        optional=1,
        change=_blackout,
    ),
    Command("fullscreen", "fullscreen, and back", (Key("F"), Key("F11"))),
    Command("monitor", "move to the next monitor", (Key("Ctrl+M"),)),
    Command("device", "next audio input", (Key("Ctrl+I"),)),
    Command("screenshot", "save this picture as a PNG", (Key("F2"),)),
    Command(
        "help",
        "this list, and away",
        (Key("F1"),),
        arguments=("0|1",),
        checks=(_switch,),
        optional=1,
        change=_help,
    ),
    Command("quit", "end the show", (Key("Ctrl+Q"),), change=_quit),
)

BY_NAME = {command.name: command for command in COMMANDS}

KEYS = {key.chord: Action(command.name, key.args) for command in COMMANDS for key in command.keys}
"""What each key asks for."""
