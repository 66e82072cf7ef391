"""What a run may begin with: composed accidents, each with a symmetry and a kind of motion."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from visualizer.style.procedural.seeds import compose, seed_symmetry
from visualizer.style.style import Architecture, Style
from visualizer.types import MIRRORS


@dataclass(frozen=True, slots=True)
class Candidate:
    """A seed, in its own colours or in those around a hue, folded by a mirror.

    hue_deg: in OKLCH, None for the seed's own. motion: one of ``trainer.config.MOTIONS``.
    """

    seed: int
    hue_deg: float | None
    mirror: int
    motion: str

    def name(self) -> str:
        """What ``--start`` calls it."""
        hue = "" if self.hue_deg is None else f"@{self.hue_deg:g}"
        return f"seed:{self.seed}{hue}"

    def compose(self, architecture: Architecture) -> Style:
        """The style that training begins with."""
        return mirrored(compose(self.seed, architecture, self.hue_deg), self.mirror)

    def describe(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def mirrored(style: Style, mirror: int) -> Style:
    """The style, folded by another mirror."""
    return replace(style, view=replace(style.view, mirror=mirror))


def mirrors_of(seed: int) -> tuple[int, ...]:
    """The mirrors to try on a seed: all, and none only where it has no symmetry of its own.

    Its own lies in its weights, and gradients break it: without a fold the forms soften.
    """
    symmetry = seed_symmetry(seed)
    return MIRRORS if symmetry.order == 1 else MIRRORS[1:]
