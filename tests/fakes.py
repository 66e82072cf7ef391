"""Stand-ins for the edges: the whole loop runs with no device, no GL and no window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import numpy as np

from visualizer.contracts import Frame, Picture, Scene
from visualizer.show.session import Session
from visualizer.style.procedural.seeds import seed_style
from visualizer.style.style import Style
from visualizer.types import HOP, RATE_HZ, Action, Features, Hop, Image, Tick


class HandClock:
    """A clock that moves when it is told to, or slept on."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.slept_s: list[float] = []

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.now_s += seconds


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


class ImagePicture:
    """A picture that is there already, and that is only read back.

    The image is not copied: who writes into it afterwards does what a renderer may.
    """

    def __init__(self, image: Image) -> None:
        self.height, self.width = image.shape[:2]
        self.image = image

    def read_rgb(self) -> Image:
        return self.image

    def blit(self, width: int, height: int) -> None:
        raise AssertionError(f"there is no window of {width}x{height}")

    def use(self, unit: int) -> None:
        raise AssertionError(f"there is no texture unit {unit}")


def plain(red: int, green: int, blue: int, width: int = 64, height: int = 48) -> Image:
    """An image of one colour."""
    return np.full((height, width, 3), (red, green, blue), np.uint8)


def noise(width: int, height: int, seed: int = 0) -> Image:
    """An image in which no pixel looks like its neighbours."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def blank_picture() -> ImagePicture:
    """For those who do not look at it."""
    return ImagePicture(plain(128, 128, 128, 4, 2))


class NullRenderer:
    """Remembers the scenes it was given."""

    def __init__(self) -> None:
        self.scenes: list[Scene] = []

    def draw(self, scene: Scene) -> Picture:
        self.scenes.append(scene)
        return blank_picture()


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
    """Every style is ready, except those in ``waiting``, and in ``lost``, which never will be."""

    def __init__(self, waiting: Sequence[Style] = (), lost: Sequence[Style] = ()) -> None:
        self.waiting = [*waiting]
        self.lost = [*lost]
        self.asked: list[Style] = []

    def ready(self, style: Style) -> bool:
        self.asked.append(style)
        return style not in (*self.waiting, *self.lost)

    def failed(self, style: Style) -> bool:
        return style in self.lost

    def forget(self, style: Style) -> None:
        """It has no memory to give back."""


@cache
def some_styles(count: int = 3) -> tuple[Style, ...]:
    """Untrained styles, made once: to choose one that looks good takes a while."""
    return tuple(seed_style(number) for number in range(count))


def make_frame(
    *asked: str | Action,
    index: int = 0,
    fps: int = 30,
    session: Session | None = None,
    hops: tuple[Features, ...] = (),
    features: Features | None = None,
) -> Frame:
    """A frame in which somebody ``asked`` for actions, by name where they take no arguments.

    session: of one untrained style by default.
    """
    return Frame(
        Tick(index, index / fps, 1 / fps),
        hops,
        features or Features(),
        session or Session(some_styles(1)[0]),
        tuple(Action(action) if isinstance(action, str) else action for action in asked),
    )
