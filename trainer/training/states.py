"""Audio states: the z vectors that training draws, and how one part of z is moved.

A part is an entry of z (``bass``), or two that turn a loop (``beat``, ``drift1``).
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Generator, Tensor

from trainer.training.song_states import listen, played_states
from visualizer.style.measure.music_states import LOOPS as LOOP_NAMES
from visualizer.style.measure.music_states import SPREAD, music_states
from visualizer.style.routes import STANDARD_ROUTES, Z_NAMES
from visualizer.style.style import TRAINED_AUDIO_SCALE, Architecture, Style

PARTS = ("bass", "onset", "mid", "high", "level", "beat", "drift1", "drift2")
LOOPS = {loop: (f"{loop}_cos", f"{loop}_sin") for loop in LOOP_NAMES}
SOUND = torch.tensor([not name.startswith("drift") for name in Z_NAMES])
"""(Z,) which entries sound drives."""


class States(Protocol):
    """Where audio states come from."""

    def draw(self, count: int, generator: Generator) -> Tensor:
        """(count, Z) states."""
        ...


class BundledStates:
    """States as music of all kinds brings them, see ``music_states``.

    audio_scale: sound-driven entries count this / 0.10 times.
    """

    def __init__(self, audio_scale: float = TRAINED_AUDIO_SCALE) -> None:
        self._loudness = audio_scale / TRAINED_AUDIO_SCALE

    def draw(self, count: int, generator: Generator) -> Tensor:
        """(count, Z) states."""
        normals = torch.randn(count, len(SPREAD), generator=generator)
        turns = torch.rand(count, len(LOOP_NAMES), generator=generator)
        entries = music_states(normals.double().numpy(), turns.double().numpy())
        z = torch.tensor(np.stack([entries[name] for name in Z_NAMES], axis=-1)).float()
        return torch.where(SOUND, z * self._loudness, z)


class SongStates:
    """States from a song's own analysis: rows of ``table`` (T, Z), the drifts drawn anew.

    The drifts run on a clock of their own, so any of their angles can meet any sound.
    """

    def __init__(self, table: Tensor) -> None:
        self._table = table

    def draw(self, count: int, generator: Generator) -> Tensor:
        """(count, Z) states."""
        rows = torch.randint(len(self._table), (count,), generator=generator)
        drifts = _turns(("drift1", "drift2"), count, generator)
        z = self._table[rows].clone()
        for name, values in drifts.items():
            z[:, Z_NAMES.index(name)] = values
        return z


def song_states(song: Path, audio_scale: float = TRAINED_AUDIO_SCALE) -> SongStates:
    """Listen to a whole song as the show would. Raises SoundError."""
    return SongStates(torch.tensor(played_states(_listener(), listen(song), audio_scale)))


def move_part(z: Tensor, part: str, *, far: bool) -> Tensor:
    """Return z (..., Z) with one part at its near or far end: 0 or 1, or the loop's other side."""
    moved = z.clone()
    if part in LOOPS:
        for name in LOOPS[part]:
            moved[..., Z_NAMES.index(name)] *= -1.0 if far else 1.0
    else:
        moved[..., Z_NAMES.index(part)] = float(far)
    return moved


def nudge_part(z: Tensor, part: str, step: float) -> Tensor:
    """Return z (..., Z) with one part moved by ``step``: added, or turned by so many radians."""
    moved = z.clone()
    if part not in LOOPS:
        moved[..., Z_NAMES.index(part)] += step
        return moved
    i, j = (Z_NAMES.index(name) for name in LOOPS[part])
    c, s = math.cos(step), math.sin(step)
    moved[..., i] = c * z[..., i] - s * z[..., j]
    moved[..., j] = s * z[..., i] + c * z[..., j]
    return moved


def _turns(loops: tuple[str, ...], count: int, generator: Generator) -> dict[str, Tensor]:
    """Cosine and sine entries of loops at random angles."""
    entries: dict[str, Tensor] = {}
    for loop in loops:
        angle = 2.0 * math.pi * torch.rand(count, generator=generator)
        cosine, sine = LOOPS[loop]
        entries |= {cosine: torch.cos(angle), sine: torch.sin(angle)}
    return entries


def _listener() -> Style:
    """The smallest style with the standard routes: only its routing is used."""
    architecture = Architecture(4, 2, "tanh", feature_waves=0, warp_waves=0)
    shapes = architecture.shapes(len(Z_NAMES))
    tensors = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
    return Style("listener", architecture, Z_NAMES, STANDARD_ROUTES, tensors)
