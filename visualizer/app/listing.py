"""What ``--list-devices`` and ``--list-styles`` say: one row a thing, the same for JSON."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from visualizer.style.library import open_library, read_slots, styles_folder
from visualizer.style.measure.cost import laptop_scale
from visualizer.system.paths import slots_file


def device_rows() -> list[dict[str, Any]]:
    """Every audio input: index, name, channels, rate_hz, kind."""
    # Here and not above: a list of styles needs no PortAudio.
    from visualizer.audio.capture.devices import list_devices

    return [asdict(device) for device in list_devices()]


def midi_rows() -> list[dict[str, Any]]:
    """Every MIDI input: name, and the output that its lights hang on, None without one.

    Raises MidiError where the computer has no MIDI.
    """
    # Here and not above: a list of styles needs no RtMidi.
    from visualizer.controls.midi.wire.connections import output_of
    from visualizer.controls.midi.wire.ports import open_midi

    midi = open_midi()
    outputs = midi.outputs()
    return [{"name": name, "output": output_of(name, outputs)} for name in midi.inputs()]


def style_rows(folder: Path | None) -> list[dict[str, Any]]:
    """Every style in the order of the slots. Raises StyleError for a folder that is not there."""
    library = open_library(folder or styles_folder(), read_slots(slots_file()))
    return [
        {
            "slot": slot,
            "name": style.name,
            "prompt": style.prompt,
            "seed": style.seed,
            "width": style.architecture.width,
            "depth": style.architecture.depth,
            "activation": style.architecture.activation,
            "mirror": style.view.mirror,
            "parameters": style.architecture.parameters,
            "flop_per_pixel": style.architecture.flop_per_pixel,
            "laptop_scale": laptop_scale(style.architecture.flop_per_pixel),
        }
        for slot, style in enumerate(library.styles, 1)
    ]
