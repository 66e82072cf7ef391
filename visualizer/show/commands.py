"""What can be asked of the show: one table of commands, with their keys.

Keys, action scripts, ``--help``, the README's list and F1 all come from ``COMMANDS``.
A command either changes the ``Session`` (``change``) or is carried out by a room that
sees it in ``Frame.actions`` (``change`` is None): the window, the microphone, the beat clock.
"""

from __future__ import annotations

from dataclasses import dataclass

from visualizer.errors import UsageError
from visualizer.show import reducers
from visualizer.show.arguments import (
    OFF,
    SMOOTH,
    Check,
    any_text,
    either,
    number,
    one_of,
    slot_number,
    smoothly,
    span,
    switch,
)
from visualizer.show.reducers import Change
from visualizer.show.session import HAND_RANGES, SWITCH_ON, Session
from visualizer.show.style_pool import StylePool
from visualizer.style.style import MAX_AUDIO_SCALE, TRAINED_AUDIO_SCALE
from visualizer.types import MIRRORS, Action

SHIFT, CTRL = "Shift+", "Ctrl+"


@dataclass(frozen=True, slots=True)
class Key:
    """A key as a person writes it (``Ctrl+S``, ``F11``, ``Up``) and the arguments it sends.

    repeats: goes on asking while it is held.
    """

    chord: str
    args: tuple[str, ...] = ()
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be asked for.

    checks: one per argument, raising ValueError for a bad one. optional: how many of the
    arguments may be left out. label: its keys in the key table, where they are many.
    """

    name: str
    summary: str
    keys: tuple[Key, ...] = ()
    arguments: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    optional: int = 0
    change: Change | None = None
    label: str | None = None


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


def apply(action: Action, session: Session, pool: StylePool) -> Session:
    """The session after ``action``, which ``check_action`` has accepted."""
    change = BY_NAME[action.name].change
    return session if change is None else change(session, action.args, pool)


def key_table() -> tuple[tuple[str, str], ...]:
    """(keys, what they do) of every command that has a key, in the table's order."""
    return tuple(
        (command.label or ", ".join(_shown(key.chord) for key in command.keys), command.summary)
        for command in COMMANDS
        if command.keys
    )


def _shown(chord: str) -> str:
    # A lone dot is easily overlooked.
    return ". (period)" if chord == "." else chord


def _with_shift(chord: str, *args: str) -> tuple[Key, Key]:
    """A key that cuts, and with Shift goes smoothly."""
    return Key(chord, args), Key(SHIFT + chord, (*args, SMOOTH))


def _up_and_down(up: str, down: str) -> tuple[Key, Key]:
    return Key(up, ("up",), repeats=True), Key(down, ("down",), repeats=True)


def _stepped(low: float, high: float) -> tuple[Check]:
    return (either(number(low, high), one_of("up", "down")),)


