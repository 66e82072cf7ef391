"""Inputs and outputs of this computer: PortAudio's own, and the sound server's sources.

Debian's PortAudio sees ALSA alone. What PulseAudio and PipeWire offer, the desktop's own sound
(monitors) among it, is listed by ``pactl`` and reached through one of ALSA's doors to the
server with ``PULSE_SOURCE`` set before PortAudio starts.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import pyaudio

from visualizer.errors import DeviceError

MAX_CHANNELS = 32
DOORS = ("pulse", "default", "pipewire")
"""ALSA's doors to the sound server, best first; hidden where its sources have their own names."""
DEFAULT, MONITOR = "default", "monitor"
"""What can be asked for instead of a name, and changes with the system's settings.

The default input, and what the default output plays.
"""
_PACTL_LIMIT_S = 3.0


@dataclass(frozen=True, slots=True)
class Device:
    """An input or output. ``index`` is its place in ``list_devices``.

    kind: "hardware" is PortAudio's, "source" the sound server's, "monitor" what an output of
    the sound server plays.
    """

    index: int
    name: str
    channels: int
    rate_hz: int
    kind: Literal["hardware", "source", "monitor"]


@contextmanager
def portaudio() -> Iterator[pyaudio.PyAudio]:
    """PortAudio with a fresh list of devices, and without the chatter of ALSA and JACK.

    They write pages of notes straight to file descriptor 2, while listing and also later. It
    leads nowhere until the end of the block; Python's own ``sys.stderr`` still speaks.
    """
    os.environ.setdefault("JACK_NO_START_SERVER", "1")  # being asked, libjack would start one
    with _muted_stderr():
        audio = pyaudio.PyAudio()
        try:
            yield audio
        finally:
            audio.terminate()


def list_devices() -> list[Device]:
    """Every input, the sound server's sources first."""
    with portaudio() as audio:
        return inputs_of(audio)


def inputs_of(audio: pyaudio.PyAudio) -> list[Device]:
    """Every input that this PortAudio can reach, the sound server's sources first."""
    known = [info for info in device_infos(audio) if info["maxInputChannels"] > 0]
    doors = [info["name"] for info in known if info["name"] in DOORS]
    sources = list_sources() if doors else []
    devices = [
        Device(index, name, channels, rate_hz, "monitor" if name.endswith(".monitor") else "source")
        for index, (name, channels, rate_hz) in enumerate(sources)
    ]
    for info in known:
        if not (sources and info["name"] in DOORS):
            name = _unique_name(str(info["name"]), devices)
            devices.append(_hardware(len(devices), name, info))
    return devices


def find_device(wanted: str | int, devices: Sequence[Device] | None = None) -> Device:
    """The input of that index or name: the exact name, else the only one that holds it.

    DEFAULT and MONITOR are what they stand for now. Raises DeviceError, which names the candidates.
    """
    devices = list_devices() if devices is None else devices
    wanted = stands_for(wanted) or wanted
    if isinstance(wanted, int) or wanted.isdecimal():
        matches = [device for device in devices if device.index == int(wanted)]
    else:
        matches = [device for device in devices if device.name == wanted]
        if not matches:
            part = wanted.casefold()
            matches = [device for device in devices if part in device.name.casefold()]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise DeviceError(
            f"the audio device {wanted!r} fits {_names(matches)}; write more of its name"
            " (--list-devices prints them all)"
        )
    there = f"there are {_names(devices)}" if devices else "this computer has no audio input"
    raise DeviceError(f"no audio device {wanted!r}: {there} (--list-devices prints them)")


def default_input() -> Device | None:
    """The input that the sound server or PortAudio calls the default, if there is one."""
    with portaudio() as audio:
        return default_input_of(audio, inputs_of(audio))


def default_input_of(audio: pyaudio.PyAudio, devices: Sequence[Device]) -> Device | None:
    """The default among these inputs of this PortAudio."""
    try:
        names = [str(audio.get_default_input_device_info()["name"])]
    except OSError:  # PyAudio's word for: there is none
        return None
    if names[0] in DOORS:
        names.insert(0, _default_of("Source"))
    found = [device for name in names for device in devices if device.name == name]
    return next(iter(found or devices), None)


def reason(error: Exception) -> str:
    """What PyAudio says in an OSError or ValueError, without its number."""
    return str(getattr(error, "strerror", None) or error)


