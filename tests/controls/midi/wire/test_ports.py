"""Port names that stay the same, and a computer without MIDI."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from visualizer.controls.midi.wire import ports
from visualizer.controls.midi.wire.ports import MidiError, name_of, open_midi


@pytest.mark.parametrize(
    ("port", "platform", "name"),
    [
        ("Launch Control XL:Launch Control XL MIDI 1 20:0", "linux",
         "Launch Control XL:Launch Control XL MIDI 1"),
        ("nanoKONTROL2 3", "win32", "nanoKONTROL2"),
        ("Fader 8", "darwin", "Fader 8"),
    ],
)  # fmt: skip
def test_a_name_is_the_same_after_the_next_plugging_in(port: str, platform: str, name: str) -> None:
    assert name_of(port, platform) == name


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system always has MIDI")
def test_without_a_sequencer_and_a_server_there_is_no_midi_and_no_noise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ports, "_SEQUENCER", tmp_path / "seq")
    monkeypatch.setattr(ports, "_JACK_SERVERS", tmp_path)
    with pytest.raises(MidiError, match="this computer has no MIDI: no ALSA sequencer and no JACK"):
        open_midi()
    assert capfd.readouterr().err == ""
