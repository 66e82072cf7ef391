"""The analysis of a song, written down hop by hop: no picture, no GL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from visualizer.audio.analysis.analyzer import Analyzer
from visualizer.audio.analysis.downmix import check_channels
from visualizer.audio.analysis.onset import DEFAULT_ONSET
from visualizer.audio.file import AudioFile
from visualizer.audio.file_source import FileSource
from visualizer.system.files import check_target, replacing
from visualizer.system.progress import SongBar, progress
from visualizer.system.used_files import check_apart, used
from visualizer.types import Features


def write_features(
    song: Path, out: Path, onset: str | None, channels: tuple[int, ...] | None
) -> None:
    """Write what is heard in ``song``, one JSON object a hop. Raises ChladniError."""
    check_apart(used("the song", song), used("--features", out))
    check_target(out)
    analyzer = Analyzer(onset or DEFAULT_ONSET, channels)
    with (
        AudioFile(song) as audio,
        FileSource(audio) as source,
        replacing(out) as temporary,
        temporary.open("w", encoding="utf-8") as file,
        progress() as bar,
    ):
        check_channels(channels, audio.probe.channels, song.name)
        song_bar = SongBar(bar, out.name, audio.probe.header_duration_s)
        for hop in source.all_hops():
            features = analyzer.step(hop)
            file.write(json.dumps(feature_row(features)) + "\n")
            song_bar.reach(features.time_s)


def feature_row(features: Features) -> dict[str, Any]:
    """One hop as ``--features`` writes it."""
    return {
        "hop": features.hop,
        "time_s": features.time_s,
        "level_db": features.level_db,
        "bands": list(features.bands),
        "centroid_hz": features.centroid_hz,
        "flux": features.flux,
        "onset": features.onset,
        "strength": features.strength,
        "bpm": features.beat.bpm,
        "beat_phase": features.beat.phase,
    }
