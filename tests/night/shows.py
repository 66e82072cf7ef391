"""Shows without a window that are recorded, and played again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from tests.fakes import ListClock, NullRenderer, Ready, RecordingSink, TimedControl, some_styles
from visualizer.audio.analysis.analyzer import Analyzer
from visualizer.audio.analysis.listener import Listener
from visualizer.contracts import Frame, Observer, Picture, Readiness, Scene, Source
from visualizer.loop import Before, Parts, run
from visualizer.night.journal import Header, Sight, SlotStyle
from visualizer.night.machine import Machine, take_up
from visualizer.night.reader import read_night
from visualizer.night.recording.frame_hashes import FrameHashes
from visualizer.night.recording.recorder import Recorder
from visualizer.night.recording.taps import (
    NotedClock,
    NotedLead,
    NotedPool,
    NotedRenderer,
    NotedScenes,
    NotedSource,
)
from visualizer.night.replaying.cursor import (
    Cursor,
    RecordedActions,
    RecordedClock,
    RecordedSource,
    replayed_clocks,
)
from visualizer.night.replaying.pool import NightPool
from visualizer.night.replaying.sound import NightSound
from visualizer.night.scene_values import scene_values
from visualizer.render.autotune.tuning_cache import entries_of
from visualizer.render.renderer import Renderer
from visualizer.render.tap import rgba_tap
from visualizer.show.beat.beat_clock import BeatClock
from visualizer.show.beat.tap_tempo import Grid
from visualizer.show.flashes.limit import FlashLimit
from visualizer.show.scene_builder import SceneBuilder
from visualizer.show.session import Session
from visualizer.show.style_pool import StylePool, at_once
from visualizer.style.style import Style
from visualizer.types import HOP, RATE_HZ, Action, Tick

ONSETS = 0.5
"""Seconds between two drums."""


def drums(seconds: float, channels: int = 2, seed: int = 0) -> np.ndarray:
    """(N, channels) of noise that bursts twice a second."""
    random = np.random.default_rng(seed)
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    envelope = np.exp(-12.0 * (time_s % ONSETS))[:, None]
    noise = random.standard_normal((len(time_s), channels))
    return (0.2 * envelope * noise).astype(np.float32)


def uneven_times_s(count: int, seed: int = 0) -> list[float]:
    """When frames happen: about 50 a second, some late."""
    steps = np.random.default_rng(seed).choice([0.015, 0.02, 0.027, 0.11], count)
    times_s: list[float] = np.cumsum(steps).tolist()
    return times_s


class ListMidi:
    """A clock from outside that speaks up, and falls silent."""

    knows_phase, obeys_taps = True, False

    def grid(self, time_s: float) -> Grid | None:
        return Grid(0.013, 127.3, downbeat=0) if 1.0 < time_s < 2.5 else None


class Scenes:
    """A guard that keeps what it lets through."""

    def __init__(self) -> None:
        self.scenes: list[Scene] = []

    def step(self, scene: Scene, tick: Tick) -> Scene:  # noqa: ARG002 - a guard's interface
        self.scenes.append(scene)
        return scene


class AskedAt:
    """An observer that hands the action ``record`` over, as a show's handlers do."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def see(self, frame: Frame) -> None:
        for action in frame.actions:
            if action.name == "record":
                self._recorder.ask(*action.args)


def machine(size: tuple[int, int], *, limited: bool = False, **beat: object) -> Machine:
    """One that has just begun. limited: flashes are held down, which takes its time."""
    aspect = size[0] / size[1]
    guards = (FlashLimit(lambda: aspect),) if limited else ()
    return Machine(Analyzer(), BeatClock(**beat), SceneBuilder(), guards)  # type: ignore[arg-type]


@dataclass
class Drawn:
    """A real renderer, whose pictures are hashed."""

    renderer: Renderer
    scales: Sequence[float]

    def into(self, parts: Parts, recorder: Recorder, opened: ExitStack) -> Parts:
        """The parts, drawing, at one of the scales after the other."""
        for style in some_styles():
            self.renderer.prepare(style)
        tap = opened.enter_context(rgba_tap())
        hashes = opened.enter_context(FrameHashes(tap, lambda _: True, recorder.hashed))
        renderer = NotedRenderer(self, lambda: self.renderer.scale, recorder)
        return replace(parts, renderer=renderer, sinks=(hashes,))

    def draw(self, scene: Scene) -> Picture:
        self.renderer.set_scale(self.scales[scene.index % len(self.scales)])
        return self.renderer.draw(scene)


class Compiling(Ready):
    """A driver that takes a while: each style is ready when it was asked for the twelfth time."""

    def ready(self, style: Style) -> bool:
        super().ready(style)
        return self.asked.count(style) >= 12


