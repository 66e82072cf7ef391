"""MIDI for a show: the controllers, what they do, and what the HUD says of it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from visualizer.controls.midi.control import MidiControl
from visualizer.controls.midi.map_file import read_map
from visualizer.controls.midi.targets import Targets
from visualizer.controls.midi.wire.connections import Connections
from visualizer.show.style_pool import StylePool
from visualizer.style.style import Style
from visualizer.system.paths import midi_map_file
from visualizer.system.workers import worker

OFF = "off"


@dataclass(frozen=True, slots=True)
class LiveMidi:
    """control: plays, learns and shows. connections: not entered yet; None: MIDI is off."""

    control: MidiControl
    connections: Connections | None

    def connect(self, closing: ExitStack) -> None:
        """Begin to look for controllers, which takes its time in a thread of its own."""
        if self.connections is not None:
            closing.enter_context(self.connections)


def open_live_midi(wanted: str, pool: StylePool, closing: ExitStack) -> LiveMidi:
    """MIDI from the ports that are wanted: ``all``, ``off``, or a part of their names."""

    def slot_of(style: Style) -> int | None:
        return pool.styles.index(style) + 1 if style in pool.styles else None

    connections = Connections(wanted)
    control = MidiControl(
        connections,
        read_map(midi_map_file()),
        map_file=midi_map_file(),
        targets=Targets(slot_of),
        submit=worker("midi map", closing),
    )
    return LiveMidi(control, None if wanted == OFF else connections)
