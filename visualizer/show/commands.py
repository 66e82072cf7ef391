"""What can be asked of the show: one table of commands, with their keys.

Keys, action scripts, ``--help``, the README's list and F1 all come from ``COMMANDS``.
A command changes the ``Session`` (``change``), or the beat clock obeys it (``OBEYED``), or it is
one of ``CARRIED_OUT``: for each of those the show has one handler (``app.handlers``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto

from visualizer.contracts import Pool
from visualizer.errors import UsageError
from visualizer.show import reducers
from visualizer.show.arguments import (
    OFF,
    SMOOTH,
    Check,
    Level,
    any_text,
    either,
    number,
    one_of,
    slot_number,
    smoothly,
    span,
    switch,
)
from visualizer.show.beat.beat_clock import OBEYED
from visualizer.show.beat.clock_choice import CHOICES
from visualizer.show.reducers import AUDIO_SCALE_STEP, STEER_STEP, Change
from visualizer.show.session import HAND_RANGES, SWITCH_ON, Session
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


class Kind(StrEnum):
    """What a button, a knob or a page makes of a command.

    TRIGGER: it happens when it is asked for. TOGGLE: on or off, ``1`` or ``0``, or turned over.
    VALUE: a number on a ``Level``.
    """

    TRIGGER = auto()
    TOGGLE = auto()
    VALUE = auto()


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be asked for.

    checks: one per argument, raising ValueError for a bad one. optional: how many of the
    arguments may be left out. keys_text: its keys in the key table, where they are many.
    level: of the number that the only argument may be.
    """

    name: str
    summary: str
    keys: tuple[Key, ...] = ()
    arguments: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    optional: int = 0
    change: Change | None = None
    keys_text: str | None = None
    level: Level | None = None

    @property
    def kind(self) -> Kind:
        """What it is to a button, a knob or a page."""
        if self.level is not None:
            return Kind.VALUE
        return Kind.TOGGLE if self.checks == (switch,) else Kind.TRIGGER

    @property
    def label(self) -> str:
        """A word or two for it, where there is no room for the summary."""
        return self.name.replace("-", " ") if self.level is None else self.level.label


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


def apply(action: Action, session: Session, pool: Pool) -> Session:
    """The session after ``action``, which ``check_action`` has accepted."""
    change = BY_NAME[action.name].change
    return session if change is None else change(session, action.args, pool)


