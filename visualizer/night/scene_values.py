"""A scene as plain values, equal where the scenes are equal to the bit, and named for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visualizer.contracts import Scene, ScenePart
from visualizer.style.style import Style
from visualizer.types import Modulation

Values = Mapping[str, Any]


def scene_values(scene: Scene, name_of: Callable[[Style], str]) -> dict[str, Any]:
    """The scene as JSON has it. name_of: a style's name in the night."""
    return {
        "dimmer": scene.dimmer,
        "hue": scene.hue,
        "layers": [_part(part, name_of) for part in scene.parts],
    }


def first_difference(recorded: object, now: object, where: str = "") -> str:
    """Where two scenes' values differ first, and how; empty where they are equal."""
    if isinstance(recorded, dict) and isinstance(now, dict):
        pairs: Iterator[tuple[str, Any, Any]] = (
            (f"{where}.{key}".lstrip("."), recorded.get(key), now.get(key))
            for key in (*recorded, *(key for key in now if key not in recorded))
        )
    elif isinstance(recorded, list) and isinstance(now, list):
        pairs = (
            (f"{where}[{index}]", *pair) for index, pair in enumerate(zip_longest(recorded, now))
        )
    else:
        return "" if recorded == now else f"{where} was {recorded!r}, now {now!r}"
    return next(filter(None, (first_difference(was, is_, at) for at, was, is_ in pairs)), "")


def _part(part: ScenePart, name_of: Callable[[Style], str]) -> dict[str, Any]:
    values = {"style": name_of(part.style), "mix": part.mix, **_modulation(part.modulation)}
    if part.morph is not None:
        morph = part.morph
        values["morph"] = {
            "style": name_of(morph.style),
            "way": morph.way,
            **_modulation(morph.modulation),
        }
    return values


def _modulation(modulation: Modulation) -> dict[str, Any]:
    fold = modulation.fold
    return {
        "z": _exact(modulation.z),
        "zoom": modulation.zoom,
        "turn": modulation.turn,
        "shift": list(modulation.shift),
        "fold": [fold.before, fold.after, fold.way],
    }


def _exact(numbers: NDArray[np.float32]) -> list[float]:
    """In the fewest digits that mean these float32 and no others."""
    return [float(str(number)) for number in numbers]
