"""What carries a show from frame to frame, and how it stood when a night began."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from visualizer.audio.analysis.analyzer import Analyzer
from visualizer.contracts import Guard
from visualizer.errors import ChladniError
from visualizer.night.journal import JOURNAL, STATE, Journal
from visualizer.night.state import Capture, restored
from visualizer.show.beat.beat_clock import BeatClock
from visualizer.show.scene_builder import SceneBuilder
from visualizer.show.session import HAND_RANGES, SWITCH_ON, Hands, Session
from visualizer.style.style import Style
from visualizer.types import MIRRORS, Beat, Features

STATE_KEY = "chladni"
"""Of the JSON in the file's metadata."""
MOST_BYTES = 64 * 2**20
"""Of a file of state; half an hour into a show it is 1 MB."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What changes from frame to frame, besides the session."""

    analyzer: Analyzer
    beat_clock: BeatClock
    scene_builder: SceneBuilder
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True)
class Stand:
    """How a show stands between two frames. features, beat: of the frame before."""

    session: Session
    features: Features = Features()  # noqa: RUF009 - a frozen value
    beat: Beat = Beat()  # noqa: RUF009 - as above


@dataclass(frozen=True, slots=True)
class State:
    """The same as data: see ``night.state``."""

    data: dict[str, Any]
    arrays: dict[str, NDArray[Any]]


def state_of(machine: Machine, fresh: Machine, stand: Stand, capture: Capture) -> State:
    """All of it but the session. fresh: a machine that has just begun. Raises ChladniError."""
    # Whatever cannot be written down is made anew, here and where it is taken up.
    machine.analyzer.renew()
    data = {"features": capture.data(stand.features), "beat": capture.data(stand.beat)}
    try:
        for name in Machine.__slots__:
            data[name] = capture.data(getattr(machine, name), getattr(fresh, name))
    except TypeError as error:
        raise ChladniError(f"how the show stands cannot be written down: {error}") from error
    return State(data, capture.arrays)


def take_up(journal: Journal, machine: Machine) -> Stand:
    """Bring a machine that has just begun to where the night begins.

    Raises ChladniError, naming the file, for what does not say that.
    """
    style = _named(journal.styles)
    try:
        session = restored(journal.header.session, {}, style)
        _check_session(session)
    except (ChladniError, ValueError) as error:
        where = f"{journal.folder / JOURNAL}, line 1"
        raise ChladniError(f"{where}: the session cannot be used: {error}") from error
    if not journal.header.has_state:
        return Stand(session)
    path = journal.folder / STATE
    try:
        data, arrays = _read(path)
        for name in Machine.__slots__:
            restored(data[name], arrays, style, getattr(machine, name))
        features = restored(data["features"], arrays, style)
        beat = restored(data["beat"], arrays, style)
        if not isinstance(features, Features) or not isinstance(beat, Beat):
            raise ValueError("what was heard before is missing")  # noqa: TRY301, TRY004 - told below
    except (ChladniError, OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
        raise ChladniError(
            f"{path} does not say how the show stood: {error}; what began in mid-show is played"
            f" by the program that recorded it, {journal.header.program}"
        ) from error
    machine.analyzer.renew()
    return Stand(session, features, beat)


def _read(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"expected at most {MOST_BYTES} bytes")
    with safe_open(path, framework="numpy") as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
        return json.loads((file.metadata() or {})[STATE_KEY]), arrays


def _named(styles: Mapping[str, Style]) -> Callable[[str], Style]:
    def style(name: str) -> Style:
        if name not in styles:
            raise ChladniError(f"no line tells of a style {name!r:.80}")
        return styles[name]

    return style


def _check_session(session: object) -> None:
    """Raise ValueError where a session asks for what no hand can."""
    if not isinstance(session, Session):
        raise ValueError("expected a session")  # noqa: TRY004 - as all others here
    hands: Hands = session.hands
    for name, (low, high) in HAND_RANGES.items():
        if not low <= getattr(hands, name) <= high:
            raise ValueError(f"{name} is {getattr(hands, name)}, expected {low:g} to {high:g}")
    if hands.mirror not in MIRRORS or session.switch_on not in SWITCH_ON:
        raise ValueError(f"mirror {hands.mirror} and switch-on {session.switch_on!r:.20}")
    if session.audio_scale is not None and not 0.0 <= session.audio_scale <= 1.0:
        raise ValueError(f"audio_scale is {session.audio_scale}, expected 0 to 1")