def key_table() -> tuple[tuple[str, str], ...]:
    """(keys, what they do) of every command that has a key, in the table's order."""
    return tuple(
        (
            command.keys_text or ", ".join(_shown(key.chord) for key in command.keys),
            command.summary,
        )
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


def _moved(level: Level, *words: str) -> tuple[Check]:
    """A number on the level, or a step on it."""
    return (either(number(level.low, level.high), one_of(*(words or ("up", "down")))),)


def _hand(name: str, summary: str, keys: tuple[Key, ...], value: str, level: Level) -> Command:
    """One of ``Session.hands``. value: what its number is called."""
    return Command(
        name, summary, keys,
        (f"{value}|up|down",), _moved(level), 0,
        reducers.hand(name, level.step, factor=level.by_factor), level=level,
    )  # fmt: skip


_CROSSING = Level("cross", 0.0, 1.0, rest=0.0, step=STEER_STEP)
_AUDIO_SCALE = Level(
    # The usual range, .08 to .12, lies around the middle of a slider.
    "audio",
    0.0,
    MAX_AUDIO_SCALE,
    rest=TRAINED_AUDIO_SCALE,
    step=AUDIO_SCALE_STEP,
    exponent=3.0,
)

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
            ("X|left|right",), _moved(_CROSSING, "left", "right"), 0, reducers.cross,
            level=_CROSSING),
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
    Command("prompt", "type what a new style shall look like",
            (Key("/"),), ("TEXT",), (any_text,), 1),
    Command("prompt-off", "end that training, and keep its style"),
    Command("keep", "keep this untrained style as a file", (Key("Ctrl+S"),)),
    Command("tap", "tap the beat: four taps lock it", (Key("T"),)),
    Command("tempo", "the beat at half, at double; back to the analysis",
            (Key(",", ("half",)), Key(";", ("double",)), Key("Shift+T", ("release",))),
            ("half|double|release",), (one_of("half", "double", "release"),),
            keys_text=", ; Shift+T"),
    Command("clock", "whose beat counts; auto: MIDI's, then Link's, taps, the analysis", (),
            ("|".join(CHOICES),), (one_of(*CHOICES),)),
    Command("audio-scale",
            f"sound moves the picture more or less ({TRAINED_AUDIO_SCALE:.2f} as trained)",
            _up_and_down("Up", "Down"),
            ("A|up|down",), _moved(_AUDIO_SCALE), 0, reducers.audio_scale, level=_AUDIO_SCALE),
    _hand("drift", "the slow drift faster, slower", _up_and_down("D", "Shift+D"), "X",
          Level("drift", *HAND_RANGES["drift"], rest=1.0, step=0.25, exponent=3.0, unit=" x")),
    # On a slider, the rest of zoom and drift lies in the middle.
    _hand("zoom", "nearer, farther", _up_and_down("Z", "Shift+Z"), "X",
          Level("zoom", *HAND_RANGES["zoom"], rest=1.0, step=2.0 ** 0.125, by_factor=True,
                exponent=2.0, unit=" x")),
    _hand("hue", "turn the colours on, back", _up_and_down("H", "Shift+H"), "TURNS",
          Level("hue", *HAND_RANGES["hue"], rest=0.0, step=1.0 / 24.0, wraps=True,
                shown=360.0, digits=0, unit="°")),
    Command("mirror", "mirror, then kaleidoscopes of 3, 4 and 6 arms", (Key("M"),),
            ("|".join(map(str, MIRRORS)),), (one_of(*map(str, MIRRORS)),), 1, reducers.mirror),
    Command("freeze", "the picture stands still, and goes on", (Key("Ctrl+F"),),
            ("0|1",), (switch,), 1, reducers.freeze),
    _hand("dimmer", "brighter, darker", _up_and_down("PageUp", "PageDown"), "X",
          Level("dimmer", *HAND_RANGES["dimmer"], rest=1.0, step=0.05,
                shown=100.0, digits=0, unit=" %")),
    Command("hands-off", "all of these back as the style has them", (Key("0"),),
            change=reducers.hands_off),
    Command("blackout", "black, and back", (Key("."),),
            ("0|1",), (switch,), 1, reducers.toggle("blackout")),
    Command("fullscreen", "fullscreen, and back", (Key("F"), Key("F11"))),
    Command("monitor", "move to the next monitor", (Key("Ctrl+M"),)),
    Command("device", "next audio input", (Key("Ctrl+I"),)),
    Command("screenshot", "save this picture as a PNG", (Key("F2"),)),
    Command("record", "record the show, and end that", (Key("Ctrl+R"),),
            ("0|1",), (switch,), 1),
    Command("drop", "take over a style or a song", (), ("PATH",), (any_text,)),
    Command("renewed", "a style's file has changed", (),
            ("NAME",), (any_text,), 0, reducers.renew),
    Command("hud", "what is going on, and sliders", (Key("Tab"),),
            ("0|1",), (switch,), 1, reducers.toggle("hud_shown")),
    Command("learn", "choose a command, then move a MIDI control: learn it; with Shift forget",
            (Key("Ctrl+L"), Key("Ctrl+Shift+L", ("clear",))), ("clear",), (one_of("clear"),), 1,
            reducers.learn),
    Command("help", "this list, and away", (Key("F1"),),
            ("0|1",), (switch,), 1, reducers.toggle("help_shown")),
    Command("quit", "end the show", (Key("Ctrl+Q"),), change=reducers.leave),
)  # fmt: skip

BY_NAME = {command.name: command for command in COMMANDS}
LEVELS = {command.name: command.level for command in COMMANDS if command.level is not None}
"""Of every command that takes a number, by its name."""
CARRIED_OUT = frozenset(
    command.name for command in COMMANDS if command.change is None and command.name not in OBEYED
)
"""What neither changes the session nor concerns the beat: windows, devices, files."""

KEYS = {key.chord: Action(command.name, key.args) for command in COMMANDS for key in command.keys}
"""What each key asks for."""
REPEATING = frozenset(key.chord for command in COMMANDS for key in command.keys if key.repeats)
"""Keys that go on asking while they are held."""
