from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pyaudio
import pytest

from visualizer.audio.capture.capture import Wanted, choose_input, open_stream, still_heard
from visualizer.audio.capture.devices import Device
from visualizer.audio.capture.ring import Ring, RingReader
from visualizer.errors import DeviceError
from visualizer.types import HOP, RATE_HZ

SOURCES = [
    Device(0, "alsa_input.usb", 2, 48_000, "source"),
    Device(1, "alsa_output.pci.monitor", 2, 44_100, "monitor"),
]
HARDWARE = [
    Device(2, "Scarlett 2i2: USB Audio (hw:1,0)", 2, 48_000, "hardware"),
    Device(3, "HDA Intel PCH (hw:0,0)", 2, 48_000, "hardware"),
]
DEVICES = SOURCES + HARDWARE


@pytest.mark.parametrize(
    ("wanted", "default", "index"),
    [
        (Wanted(), DEVICES[1], 1),
        (Wanted(), DEVICES[2], 2),
        (Wanted(), None, 0),
        (Wanted("scarlett"), None, 2),
        (Wanted(3), None, 3),
        (Wanted(step=1), DEVICES[0], 1),
        (Wanted("monitor", 1), None, 0),
        (Wanted(DEVICES[0].name, 5), None, 1),
        (Wanted(DEVICES[2].name, 1), None, 0),
        (Wanted("gone", 1), None, 0),
    ],
)
def test_the_wanted_input_or_the_next_is_chosen(
    wanted: Wanted, default: Device | None, index: int
) -> None:
    assert choose_input(wanted, DEVICES, default).index == index


def test_hardware_goes_round_where_there_is_no_sound_server() -> None:
    chosen = [choose_input(Wanted(HARDWARE[0].name, step), HARDWARE, None) for step in (1, 2)]
    assert chosen == [HARDWARE[1], HARDWARE[0]]


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(DeviceError, match="no audio device 'gone'"):
        choose_input(Wanted("gone"), DEVICES, DEVICES[0])
    with pytest.raises(DeviceError, match="no audio input"):
        choose_input(Wanted(), [], None)


def test_what_was_asked_for_by_name_is_heard_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    usb, pci = SOURCES
    assert still_heard(Wanted(usb.name), usb, usb.name) == usb.name
    assert still_heard(Wanted("alsa_in", 1), pci, "") == pci.name
    with pytest.raises(DeviceError, match=r"'alsa_input\.usb' is gone; .* not what was asked for"):
        still_heard(Wanted(usb.name), usb, pci.name)
    # The default is followed, and named by what it is.
    monkeypatch.setattr("visualizer.audio.capture.capture.stands_for", lambda _: usb.name)
    assert still_heard(Wanted(), usb, pci.name) == pci.name
    with pytest.raises(DeviceError, match=r"the default input is 'alsa_input\.usb' now"):
        still_heard(Wanted(), pci, pci.name)
    # Who stepped on from the default chose a device.
    assert still_heard(Wanted(None, 1), pci, pci.name) == pci.name


Take = Callable[[bytes, int, object, int], tuple[None, int]]


class FixedRateAudio:
    """A PortAudio whose only device runs at one rate."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self.take: Take | None = None

    def open(self, rate_hz: int, *_: object, stream_callback: Take, **__: Any) -> object:
        if rate_hz != self._rate_hz:
            raise OSError(-9997, "Invalid sample rate")
        self.take = stream_callback
        return self


@pytest.mark.parametrize("rate_hz", [RATE_HZ, 44_100, 96_000])
def test_the_ring_runs_at_48_khz_whatever_the_device_does(rate_hz: int) -> None:
    audio = FixedRateAudio(rate_hz)
    device = Device(0, "x", 2, rate_hz, "hardware")
    times_s = np.arange(rate_hz // HOP * HOP) / rate_hz
    song = 0.5 * np.sin(2 * np.pi * np.outer(times_s, [440.0, 3000.0]))
    with Ring.create(2**16, 32) as ring:
        open_stream(audio, 0, device, ring)
        assert audio.take is not None
        for block in song.astype(np.float32).reshape(-1, HOP, 2):
            audio.take(block.tobytes(), HOP, None, 0)
        audio.take(block.tobytes(), HOP, None, pyaudio.paInputOverflow)
        assert ring.dropped == HOP
        heard = RingReader(ring).read(2**16)[RATE_HZ // 4 :][: RATE_HZ // 2]
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))[:, None], axis=0))
    assert list(2 * spectrum.argmax(axis=0)) == [440, 3000]
    assert np.abs(heard).max() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("rate_hz", [RATE_HZ, 44_100])
def test_every_block_is_stamped_with_its_arrival(rate_hz: int) -> None:
    audio = FixedRateAudio(rate_hz)
    with Ring.create(2**16, 32) as ring:
        open_stream(audio, 0, Device(0, "x", 1, rate_hz, "hardware"), ring)
        assert audio.take is not None
        ends, times_s = [0], [time.perf_counter()]
        for _ in range(10):
            audio.take(bytes(4 * HOP), HOP, None, 0)
            ends.append(ring.written)
            times_s.append(time.perf_counter())
        for (first, end), (before_s, after_s) in zip(
            pairwise(ends), pairwise(times_s), strict=True
        ):
            for frame in (first, end - 1):
                arrival_s = ring.arrival_s(frame)
                assert arrival_s is not None
                assert before_s <= arrival_s + 1e-9
                assert arrival_s <= after_s + 1e-9
        assert ring.arrival_s(ends[-1]) is None


def test_a_device_that_refuses_its_own_rate_is_an_error() -> None:
    with Ring.create(2**10, 32) as ring, pytest.raises(OSError, match="Invalid sample rate"):
        open_stream(
            FixedRateAudio(44_100),
            0,
            Device(0, "x", 2, RATE_HZ, "hardware"),
            ring,
        )
