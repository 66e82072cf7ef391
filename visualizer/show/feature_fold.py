"""Many hops, one frame: nothing that was heard between two frames is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visualizer.types import Features


def fold(features: Sequence[Features], previous: Features) -> Features:
    """Fold a frame's hops into one: the last hop's values, but any onset and the highest pulse.

    Without hops the frame shows ``previous`` again, whose onset has then been seen.
    """
    if not features:
        return replace(previous, onset=False, strength=0.0)
    return replace(
        features[-1],
        onset=any(f.onset for f in features),
        strength=max(f.strength for f in features),
        pulse=max(f.pulse for f in features),
    )