COMMANDS = (
    Command("next", "next style; with Shift smoothly", _with_shift("N"),
            ("SPAN",), (smoothly,), 1, reducers.to_next),
    Command("previous", "previous style; with Shift smoothly", _with_shift("P"),
            ("SPAN",), (smoothly,), 1, reducers.to_previous),
    Command("random", "random style; with Shift smoothly", _with_shift("R"),
            ("SPAN",), (smoothly,), 1, reducers.to_random),
    Command("slot", "style in slot 1 to 9; with Shift smoothly",
            tuple(key for n in range(1, 10) for key in _with_shift(str(n), str(n))),
            ("N", "SPAN"), (slot_number, smoothly), 1, reducers.to_slot, "1-9, Shift+1-9"),
    Command("last", "the style before this one; with Shift smoothly", _with_shift("Backspace"),
            ("SPAN",), (smoothly,), 1, reducers.to_last),
    Command("cross", "cross to the next style by hand",
            (Key("Left", ("left",), repeats=True), Key("Right", ("right",), repeats=True)),
            ("X|left|right",), (either(number(0.0, 1.0), one_of("left", "right")),), 0,
            reducers.cross),
    Command("style", "a style by name, file or seed:N", (),
            ("NAME",), (any_text,), 0, reducers.cut),
    Command("fade", "cross to a style", (),
            ("NAME", "SPAN"), (any_text, span), 0, reducers.fade),
    Command("morph", "change the weights to those of a style of the same family", (),
            ("NAME", "SPAN"), (any_text, span), 0, reducers.morph),
    Command("lock", "hold this style: nothing switches until unlocked", (Key("Space"),),
            ("0|1",), (switch,), 1, reducers.lock),
    Command("switch-on", "styles switch now, on the beat, on the bar", (Key("B"),),
            ("|".join(SWITCH_ON),), (one_of(*SWITCH_ON),), 1, reducers.switch_on),
    Command("playlist", "playlist: styles follow each other, and stay", (Key("L"),),
            ("SPAN|off",), (either(one_of(OFF), span),), 1, reducers.playlist),
    Command("shuffle", "the playlist goes at random, or in order", (Key("Shift+L"),),
            ("0|1",), (switch,), 1, reducers.toggle("shuffle")),
    Command("fade-time", "how long smooth changes take", (),
            ("SPAN",), (span,), 0, reducers.fade_time),
    Command("seed", "a new untrained style: happy accidents", (Key("S"),), change=reducers.to_seed),
    Command("keep", "keep this untrained style as a file", (Key("Ctrl+S"),)),
    Command("tap", "tap the beat: four taps lock it", (Key("T"),)),
    Command("tempo", "the beat at half, at double; back to the analysis",
            (Key(",", ("half",)), Key(";", ("double",)), Key("Shift+T", ("release",))),
            ("half|double|release",), (one_of("half", "double", "release"),),
            label=", ; Shift+T"),
    Command("audio-scale",
            f"sound moves the picture more or less ({TRAINED_AUDIO_SCALE:.2f} as trained)",
            _up_and_down("Up", "Down"),
            ("A|up|down",), _stepped(0.0, MAX_AUDIO_SCALE), 0, reducers.audio_scale),
    Command("drift", "the slow drift faster, slower", _up_and_down("D", "Shift+D"),
            ("X|up|down",), _stepped(*HAND_RANGES["drift"]), 0, reducers.hand("drift", 0.25)),
    Command("zoom", "nearer, farther", _up_and_down("Z", "Shift+Z"),
            ("X|up|down",), _stepped(*HAND_RANGES["zoom"]), 0,
            reducers.hand("zoom", 2.0 ** 0.125, factor=True)),
    Command("hue", "turn the colours on, back", _up_and_down("H", "Shift+H"),
            ("TURNS|up|down",), _stepped(*HAND_RANGES["hue"]), 0,
            reducers.hand("hue", 1.0 / 24.0)),
    Command("mirror", "mirror, then kaleidoscopes of 3, 4 and 6 arms", (Key("M"),),
            ("|".join(map(str, MIRRORS)),), (one_of(*map(str, MIRRORS)),), 1, reducers.mirror),
    Command("freeze", "the picture stands still, and goes on", (Key("Ctrl+F"),),
            ("0|1",), (switch,), 1, reducers.freeze),
    Command("dimmer", "brighter, darker", _up_and_down("PageUp", "PageDown"),
            ("X|up|down",), _stepped(*HAND_RANGES["dimmer"]), 0, reducers.hand("dimmer", 0.05)),
    Command("hands-off", "all of these back as the style has them", (Key("0"),),
            change=reducers.hands_off),
    Command("blackout", "black, and back", (Key("."),),
            ("0|1",), (switch,), 1, reducers.toggle("blackout")),
    Command("fullscreen", "fullscreen, and back", (Key("F"), Key("F11"))),
    Command("monitor", "move to the next monitor", (Key("Ctrl+M"),)),
    Command("device", "next audio input", (Key("Ctrl+I"),)),
    Command("screenshot", "save this picture as a PNG", (Key("F2"),)),
    Command("drop", "take over a style or a song", (), ("PATH",), (any_text,)),
    Command("renewed", "a style's file has changed", (),
            ("NAME",), (any_text,), 0, reducers.renew),
    Command("hud", "what is going on, and sliders", (Key("Tab"),),
            ("0|1",), (switch,), 1, reducers.toggle("hud_shown")),
    Command("help", "this list, and away", (Key("F1"),),
            ("0|1",), (switch,), 1, reducers.toggle("help_shown")),
    Command("quit", "end the show", (Key("Ctrl+Q"),), change=reducers.leave),
)  # fmt: skip

BY_NAME = {command.name: command for command in COMMANDS}

KEYS = {key.chord: Action(command.name, key.args) for command in COMMANDS for key in command.keys}
"""What each key asks for."""
REPEATING = frozenset(key.chord for command in COMMANDS for key in command.keys if key.repeats)
"""Keys that go on asking while they are held."""
