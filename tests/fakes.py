"""Stand-ins for the edges: the whole loop runs with no device, no GL and no window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from visualizer.show.session import Session
from visualizer.style.procedural.seeds import seed_style
from visualizer.style.style import Style
from visualizer.types import HOP, RATE_HZ, Action, Features, Frame, Hop, Image, Picture, Scene, Tick


class ListClock:
    """Ticks at given times."""

    def __init__(self, times_s: Sequence[float]) -> None:
        self._times_s = times_s

    def ticks(self) -> Iterator[Tick]:
        before_s = 0.0
        for index, time_s in enumerate(self._times_s):
            yield Tick(index, time_s, time_s - before_s)
            before_s = time_s


class ListSource:
    """Hops of samples (N, C), handed out as they fall due."""

    def __init__(self, samples: np.ndarray) -> None:
        self._hops: list[Hop] = [
            samples[start : start + HOP].astype(np.float32)
            for start in range(0, len(samples) - HOP + 1, HOP)
        ]
        self._given = 0

    def hops_until(self, time_s: float) -> Sequence[Hop]:
        due = min(int(time_s * RATE_HZ / HOP + 1e-6), len(self._hops))
        hops = self._hops[self._given : due]
        self._given = due
        return hops


class PeakAnalyzer:
    """An onset wherever a hop's peak is above one half; no sound is needed to follow it."""

    def __init__(self) -> None:
        self.hops = 0

    def step(self, hop: Hop) -> Features:
        peak = float(np.abs(hop).max())
        self.hops += 1
        return Features(
            hop=self.hops - 1,
            time_s=self.hops * HOP / RATE_HZ,
            level=peak,
            onset=peak > 0.5,
            strength=peak if peak > 0.5 else 0.0,
            pulse=peak,
        )


class BlankPicture:
    """A picture of one grey."""

    width, height = 4, 2

    def read_rgb(self) -> Image:
        return np.full((2, 4, 3), 128, np.uint8)

    def blit(self, width: int, height: int) -> None:
        """No window to put it on."""

    def use(self, unit: int) -> None:
        """No pass that reads it."""


class NullRenderer:
    """Remembers the scenes it was given."""

    def __init__(self) -> None:
        self.scenes: list[Scene] = []

    def draw(self, scene: Scene) -> Picture:
        self.scenes.append(scene)
        return BlankPicture()


class RecordingSink:
    """Wants the frames of ``wanted`` (all by default) and remembers them."""

    def __init__(self, wanted: range | None = None) -> None:
        self._wanted = wanted
        self.frames: list[Frame] = []

    def wants(self, frame: Frame) -> bool:
        return self._wanted is None or frame.tick.index in self._wanted

    def show(self, picture: Picture, frame: Frame) -> None:
        assert picture.read_rgb().shape == (2, 4, 3)
        self.frames.append(frame)


class RecordingObserver:
    """Remembers every frame."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []

    def see(self, frame: Frame) -> None:
        self.frames.append(frame)


class TimedControl:
    """Asks for actions at given frames."""

    def __init__(self, actions: Mapping[int, tuple[Action, ...]]) -> None:
        self._actions = actions

    def poll(self, tick: Tick) -> Sequence[Action]:
        return self._actions.get(tick.index, ())


class Ready:
    """Every style is ready, except those in ``waiting``."""

    def __init__(self, waiting: Sequence[Style] = ()) -> None:
        self.waiting = list(waiting)
        self.asked: list[Style] = []

    def ready(self, style: Style) -> bool:
        self.asked.append(style)
        return style not in self.waiting


def some_styles(count: int = 3) -> tuple[Style, ...]:
    """Untrained styles."""
    return tuple(seed_style(number) for number in range(count))


def session_of(style: Style) -> Session:
    return Session(style)
