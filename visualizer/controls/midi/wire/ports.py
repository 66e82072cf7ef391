"""The computer's MIDI ports. The only file that knows who reaches them: supriya-midi (RtMidi)."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from supriya_midi import MidiIn, MidiOut, RtMidiAPI, get_compiled_apis

from visualizer.errors import ChladniError

CLIENT = "Chladni"
QUEUED = 4096
"""Messages that may wait until they are read; further ones are lost."""
_SEQUENCER = Path("/dev/snd/seq")
"""Where ALSA's is. Without it ALSA only complains, and loudly."""
_JACK_SERVERS = Path("/dev/shm")  # noqa: S108 - where their sockets are
"""As loud is JACK where no server runs."""

T = TypeVar("T", MidiIn, MidiOut)


class MidiError(ChladniError):
    """MIDI cannot be had, or a port cannot be opened."""


class InputPort(Protocol):
    """An open input."""

    def read(self) -> tuple[Sequence[int], float] | None:
        """The next message's bytes, and the seconds since the one before it; None: no more."""
        ...

    def close(self) -> None:
        """Let go of it; its name is free again."""
        ...


class OutputPort(Protocol):
    """An open output."""

    def send(self, message: Sequence[int]) -> None:
        """Send one message. Raises MidiError."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Midi(Protocol):
    """A computer's MIDI, as far as the show needs it; to be used by one thread alone."""

    def inputs(self) -> Sequence[str]:
        """The names of what can be listened to now."""
        ...

    def outputs(self) -> Sequence[str]:
        """The names of what can be sent to now."""
        ...

    def open_input(self, name: str) -> InputPort:
        """Listen. Raises MidiError."""
        ...

    def open_output(self, name: str) -> OutputPort:
        """Get ready to send. Raises MidiError."""
        ...


def open_midi() -> Midi:
    """This computer's MIDI. Raises MidiError where there is none."""
    reasons = ["no ALSA sequencer and no JACK server were found"]
    for api in _apis():
        try:
            return _RtMidi(api)
        except Exception as error:  # noqa: BLE001 - RtMidi raises what its systems happen to
            reasons.append(str(error))
    raise MidiError(f"this computer has no MIDI: {reasons[-1]}")


def _apis() -> list[RtMidiAPI]:
    """What may work here. What surely does not is left out: it would complain to the terminal."""
    hopeless = {RtMidiAPI.RTMIDI_DUMMY}
    if sys.platform.startswith("linux"):
        if not _SEQUENCER.exists():
            hopeless.add(RtMidiAPI.LINUX_ALSA)
        server = os.environ.get("JACK_DEFAULT_SERVER", "default")
        if not any(_JACK_SERVERS.glob(f"jack_{server}_*")):
            hopeless.add(RtMidiAPI.UNIX_JACK)
    return [api for api in get_compiled_apis() if api not in hopeless]


def name_of(port: str, platform: str = sys.platform) -> str:
    """A port's name without the numbers that change with every plugging in.

    RtMidi adds them: ALSA's client and port, and Windows' place in the list.
    """
    return re.sub(r" \d+$" if platform == "win32" else r" \d+:\d+$", "", port)


class _RtMidi:
    """MIDI by RtMidi.

    Without its callbacks: to close a port whose callback waits for Python's lock stands still
    for ever (supriya-midi 26.10b4). Messages wait in RtMidi's own queue, stamped as they came.
    """

    def __init__(self, api: RtMidiAPI) -> None:
        self._api = api
        self._listening = MidiIn(api, CLIENT)
        self._sending = MidiOut(api, CLIENT)
        self.inputs()  # JACK only now says whether its server is there

    def inputs(self) -> Sequence[str]:
        return _names(self._listening)

    def outputs(self) -> Sequence[str]:
        return _names(self._sending)

    def open_input(self, name: str) -> InputPort:
        port = MidiIn(self._api, CLIENT, QUEUED)
        port.ignore_types(sysex=True, timing=False, active_sense=True)
        return _Input(_opened(port, name))

    def open_output(self, name: str) -> OutputPort:
        return _Output(_opened(MidiOut(self._api, CLIENT), name))


class _Input:
    def __init__(self, port: MidiIn) -> None:
        self._port = port

    def read(self) -> tuple[Sequence[int], float] | None:
        return self._port.get_message()

    def close(self) -> None:
        _close(self._port)


class _Output:
    def __init__(self, port: MidiOut) -> None:
        self._port = port

    def send(self, message: Sequence[int]) -> None:
        with _as_midi_error("send to a MIDI port"):
            self._port.send_message(message)

    def close(self) -> None:
        _close(self._port)


def _names(ports: MidiIn | MidiOut) -> list[str]:
    """All but our own, which would hear themselves, and what is no device."""
    names = [name_of(name) for name in ports.get_ports()]
    return [name for name in names if not name.startswith((CLIENT, "Midi Through"))]


def _opened(port: T, name: str) -> T:
    with _as_midi_error(f"open the MIDI port {name!r}"):
        names = [name_of(one) for one in port.get_ports()]
        if name not in names:
            port.delete()
            raise MidiError(f"the MIDI port {name!r} is gone")
        port.open_port(names.index(name), name)
    return port


def _close(port: MidiIn | MidiOut) -> None:
    port.close_port()
    # Otherwise the name stays taken.
    port.delete()


@contextmanager
def _as_midi_error(what: str) -> Iterator[None]:
    try:
        yield
    except MidiError:
        raise
    except Exception as error:  # RtMidi raises what its systems happen to
        raise MidiError(f"cannot {what}: {error}") from error
