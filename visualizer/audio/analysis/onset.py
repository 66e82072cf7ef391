"""The onset methods by name: our own and aubio's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import aubio
import numpy as np

from visualizer.audio.analysis.renewable import Renewable
from visualizer.audio.analysis.superflux import Picker
from visualizer.errors import UsageError
from visualizer.types import HOP, RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

AUBIO_WINDOW = 1024
AUBIO_DBFS = -14.0
"""Where the loudness reference lies in the hops that aubio hears: its thresholds expect music."""
DEFAULT_ONSET = "superflux"
"""The best of them in ``python -m benchmarks.onsets``."""
ONSET_METHODS = (
    DEFAULT_ONSET,
    "energy",
    "hfc",
    "complex",
    "phase",
    "wphase",
    "specdiff",
    "kl",
    "mkl",
    "specflux",
)
"""``superflux`` is ours, the others are aubio's."""

_AUBIO_LEVEL = 10.0 ** (AUBIO_DBFS / 20.0)


class OnsetDetector(Protocol):
    """Says in which hop an onset fires."""

    def step(self, hop: NDArray[np.float32], gain: float, flux: float, *, is_open: bool) -> bool:
        """Take a hop (HOP,) before the gain, the gain, and the flux after it.

        is_open: the silence gate.
        """
        ...

    def renew(self) -> None:
        """Go on as who takes the show up here: see ``Renewable``."""
        ...


class SuperFlux:
    """Our own detector; the flux is all it needs."""

    def __init__(self) -> None:
        self._picker = Picker()

    def step(self, hop: NDArray[np.float32], gain: float, flux: float, *, is_open: bool) -> bool:  # noqa: ARG002 - the protocol's hop and gain are what aubio needs
        """Whether an onset fires in this hop."""
        return self._picker.step(flux, is_open=is_open)

    def renew(self) -> None:
        """Nothing of its past is hidden."""


class AubioOnset:
    """One of aubio's methods at its own default thresholds; it fires about 20 ms later."""

    def __init__(self, method: str) -> None:
        self._onset = Renewable(lambda: aubio.onset(method, AUBIO_WINDOW, HOP, RATE_HZ))

    def step(self, hop: NDArray[np.float32], gain: float, flux: float, *, is_open: bool) -> bool:  # noqa: ARG002 - the protocol's flux is what SuperFlux needs
        """Whether an onset fires in this hop."""
        # Counted always, also behind a closed gate: aubio keeps its own past.
        heard = hop * np.float32(gain * _AUBIO_LEVEL)
        return bool(self._onset(heard)[0] > 0.0) and is_open

    def renew(self) -> None:
        """Go on as who takes the show up here: see ``Renewable``."""
        self._onset.renew()


def onset_detector(method: str) -> OnsetDetector:
    """Make a detector by its name. Raises UsageError for a name that is not known."""
    if method not in ONSET_METHODS:
        known = ", ".join(ONSET_METHODS)
        raise UsageError(f"onset method {method!r} is not known, choose one of {known}")
    return SuperFlux() if method == DEFAULT_ONSET else AubioOnset(method)
