"""The settings of one training run, as values. Imports no torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from visualizer.style.style import TRAINED_AUDIO_SCALE, Architecture

MOTIONS = ("travel", "warp")
"""travel: sound moves phases and warp, for fluid things (clouds, lava, water).
warp: the warp alone, for structured things (panes, petals, buildings) that phases tear apart."""

PART_SHARES = {
    "bass": 1.0,
    "onset": 1.0,
    "mid": 0.5,
    "high": 0.5,
    "level": 0.5,
    # The beat's loop turns twice a second; with a full share every frame would be busy.
    "beat": 0.35,
    "drift1": 1.6,
    "drift2": 1.6,
}
"""What each part of z is asked to move, in shares of ``Motion.levels``."""

FLICKER_STEP = 0.02
"""Length of the random step of z that must not be seen as flicker."""


@dataclass(frozen=True, slots=True)
class Motion:
    """What the losses ask of the movement, and how much each term weighs.

    kind: one of MOTIONS. levels: mean change in 8-bit levels as bass or onset goes 0 to 1.
    contrast_levels: least standard deviation of luma. flicker_levels: allowed for a step of
    ``FLICKER_STEP`` in z.
    """

    kind: str = "travel"
    levels: float = 20.0
    contrast_levels: float = 35.0
    flicker_levels: float = 1.0
    weight_small: float = 0.15
    weight_large: float = 0.075
    weight_contrast: float = 0.10
    weight_fading: float = 0.10
    weight_flicker: float = 0.05

    def weights(self) -> dict[str, float]:
        """Each loss part's weight, by the part's name."""
        return {
            "small": self.weight_small,
            "large": self.weight_large,
            "contrast": self.weight_contrast,
            "fading": self.weight_fading,
            "flicker": self.weight_flicker,
        }

    @property
    def phases(self) -> bool:
        """Whether z moves the feature waves as well as the warp."""
        return self.kind == "travel"


@dataclass(frozen=True, slots=True)
class LookGoals:
    """What the losses ask of the picture for a stage, and how much each term weighs.

    crisp_levels: least mean of the strongest twentieth of gradients, two pixels apart in a piece of
    .35 of the height at 64 px. flat_share: the most that may have no gradient. dark_share: the
    least that shall be dark. pale: the most paleness.
    """

    crisp_levels: float = 76.0
    flat_share: float = 0.15
    dark_share: float = 0.25
    pale: float = 0.04
    weight_soft: float = 0.15
    weight_empty: float = 0.20
    weight_bright: float = 0.10
    weight_pale: float = 0.30

    def weights(self) -> dict[str, float]:
        """Each loss part's weight, by the part's name."""
        return {
            "soft": self.weight_soft,
            "empty": self.weight_empty,
            "bright": self.weight_bright,
            "pale": self.weight_pale,
        }


def motion_of(kind: str) -> Motion:
    """The measured settings of a kind: structured pictures bear about two thirds as much."""
    return Motion() if kind == "travel" else Motion(kind=kind, levels=14.0, contrast_levels=40.0)


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """All that decides the weights, given the guide and the target.

    architecture: 32 wide where nothing else is said, the knee of ``benchmarks.live_tier``.
    iterations: for each of ``resolutions``, which are sides in pixels. learning_rate: the
    highest. crops: pictures that CLIP sees in an iteration, the first a whole one.
    constant_rate: no schedule. audio_scale: sound-driven entries of z count this / 0.10 times.
    smallest_crop: half its side, in half heights. look: asked of the picture; None asks nothing.
    finish: iterations after them at ``FINISH_SIDE``, where edges come out. candidates: composed
    accidents that are looked at before the run. mirror: of the network; None lets the race
    decide, as ``auto_motion`` does about ``motion``.
    """

    architecture: Architecture = field(
        default_factory=lambda: Architecture(32, 4, "tanh", feature_waves=16, warp_waves=8)
    )
    motion: Motion = field(default_factory=Motion)
    resolutions: tuple[int, ...] = (112, 224)
    iterations: int = 400
    learning_rate: float = 0.02
    constant_rate: bool = False
    crops: int = 3
    seed: int = 0
    audio_scale: float = TRAINED_AUDIO_SCALE
    smallest_crop: float = 0.4
    look: LookGoals | None = None
    finish: int = 0
    candidates: int = 0
    mirror: int | None = 0
    auto_motion: bool = False

    @property
    def rough(self) -> int:
        """Iterations before the finish."""
        return self.iterations * len(self.resolutions)

    @property
    def total(self) -> int:
        """Iterations of the whole run."""
        return self.rough + self.finish

    def describe(self) -> dict[str, Any]:
        """The settings as JSON values."""
        described = asdict(self)
        described["resolutions"] = list(self.resolutions)
        return described


FINISH_SIDE = 224
"""Pixels a side in the finish."""
FINISH_RATE = 0.4
"""Of the learning rate before it."""


def learning_rate_for(width: int) -> float:
    """The highest rate that trained well: .02 up to 32 wide, .01 at 128; between, as 1/sqrt."""
    return 0.02 if width <= 32 else 0.02 * (32.0 / width) ** 0.5


LATER_RATE = 0.5
"""Of the usual learning rate, where training begins with a picture: a composed one, or that of
a style, which keeps its shapes, so that the two can be morphed into each other."""

PRESETS: dict[str, dict[str, Any]] = {
    "quick": {"iterations": 140},
    "normal": {"iterations": 400},
    "fine": {"iterations": 1500, "crops": 4},
    "seed": {
        "start": "blank",
        "resolutions": (256, 512),
        "width": 128,
        "learning_rate": 0.001,
        "constant_rate": True,
    },
}
"""What each preset sets; an option given on the command line goes before it."""

BLANK_PRESETS: dict[str, dict[str, Any]] = {
    "quick": {"resolutions": (112,), "iterations": 120},
    "normal": {"iterations": 400},
    "fine": {"iterations": 2000, "crops": 4, "width": 64},
    "seed": {"iterations": 400},
}
"""What they set besides for a run that begins with a blank network."""
BLANK: dict[str, Any] = {"resolutions": (112, 224), "smallest_crop": 0.4, "finish": 0}
"""How such a run goes; it asks nothing of the look."""
FINISH_OF = 5
"""One iteration in the finish for so many at a resolution."""
MOST_CANDIDATES = 64
