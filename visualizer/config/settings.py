"""What every show begins with, as its user wants it: ``settings.toml``.

What the command line says goes before it; what it does not say is as it was last night.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from visualizer.config.request import AUTO, FLASHES
from visualizer.config.toml_fields import (
    FLAG,
    LENGTH,
    LENGTH_OR_OFF,
    TEXT,
    Kind,
    either,
    number,
    one_of,
    read_entries,
    whole,
)
from visualizer.duration import Span
from visualizer.show.session import SWITCH_ON


@dataclass(frozen=True, slots=True)
class Settings:
    """None: the file does not say.

    fade: how long smooth changes of style take. playlist: how long each style stays; False
    holds it. switch_on: when a change begins. scale: of the network pass, or AUTO. audio_device: an
    input's name. monitor: from 0. flashes: one of FLASHES.
    """

    fade: Span | None = None
    playlist: Span | bool | None = None
    shuffle: bool | None = None
    switch_on: str | None = None
    scale: float | str | None = None
    audio_device: str | None = None
    fullscreen: bool | None = None
    monitor: int | None = None
    flashes: str | None = None


SHARED_KINDS: Mapping[str, Kind] = {
    "fade": LENGTH,
    "playlist": LENGTH_OR_OFF,
    "shuffle": FLAG,
    "switch_on": one_of(*SWITCH_ON),
    "scale": either(one_of(AUTO), number(0.1, 1.0)),
    "audio_device": TEXT,
}
"""What is remembered of the last night too."""
KINDS: Mapping[str, Kind] = {
    **SHARED_KINDS,
    "fullscreen": FLAG,
    "monitor": whole(0, 63),
    "flashes": one_of(*FLASHES),
}


def read_settings(path: Path) -> Settings:
    """The user's settings; what is wrong in them is named in the log and passed over."""
    return Settings(**read_entries(path, KINDS))
