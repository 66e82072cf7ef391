"""Where a live show's inputs pass by: each is asked once a tick, and its answer noted.

All of them are in the show whether it is recorded or not, so that recording changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from visualizer.audio.rounded import RoundedSource
from visualizer.contracts import Picture, Pool, Renderer, Scene, Source
from visualizer.night.journal import Reading, Sight
from visualizer.night.recording.recorder import Recorder
from visualizer.show.beat.clock_choice import OuterClock
from visualizer.show.beat.tap_tempo import Grid
from visualizer.style.style import Style
from visualizer.types import Hop, Tick


class NotedSource:
    """Sound, rounded to what FLAC holds."""

    def __init__(self, source: Source, recorder: Recorder) -> None:
        self._source = RoundedSource(source)
        self._recorder = recorder

    def hops_until(self, time_s: float) -> Sequence[Hop]:
        """The hops that are due."""
        hops = self._source.hops_until(time_s)
        self._recorder.heard.hops += hops
        self._recorder.heard.note.hops += len(hops)
        return hops


class NotedPool:
    """Styles to switch to; what decided an answer is in the answer."""

    def __init__(self, pool: Pool, recorder: Recorder) -> None:
        self._pool = pool
        self._note = recorder.answered

    def is_ready(self, style: Style) -> bool:
        """As in ``Pool``."""
        answer = self._pool.is_ready(style)
        self._note(("is_ready",), answer)
        return answer

    def failed(self, style: Style) -> bool:
        """As in ``Pool``."""
        answer = self._pool.failed(style)
        self._note(("failed",), answer)
        return answer

    def neighbour(self, style: Style, step: int) -> Style | None:
        """As in ``Pool``."""
        answer = self._pool.neighbour(style, step)
        self._note(("neighbour", step), answer)
        return answer

    def any_other(self, style: Style) -> Style | None:
        """As in ``Pool``."""
        answer = self._pool.any_other(style)
        self._note(("any_other",), answer)
        return answer

    def slot(self, number: int) -> Style | None:
        """As in ``Pool``."""
        answer = self._pool.slot(number)
        self._note(("slot", number), answer)
        return answer

    def named(self, spec: str) -> Style | None:
        """As in ``Pool``."""
        answer = self._pool.named(spec)
        self._note(("named", spec), answer)
        return answer

    def can_morph(self, before: Style, after: Style) -> bool:
        """As in ``Pool``."""
        answer = self._pool.can_morph(before, after)
        self._note(("can_morph",), answer)
        return answer

    def fresh_seed(self) -> Style | None:
        """As in ``Pool``."""
        answer = self._pool.fresh_seed()
        self._note(("fresh_seed",), answer)
        return answer


class NotedLead:
    """How far the beat runs ahead: one number for all of a tick."""

    def __init__(self, lead_s: Callable[[], float], recorder: Recorder) -> None:
        self._lead_s = lead_s
        self._recorder = recorder
        self._asked_at = -1

    def __call__(self) -> float:
        """In seconds."""
        note = self._recorder.heard.note
        if note.index != self._asked_at:
            self._asked_at, note.lead_s = note.index, self._lead_s()
        return note.lead_s


class NotedClock:
    """A clock from outside, which says one thing for all of a tick."""

    def __init__(self, name: str, clock: OuterClock, recorder: Recorder) -> None:
        self._name = name
        self._clock = clock
        self._recorder = recorder
        self._reading = Reading(None)

    @property
    def knows_phase(self) -> bool:
        """As in ``OuterClock``."""
        return self._reading.knows_phase

    @property
    def obeys_taps(self) -> bool:
        """As in ``OuterClock``."""
        return self._reading.obeys_taps

    def grid(self, time_s: float) -> Grid | None:
        """As in ``OuterClock``."""
        note = self._recorder.heard.note
        if self._name not in note.clocks:
            clock = self._clock
            grid = clock.grid(time_s)
            self._reading = Reading(grid, clock.knows_phase, clock.obeys_taps)
            note.clocks = {**note.clocks, self._name: self._reading}
        return self._reading.grid


def noted_clocks(outer: Mapping[str, OuterClock], recorder: Recorder) -> Mapping[str, OuterClock]:
    """All clocks from outside."""
    return {name: NotedClock(name, clock, recorder) for name, clock in outer.items()}


class NotedScenes:
    """The last guard: lets every scene through."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def step(self, scene: Scene, tick: Tick) -> Scene:  # noqa: ARG002 - a guard's interface
        """The same scene."""
        if self._recorder.has_hashes:
            self._recorder.heard.note.scene = scene
        return scene


class NotedRenderer:
    """Draws, and tells how. scale: of the network, after a draw."""

    def __init__(self, renderer: Renderer, scale: Callable[[], float], recorder: Recorder) -> None:
        self._renderer = renderer
        self._scale = scale
        self._recorder = recorder

    def draw(self, scene: Scene) -> Picture:
        """Draw one scene."""
        picture = self._renderer.draw(scene)
        self._recorder.drawn(Sight((picture.width, picture.height), self._scale()))
        return picture
