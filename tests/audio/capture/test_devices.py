from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pulse import SINK, SoundServer, required_sound_server
from visualizer.audio.capture.devices import (
    Device,
    default_input,
    find_device,
    list_devices,
    list_sources,
    portaudio,
)
from visualizer.errors import DeviceError

DEVICES = [
    Device(0, "alsa_input.usb-Scarlett.analog-stereo", 2, 48_000, "source"),
    Device(1, "alsa_output.pci.analog-stereo.monitor", 2, 44_100, "monitor"),
    Device(2, "Scarlett 2i2: USB Audio (hw:1,0)", 2, 48_000, "hardware"),
    Device(3, "hw", 2, 48_000, "hardware"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[SoundServer]:
    with required_sound_server("sink_name=second channels=4 rate=44100") as running:
        yield running


@pytest.mark.parametrize(
    ("wanted", "index"),
    [(1, 1), ("1", 1), ("hw", 3), ("MONITOR", 1), ("2i2", 2), (DEVICES[0].name, 0)],
)
def test_a_device_is_found_by_index_name_or_the_only_part(wanted: str | int, index: int) -> None:
    assert find_device(wanted, DEVICES).index == index


@pytest.mark.parametrize("wanted", ["scarlett", "nothing like it", "9", 9, -1, ""])
def test_what_fits_none_or_several_names_the_candidates(wanted: str | int) -> None:
    with pytest.raises(DeviceError, match="--list-devices") as caught:
        find_device(wanted, DEVICES)
    assert "'Scarlett 2i2: USB Audio (hw:1,0)'" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_devices_at_all_is_said() -> None:
    with pytest.raises(DeviceError, match="no audio input"):
        find_device("x", [])


@given(st.text())
def test_any_words_find_one_or_raise_a_device_error(wanted: str) -> None:
    with suppress(DeviceError):
        assert find_device(wanted, DEVICES) in DEVICES


@pytest.mark.usefixtures("server")
def test_the_servers_sources_are_listed_with_their_own_channels() -> None:
    assert list_sources() == [(f"{SINK}.monitor", 2, 48_000), ("second.monitor", 4, 44_100)]
    listed = list_devices()
    assert listed[:2] == [
        Device(0, f"{SINK}.monitor", 2, 48_000, "monitor"),
        Device(1, "second.monitor", 4, 44_100, "monitor"),
    ]
    assert not {"pulse", "default"} & {device.name for device in listed}
    assert default_input() == listed[0]


def test_monitor_is_that_of_the_default_output_where_there_are_two(server: SoundServer) -> None:
    for sink in (SINK, "second"):
        server.tell("set-default-sink", sink)
        assert find_device("monitor").name == f"{sink}.monitor"
    assert find_device("default") == default_input()
    server.tell("set-default-sink", SINK)


@pytest.mark.usefixtures("server")
def test_listing_says_nothing_on_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    list_devices()
    with portaudio():
        sys.stderr.write("still speaking\n")
        os.write(2, b"chatter\n")
    os.write(2, b"and back\n")
    assert "chatter" not in capfd.readouterr().err


def test_without_pactl_or_with_a_broken_one_there_are_no_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert list_sources() == []
    pactl = tmp_path / "pactl"
    for answer in ("exit 1", "echo 'no\ttabs here'", "printf '0\\ta\\tb\\ts16le many 1Hz\\n'"):
        pactl.write_text(f"#!/bin/sh\n{answer}\n")
        pactl.chmod(pactl.stat().st_mode | stat.S_IXUSR)
        assert list_sources() == []