@dataclass
class Show:
    """What is played: times of frames, sound, actions by the number of their frame."""

    folder: Path
    times_s: Sequence[float] = field(default_factory=lambda: uneven_times_s(150))
    sound: np.ndarray = field(default_factory=lambda: drums(8.0))
    actions: dict[int, tuple[Action, ...]] = field(default_factory=dict)
    source: Source | None = None
    observers: tuple[Observer, ...] = ()
    size: tuple[int, int] = (64, 36)
    from_the_start: bool = True
    limited: bool = False
    drawn: Drawn | None = None
    readiness: Readiness = field(default_factory=Ready)

    def header(self) -> Header:
        slots = tuple(SlotStyle(style.name, "") for style in some_styles())
        return Header(
            program="chladni",
            began="",
            start_s=0.0,
            fps="50",
            session=None,
            slots=slots,
            channels=None,
            onset="superflux",
            flashes="limit" if self.limited else "allow",
            size=self.size,
            renderer="none" if self.drawn is None else self.drawn.renderer.name,
            tunings={} if self.drawn is None else entries_of(self.drawn.renderer.tunings),
            most_scale=1.0,
        )

    def recorder(self) -> Recorder:
        return Recorder(
            lambda: self.folder,
            self.header,
            Session(some_styles()[0]),
            lambda: machine(self.size, limited=self.limited),
            has_hashes=True,
            sight=lambda: Sight(self.size),
        )

    def play(self) -> list[Scene]:
        """Play and record it; the scenes that were shown."""
        styles = some_styles()
        with self.recorder() as recorder:
            if self.from_the_start:
                recorder.begin()
            lead = NotedLead(lambda: 0.031, recorder)
            midi = NotedClock("midi", ListMidi(), recorder)
            show = machine(self.size, limited=self.limited, outer={"midi": midi}, lead_s=lead)
            random = np.random.default_rng(3)
            # To grow a seed takes seconds: one that is there does as well.
            submit = lambda _grow: at_once(lambda: styles[2])  # noqa: E731 - one of a row
            pool = StylePool(styles, self.readiness, random=random, submit=submit)
            scenes = Scenes()
            source = NotedSource(self.source or Sound(self.sound), recorder)
            parts = Parts(
                clock=Between(ListClock(self.times_s), recorder),
                listener=Listener(source, show.analyzer),
                renderer=NotedRenderer(NullRenderer(), lambda: 1.0, recorder),
                pool=NotedPool(pool, recorder),
                beat_clock=show.beat_clock,
                guards=(*show.guards, scenes, NotedScenes(recorder)),
                controls=(TimedControl(self.actions),),
                observers=(*self.observers, AskedAt(recorder), recorder),
                sinks=(RecordingSink(),),
                scene_builder=show.scene_builder,
            )
            recorder.machine = show
            with ExitStack() as opened:
                if self.drawn is not None:
                    parts = self.drawn.into(parts, recorder, opened)
                run(parts, Session(styles[0]))
        return scenes.scenes


class Sound:
    """A source of samples, as they fall due."""

    def __init__(self, samples: np.ndarray) -> None:
        self._samples = samples
        self._given = 0

    def hops_until(self, time_s: float) -> list[np.ndarray]:
        due = min(int(time_s * RATE_HZ / HOP), len(self._samples) // HOP)
        hops = [self._samples[n * HOP : (n + 1) * HOP] for n in range(self._given, due)]
        self._given = max(due, self._given)
        return hops


class Between:
    """A clock whose ticks pass through a recorder."""

    def __init__(self, clock: ListClock, recorder: Recorder) -> None:
        self._clock = clock
        self._recorder = recorder

    def ticks(self) -> Iterator[Tick]:
        return self._recorder.between(self._clock)


def replayed(folder: Path) -> list[Scene]:
    """The scenes of a night, by its own ticks."""
    journal = read_night(folder)
    cursor, sound = Cursor(journal), NightSound(journal)
    show = machine(
        journal.header.size,
        limited=journal.header.flashes == "limit",
        outer=replayed_clocks(cursor),
        lead_s=lambda: cursor.note.lead_s,
    )
    stand = take_up(journal, show)
    nobody = StylePool((), Ready(), random=np.random.default_rng(0), submit=at_once)
    scenes = Scenes()
    parts = Parts(
        clock=RecordedClock(journal, cursor, sound),
        listener=Listener(RecordedSource(cursor, sound), show.analyzer),
        renderer=NullRenderer(),
        pool=NightPool(cursor, journal.styles, nobody),
        beat_clock=show.beat_clock,
        guards=(*show.guards, scenes),
        controls=(RecordedActions(cursor),),
        scene_builder=show.scene_builder,
    )
    run(parts, stand.session, Before(stand.features, stand.beat))
    return scenes.scenes


def values(scenes: Sequence[Scene]) -> list[object]:
    """Scenes as they can be compared, styles by their names."""
    return [scene_values(scene, lambda style: style.name) for scene in scenes]


def acted(*words: str) -> tuple[Action, ...]:
    """One action each, arguments behind spaces."""
    return tuple(Action(name, tuple(args)) for name, *args in map(str.split, words))
