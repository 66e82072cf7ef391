"""What a person asked of the trainer, as a value. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trainer.clip.names import Clip
from trainer.config import TrainConfig
from visualizer.style.style import Style

STARTS = ("accident", "blank", "style")
PRECISIONS = ("auto", "float32", "bfloat16")
"""auto: bfloat16 where the device multiplies it itself."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a run begins with: ``blank``, a style, or composed accidents.

    kind: one of STARTS. style: that is trained on. seed, hue_deg: of the one accident that was
    chosen, and its palette where that is not its own; without a seed many are composed.
    """

    kind: str = "accident"
    style: Style | None = None
    seed: int | None = None
    hue_deg: float | None = None

    def describe(self) -> str:
        """As it was given."""
        if self.seed is not None:
            return f"seed:{self.seed}" + ("" if self.hue_deg is None else f"@{self.hue_deg:g}")
        return self.kind if self.style is None else self.style.name


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """One run. prompt or image may be None, not both. song: whose states to train on.

    text_embedding: a file of text vectors. judges: further CLIPs for the card. resume: go on from
    the checkpoint beside ``output``. live: write a playable style at every preview. device: auto,
    cpu, cuda or mps. precision: of the guide's weights while it guides, one of PRECISIONS; cards
    are always measured in float32.
    """

    prompt: str | None
    output: Path
    config: TrainConfig = field(default_factory=TrainConfig)
    clip: Clip = field(default_factory=Clip)
    judges: tuple[Clip, ...] = ()
    negative: str | None = None
    image: Path | None = None
    text_embedding: Path | None = None
    song: Path | None = None
    start: Start = field(default_factory=Start)
    resume: bool = False
    live: bool = False
    device: str = "auto"
    precision: str = "auto"

    @property
    def checkpoint(self) -> Path:
        """Where the run is kept: beside the style, under a name that no library takes for one."""
        return self.output.with_name(f"{self.output.stem}.checkpoint")

    def describe(self) -> dict[str, Any]:
        """All that decides the weights, as JSON values; files by their names."""
        return {
            "prompt": self.prompt,
            "negative_prompt": self.negative,
            "image": _name(self.image),
            "text_embedding": _name(self.text_embedding),
            "clip_model": _bare(self.clip.model),
            "clip_pretrained": _bare(self.clip.pretrained),
            "audio": _name(self.song),
            "start": self.start.describe(),
            "device": self.device,
            "precision": self.precision,
            **self.config.describe(),
        }


def _name(path: Path | None) -> str | None:
    return None if path is None else path.name


def _bare(text: str | None) -> str | None:
    """A model or weights file without the folders that lead to it: they differ by machine."""
    if text is None:
        return None
    schema, _, rest = text.rpartition(":")
    name = Path(rest).name
    return f"{schema}:{name}" if schema in {"local-dir", "hf-hub"} else Path(text).name
