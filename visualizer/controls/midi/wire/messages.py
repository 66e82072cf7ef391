"""What a MIDI message says, as values: a control was touched, or the sender's clock went on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from supriya_midi import messages as midi

CC, CC14, NRPN, NOTE, BEND, PROGRAM = "cc", "cc14", "nrpn", "note", "bend", "program"
KINDS = (NOTE, CC, CC14, NRPN, BEND, PROGRAM)
"""Kinds of controls. cc14: two controllers, n and n + 32, that make one of 14 bits."""
FINE_TOP, COARSE_TOP = 2**14 - 1, 2**7 - 1
_MOST = {NOTE: COARSE_TOP, CC: COARSE_TOP, CC14: 31, NRPN: FINE_TOP, PROGRAM: COARSE_TOP}
EXPECTED = "KIND CHANNEL/NUMBER, such as 'cc 1/7', 'note 10/36', 'nrpn 1/300' or 'bend 1'"

CLOCK, START, CONTINUE, STOP = "clock", "start", "continue", "stop"
POSITION = "position"
_WORDS: Mapping[type[midi.MidiMessage], str] = {
    midi.ClockMessage: CLOCK,
    midi.StartMessage: START,
    midi.ContinueMessage: CONTINUE,
    midi.StopMessage: STOP,
}


@dataclass(frozen=True, slots=True)
class Source:
    """Which control it is. kind: one of KINDS. channel: 1..16. number: 0 for a pitch wheel."""

    kind: str
    channel: int
    number: int = 0

    def __str__(self) -> str:
        """As ``parse`` reads it."""
        number = "" if self.kind == BEND else f"/{self.number}"
        return f"{self.kind} {self.channel}{number}"

    @classmethod
    def parse(cls, text: str) -> Source:
        """Read ``cc 1/7``. Raises ValueError, saying what was expected."""
        found = re.fullmatch(r"([a-z0-9]+) (\d{1,2})(?:/(\d{1,5}))?", text, re.ASCII)
        if found is None:
            raise ValueError(EXPECTED)
        kind, channel, number = found[1], int(found[2]), int(found[3] or 0)
        if kind not in KINDS or not 1 <= channel <= 16 or (found[3] is None) != (kind == BEND):
            raise ValueError(EXPECTED)
        if number > _MOST.get(kind, 0):
            raise ValueError(f"a number of at most {_MOST[kind]} for {kind}")
        return cls(kind, channel, number)


@dataclass(frozen=True, slots=True)
class Touch:
    """A control was moved or pressed. value: 0..top; a note's is its velocity, 0 on release."""

    source: Source
    value: int
    top: int = COARSE_TOP

    @property
    def place(self) -> float:
        """0..1: how far up."""
        return self.value / self.top

    @property
    def is_press(self) -> bool:
        """Whether a finger went down, where it is a button."""
        return self.value > 0


@dataclass(frozen=True, slots=True)
class Transport:
    """A word of the sender's clock: one of CLOCK, START, CONTINUE, STOP, POSITION.

    sixteenths: for POSITION, how many since the song's beginning.
    """

    word: str
    sixteenths: int = 0


def decode(data: Sequence[int]) -> Touch | Transport | None:
    """What the bytes of one message say; None for what nobody here needs, and for nonsense."""
    try:
        message = midi.MidiMessage.parse(data)
    except (ValueError, KeyError, IndexError, TypeError):
        return None
    if isinstance(message, midi.SongPositionMessage):
        # supriya-midi 26.10b4 takes the first byte for the high one; MIDI sends the low first.
        return Transport(POSITION, data[1] | data[2] << 7)
    if (word := _WORDS.get(type(message))) is not None:
        return Transport(word)
    return _touch(message)


def _touch(message: midi.MidiMessage) -> Touch | None:
    match message:
        case midi.ControllerChangeMessage(channel, number, value):
            return Touch(Source(CC, channel + 1, number), value)
        case midi.NoteOnMessage(channel, number, velocity):
            return Touch(Source(NOTE, channel + 1, number), velocity)
        case midi.NoteOffMessage(channel, number):
            return Touch(Source(NOTE, channel + 1, number), 0)
        case midi.PitchWheelMessage(channel, value):
            return Touch(Source(BEND, channel + 1), value, FINE_TOP)
        case midi.ProgramChangeMessage(channel, number):
            return Touch(Source(PROGRAM, channel + 1, number), COARSE_TOP)
    return None


def encode(source: Source, place: float) -> tuple[tuple[int, ...], ...]:
    """The messages that show 0..1 on a control: its light, ring or motor; none for a program."""
    channel, number = source.channel - 1, source.number
    fine = round(place * FINE_TOP)
    coarse = round(place * COARSE_TOP)
    sent: tuple[midi.MidiMessage, ...] = ()
    match source.kind:
        case "note":
            sent = (midi.NoteOnMessage(channel, number, coarse),)
        case "cc":
            sent = _ccs(channel, (number, coarse))
        case "cc14":
            sent = _ccs(channel, (number, fine >> 7), (number + 32, fine & 127))
        case "nrpn":
            parameter = (99, number >> 7), (98, number & 127)
            sent = _ccs(channel, *parameter, (6, fine >> 7), (38, fine & 127))
        case "bend":
            sent = (midi.PitchWheelMessage(channel, fine),)
    return tuple(message.serialize() for message in sent)


def _ccs(channel: int, *pairs: tuple[int, int]) -> tuple[midi.MidiMessage, ...]:
    return tuple(midi.ControllerChangeMessage(channel, *pair) for pair in pairs)
