"""A score as sound: FluidSynth plays it on a General MIDI sound font."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import mido
import numpy as np
from numpy.typing import NDArray

from trainer.ear.score import Score
from visualizer.errors import ChladniError
from visualizer.types import RATE_HZ

SOUND_FOLDERS = (Path("/usr/share/sounds/sf2"), Path("/usr/share/sounds/sf3"))
SOUND_FONTS = ("FluidR3_GM.sf2", "TimGM6mb.sf2", "MuseScore_General_Lite.sf3")
PACKAGES = "fluidsynth fluid-soundfont-gm timgm6mb-soundfont musescore-general-soundfont-small"
_TICKS_PER_S = 1000


def find_sound_fonts() -> list[Path]:
    """The sound fonts that are here, in a fixed order. Raises ChladniError for none."""
    if shutil.which("fluidsynth") is None:
        raise ChladniError(
            "FluidSynth, which plays the lessons, is not installed;"
            f" type: apt-get install {PACKAGES}"
        )
    paths = [folder / name for name in SOUND_FONTS for folder in SOUND_FOLDERS]
    found = [path for path in paths if path.is_file()]
    if not found:
        raise ChladniError(
            f"there is no sound font in {SOUND_FOLDERS[0]}; type: apt-get install {PACKAGES}"
        )
    return found


def render(score: Score, font: Path, room: float) -> NDArray[np.float32]:
    """Samples (N, 2) at 48 kHz. room: 0..1, how large and loud the reverberation is.

    Raises ChladniError where FluidSynth fails.
    """
    with tempfile.TemporaryDirectory(prefix="chladni-ear-") as folder:
        midi, sound = Path(folder, "score.mid"), Path(folder, "score.raw")
        _write_midi(score, midi)
        options = {
            "synth.dynamic-sample-loading": "1",
            "synth.reverb.room-size": f"{room:.2f}",
            "synth.reverb.level": f"{0.2 + 0.6 * room:.2f}",
        }
        command = ["fluidsynth", "-niq", "-T", "raw", "-O", "float", "-r", str(RATE_HZ), "-C", "0"]
        for name, value in options.items():
            command += ["-o", f"{name}={value}"]
        command += ["-g", "0.6", "-F", str(sound), str(font), str(midi)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode != 0 or not sound.is_file():
            raise ChladniError(f"FluidSynth failed on {font}: {ended.stderr.strip()[-300:]}")
        samples = np.fromfile(sound, np.float32).reshape(-1, 2)
    length = round(score.length_s * RATE_HZ)
    return np.pad(samples[:length], ((0, max(length - len(samples), 0)), (0, 0)))


def _write_midi(score: Score, path: Path) -> None:
    """One tick is a millisecond: the score's times are seconds, not beats."""
    events = [
        (0.0, 0, mido.Message("program_change", channel=channel, program=program))
        for channel, program in score.programs.items()
    ]
    for note in score.notes:
        named = {"channel": note.channel, "note": note.key}
        end_s = min(note.end_s, score.length_s)
        events.append((end_s, 1, mido.Message("note_off", velocity=0, **named)))
        events.append((note.start_s, 2, mido.Message("note_on", velocity=note.velocity, **named)))
    events.sort(key=lambda event: event[:2])
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=1_000_000)])
    last = 0
    for time_s, _, message in events:
        tick = round(time_s * _TICKS_PER_S)
        track.append(message.copy(time=tick - last))
        last = tick
    rest = max(round(score.length_s * _TICKS_PER_S) - last, 0)
    track.append(mido.MetaMessage("end_of_track", time=rest))
    mido.MidiFile(type=0, ticks_per_beat=_TICKS_PER_S, tracks=[track]).save(path)