def device_infos(audio: pyaudio.PyAudio) -> list[Mapping[str, Any]]:
    """PortAudio's description of each of its devices, in its order."""
    return [audio.get_device_info_by_index(i) for i in range(audio.get_device_count())]


def portaudio_index(audio: pyaudio.PyAudio, device: Device) -> int:
    """PortAudio's own index of an input, or of the door that leads to a source.

    Raises DeviceError.
    """
    names: dict[str, int] = {}
    for info in device_infos(audio):
        if info["maxInputChannels"] > 0:
            names[_unique_name(str(info["name"]), names)] = int(info["index"])
    routes = (device.name,) if device.kind == "hardware" else DOORS
    for name in routes:
        if name in names:
            return names[name]
    raise DeviceError(f"the audio device {device.name!r} is not there any more")


def list_sources() -> list[tuple[str, int, int]]:
    """Name, channels and rate in Hz of the sound server's sources; none where there is none.

    The short format is the one that every pactl since 2009 prints; its JSON came in 2022 and
    loses letters outside ASCII.
    """
    sources = []
    for line in _pactl("list", "short", "sources").splitlines():
        fields = line.split("\t")
        if len(fields) >= 4 and len(words := fields[3].split()) == 3:
            channels, rate_hz = words[1].removesuffix("ch"), words[2].removesuffix("Hz")
            if channels.isdecimal() and rate_hz.isdecimal():
                sources.append((fields[1], min(int(channels), MAX_CHANNELS), int(rate_hz)))
    return sources


def stands_for(wanted: str | int | None) -> str:
    """The source that DEFAULT (or None) or MONITOR means now; empty for all else, or if unknown."""
    if wanted in {None, DEFAULT}:
        return _default_of("Source")
    sink = _default_of("Sink") if wanted == MONITOR else ""
    return f"{sink}.monitor" if sink else ""


def heard_source(pid: int) -> str:
    """The source that a process's stream really hears, which the server may have changed.

    Empty where nobody knows.
    """
    number = ""
    for line in _pactl("list", "source-outputs").splitlines():
        name, _, value = line.strip().partition(": ")
        if name == "Source":
            number = value
        elif line.strip() == f'application.process.id = "{pid}"':
            break
    else:
        return ""
    rows = (line.split("\t") for line in _pactl("list", "short", "sources").splitlines())
    return next((row[1] for row in rows if row[0] == number), "")


def _default_of(kind: str) -> str:
    title = f"Default {kind}: "
    lines = _pactl("info").splitlines()
    return next((line.removeprefix(title) for line in lines if line.startswith(title)), "")


def _pactl(*arguments: str) -> str:
    """What pactl prints, empty where there is no pactl or no server."""
    try:
        answer = subprocess.run(
            ("pactl", *arguments),
            capture_output=True,
            check=False,
            timeout=_PACTL_LIMIT_S,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired):  # not installed, or a server that hangs
        return ""
    return answer.stdout.decode(errors="replace") if answer.returncode == 0 else ""


def _hardware(index: int, name: str, info: Mapping[str, Any]) -> Device:
    """ALSA's software devices claim 32 channels and more: that is nobody's cable, so take 2."""
    channels = int(info["maxInputChannels"])
    channels = channels if channels < MAX_CHANNELS else 2
    return Device(index, name, channels, int(info["defaultSampleRate"]), "hardware")


def _unique_name(name: str, taken: Mapping[str, int] | Sequence[Device]) -> str:
    """Two interfaces of the same make bear the same name: the second becomes "NAME #2"."""
    names = set(taken) if isinstance(taken, Mapping) else {device.name for device in taken}
    unique, number = name, 2
    while unique in names:
        unique, number = f"{name} #{number}", number + 1
    return unique


def _names(devices: Sequence[Device]) -> str:
    return ", ".join(f"{device.index} {device.name!r}" for device in devices)


@contextmanager
def _muted_stderr() -> Iterator[None]:
    """File descriptor 2 leads nowhere; ``sys.stderr`` goes on to where it led."""
    sys.stderr.flush()
    spoken, saved = sys.stderr, os.dup(2)
    with open(saved, "w", buffering=1) as voice, open(os.devnull, "w") as nowhere:  # noqa: PTH123
        if spoken is sys.__stderr__:
            sys.stderr = voice
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(saved, 2)
            sys.stderr = spoken
