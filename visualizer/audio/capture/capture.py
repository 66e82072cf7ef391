"""The capture process: opens one input, copies what it hears into a ring, and nothing else.

PortAudio's list of devices is frozen until it is shut down, which kills its streams and may
hang. In a process of its own none of that is felt by the picture: whoever started it throws it
away and starts another.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyaudio

from visualizer.audio.capture.devices import (
    DEFAULT,
    MAX_CHANNELS,
    MONITOR,
    Device,
    default_input_of,
    find_device,
    heard_source,
    inputs_of,
    portaudio,
    portaudio_index,
    reason,
    stands_for,
)
from visualizer.audio.capture.resampler import Resampler
from visualizer.audio.capture.ring import Ring
from visualizer.errors import DeviceError
from visualizer.system.child_process import end_with_parent
from visualizer.types import HOP, RATE_HZ

_GLANCE_S = 0.1
_CHECK_S = 1.0
"""How often the sound server is asked what we hear: two calls of pactl, some milliseconds."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which input to open: ``step`` places after ``device``, None being the default one."""

    device: str | int | None = None
    step: int = 0

    @property
    def follows(self) -> bool:
        """Whether it is another input when the system's settings change."""
        return self.step == 0 and self.device in {None, DEFAULT, MONITOR}


def run_capture(ring_name: str, wanted: Wanted) -> None:
    """Body of the capture process: ends with its parent, or when the device is lost."""
    end_with_parent()
    with Ring.attach(ring_name) as ring:
        try:
            _capture(ring, wanted)
        except DeviceError as error:
            ring.fail(str(error))
        except (OSError, ValueError) as error:  # how PyAudio says that it cannot
            ring.fail(f"the audio device {ring.device!r} cannot be opened: {reason(error)}")


def choose_input(wanted: Wanted, devices: list[Device], default: Device | None) -> Device:
    """The device that is wanted, among those that are there. Raises DeviceError.

    Steps go round the sound server's sources, if there are any: hardware is the same cards
    again, which the server keeps busy. Where the one to step from is gone, the first is next.
    """
    if not devices:
        raise DeviceError("this computer has no audio input: plug one in")
    present: Device | None = default or devices[0]
    if wanted.device not in {None, DEFAULT}:
        try:
            present = find_device(wanted.device or "", devices)
        except DeviceError:
            if wanted.step == 0:
                raise
            present = None
    if present is not None and wanted.step == 0:
        return present
    choice = [device for device in devices if device.kind != "hardware"] or devices
    at = choice.index(present) if present in choice else -1
    return choice[(at + wanted.step) % len(choice)]


def _capture(ring: Ring, wanted: Wanted) -> None:
    with portaudio() as audio:
        devices = inputs_of(audio)
        device = choose_input(wanted, devices, default_input_of(audio, devices))
        ring.device = device.name
        if device.kind != "hardware":
            # ALSA's door reads it when it opens. The server hands the channels through as they
            # are for one, two, and surround in ALSA's order; it mixes those of other maps (the
            # "aux" ones of large interfaces): take such a device by its hardware name.
            os.environ["PULSE_SOURCE"] = device.name
        stream = open_stream(audio, portaudio_index(audio, device), device, ring)
        ring.input_latency_s = stream.get_input_latency()
        checked_s = time.monotonic()
        while stream.is_active():
            time.sleep(_GLANCE_S)
            if device.kind != "hardware" and time.monotonic() - checked_s >= _CHECK_S:
                ring.device = still_heard(wanted, device, heard_source(os.getpid()))
                checked_s = time.monotonic()
        ring.fail(f"the audio device {device.name!r} stopped")


def still_heard(wanted: Wanted, device: Device, heard: str) -> str:
    """The name of the source that is heard, as long as that is what is wanted.

    The server moves streams: when their source is gone, when its default changes, or by
    somebody's hand. heard: where it is now; empty where nobody knows. Raises DeviceError.
    """
    if wanted.follows:
        now = stands_for(wanted.device)
        if now and now != device.name:
            raise DeviceError(f"the {wanted.device or DEFAULT} input is {now!r} now")
    elif heard and heard != device.name:
        raise DeviceError(
            f"the audio device {device.name!r} is gone; {heard!r}, which the sound server gave"
            " instead, is not what was asked for"
        )
    return heard or device.name


def open_stream(audio: pyaudio.PyAudio, index: int, device: Device, ring: Ring) -> pyaudio.Stream:
    """Open at 48 kHz, or else at the device's own rate and resample."""
    channels = min(device.channels, MAX_CHANNELS)
    ring.open(channels)
    try:
        return _stream(audio, index, RATE_HZ, channels, ring)
    except (OSError, ValueError):
        if device.rate_hz == RATE_HZ:
            raise
        return _stream(audio, index, device.rate_hz, channels, ring)


def _stream(
    audio: pyaudio.PyAudio, index: int, rate_hz: int, channels: int, ring: Ring
) -> pyaudio.Stream:
    resample = None if rate_hz == RATE_HZ else Resampler(rate_hz, RATE_HZ, channels).process

    def take(data: bytes, count: int, _: object, status: int) -> tuple[None, int]:
        arrived_s = time.perf_counter()
        frames = np.frombuffer(data, np.float32).reshape(-1, channels)
        ring.write(frames if resample is None else resample(frames), arrived_s)
        if status & pyaudio.paInputOverflow:  # PortAudio does not say how many it lost
            ring.dropped += count
        return None, pyaudio.paContinue

    arguments: dict[str, Any] = {"input": True, "input_device_index": index}
    return audio.open(
        rate_hz,
        channels,
        pyaudio.paFloat32,
        frames_per_buffer=HOP,
        stream_callback=take,
        **arguments,
    )
