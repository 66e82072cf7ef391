"""What an OSC message asks for, and what is told in OSC: addresses and arguments. Pure.

``/chladni/COMMAND`` takes the command's arguments, as OSC's own types; an argument may also stand
in the address (``/chladni/slot/3``), where a button of a desk keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from visualizer.contracts import Frame
from visualizer.show.commands import BY_NAME, COMMANDS, Command, Kind
from visualizer.show.standing import standing
from visualizer.types import Action

ROOT = "/chladni"
QUERY = f"{ROOT}/query"
MOST_LETTERS = 1000
"""Of one argument: the longest path is shorter."""

Argument = str | int | float | bool
Message = tuple[str, tuple[Argument, ...]]
"""An address and its arguments."""


def action_of(address: str, arguments: Sequence[object]) -> Action | None:
    """The action that a message asks for; None for a button that is let go.

    Desks send 1 when a button is pressed and 0 when it is let go. Where a command needs nothing
    more, such a number is the button's own: 1 asks, 0 does not.
    Raises ValueError, saying what is wrong, for whatever is not a command's message. What the
    command makes of the arguments is checked at the loop's border, as for every control.
    """
    command, inside = _parse(address)
    words = [_word(argument) for argument in arguments]
    number = _number(arguments[0]) if len(arguments) == 1 else None
    if number is not None and _is_complete(command, len(inside)):
        return Action(command.name, inside) if number > 0.0 else None
    if number is not None and command.kind is Kind.TOGGLE:
        # A fader or a toggle says 1.0, which is no word for a switch.
        words = [str(int(number > 0.5))]
    return Action(command.name, (*inside, *words))


def _is_complete(command: Command, given: int) -> bool:
    """Whether a number that follows can only be a button's: lengths are told as texts."""
    enough = given >= len(command.arguments) - command.optional
    return enough and command.arguments[given:] in {(), ("SPAN",)}


def _parse(address: str) -> tuple[Command, tuple[str, ...]]:
    """The command of an address, and the arguments that stand in it."""
    name, *inside = address.removeprefix(f"{ROOT}/").split("/")
    command = BY_NAME.get(name)
    if not address.startswith(f"{ROOT}/") or command is None or not all(inside):
        raise ValueError(f"{address[:60]!r} is no address of a command, such as {ROOT}/next")
    return command, tuple(inside)


def _word(argument: object) -> str:
    """An argument as scripts write it. Raises ValueError for blobs, arrays and the like."""
    if isinstance(argument, bool):
        return str(int(argument))
    if isinstance(argument, float):
        return f"{argument:.6f}".rstrip("0").rstrip(".") if abs(argument) < 1e12 else repr(argument)
    if isinstance(argument, int | str):
        word = str(argument)
        if len(word) <= MOST_LETTERS:
            return word
    raise ValueError(f"{argument!r:.60} is no argument, expected a number, a text or a truth")


def _number(argument: object) -> float | None:
    return float(argument) if isinstance(argument, bool | int | float) else None


# --- out


def state_of(frame: Frame) -> Iterator[Message]:
    """Everything that can stand some way, as ``/chladni/state/COMMAND``, and the tempo."""
    for name, value in standing(frame.session).items():
        yield f"{ROOT}/state/{name}", (int(value) if isinstance(value, bool) else value,)
    yield f"{ROOT}/state/bpm", (round(float(frame.beat.bpm or 0.0), 1),)
    yield f"{ROOT}/state/beat-source", (frame.beat.source,)


def sound_of(frame: Frame) -> Iterator[Message]:
    """What is heard just now: the level, 0..1, and the bands, each 0..1."""
    yield f"{ROOT}/level", (float(frame.features.level),)
    yield f"{ROOT}/bands", tuple(map(float, frame.features.bands))


def events_of(frame: Frame, beats_before: int) -> Iterator[Message]:
    """Onsets and beats of this frame: ``/chladni/onset STRENGTH``, ``/chladni/beat COUNT``."""
    if frame.features.onset:
        yield f"{ROOT}/onset", (float(frame.features.strength),)
    if frame.beat.count > beats_before:
        yield f"{ROOT}/beat", (frame.beat.count,)


def address_table() -> tuple[tuple[str, str, str], ...]:
    """(address, arguments, what it does) of every command, for the manual."""
    return tuple(
        (f"{ROOT}/{each.name}", " ".join(each.arguments), each.summary) for each in COMMANDS
    )
