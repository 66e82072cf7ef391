"""What records a show, put together and laid around the parts of the loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace

from visualizer import __version__
from visualizer.app.live.graphics import LiveGraphics
from visualizer.app.preflight import Preflight
from visualizer.audio.analysis.analyzer import Analyzer
from visualizer.audio.analysis.listener import Listener
from visualizer.audio.analysis.onset import DEFAULT_ONSET
from visualizer.config.request import ALLOW, LIMIT, LiveRequest
from visualizer.contracts import Hearing, Source
from visualizer.loop import Parts
from visualizer.night.journal import Header, Sight, SlotStyle
from visualizer.night.machine import Machine
from visualizer.night.recording.faults import Faults
from visualizer.night.recording.frame_hashes import FrameHashes
from visualizer.night.recording.recorder import Recorder
from visualizer.night.recording.taps import (
    NotedLead,
    NotedPool,
    NotedRenderer,
    NotedScenes,
    NotedSource,
    noted_clocks,
)
from visualizer.render.autotune.tuning_cache import entries_of
from visualizer.render.tap import rgba_tap
from visualizer.show.beat.beat_clock import BeatClock
from visualizer.show.beat.clock_choice import OuterClock
from visualizer.show.flashes.limit import FlashLimit
from visualizer.show.scene_builder import SceneBuilder
from visualizer.style.style import style_sha256
from visualizer.system.paths import APP_NAME, videos_folder
from visualizer.types import Tick


class LiveNight:
    """The recorder of one show, and what it is told by; ``closing`` closes it.

    Raises ChladniError where a show that is to be recorded from its beginning cannot be.
    """

    def __init__(
        self,
        request: LiveRequest,
        preflight: Preflight,
        picture: LiveGraphics,
        hearing: Hearing,
        closing: ExitStack,
    ) -> None:
        self._request, self._picture = request, picture
        self._closing = closing
        look = request.look
        self._analyzer = Analyzer(look.onset or DEFAULT_ONSET, look.channels)
        self._beat_clock = BeatClock()
        self.recorder = closing.enter_context(
            Recorder(
                lambda: request.record_to or videos_folder(),
                self._header,
                preflight.session,
                self._fresh,
                has_hashes=request.record_hashes,
                sight=lambda: Sight(picture.renderer.size, picture.renderer.scale),
                device=lambda: f"{hearing.device}: {hearing.state}",
                faults=closing.enter_context(Faults()).take,
            )
        )
        if request.record:
            self.recorder.begin()

    def listener(self, source: Source) -> Listener:
        """What the loop listens through: what is analysed is what is recorded."""
        return Listener(NotedSource(source, self.recorder), self._analyzer)

    def beat_clock(self, outer: Mapping[str, OuterClock], lead_s: Callable[[], float]) -> BeatClock:
        """The show's beat, from what is noted."""
        lead = NotedLead(lead_s, self.recorder)
        self._beat_clock = BeatClock(noted_clocks(outer, self.recorder), lead)
        return self._beat_clock

    def around(self, parts: Parts) -> Parts:
        """The parts of the loop, with all that is noted on its way."""
        recorder, renderer = self.recorder, self._picture.renderer
        recorder.machine = Machine(
            self._analyzer, self._beat_clock, parts.scene_builder, tuple(parts.guards)
        )
        sinks = parts.sinks
        if self._request.record_hashes:
            tap = self._closing.enter_context(rgba_tap())
            window = self._picture.window
            hashes = FrameHashes(
                tap,
                lambda frame: recorder.has_hashes and window.wants(frame),
                recorder.hashed,
            )
            # Before the window, which swaps: what lies on the GPU is still the picture.
            sinks = (self._closing.enter_context(hashes), *sinks)
        return replace(
            parts,
            clock=_NotedClock(parts, recorder),
            pool=NotedPool(parts.pool, recorder),
            renderer=NotedRenderer(parts.renderer, lambda: renderer.scale, recorder),
            guards=(*parts.guards, NotedScenes(recorder)),
            # Behind all others: what they log of this tick is this tick's.
            observers=(*parts.observers, recorder),
            sinks=sinks,
        )

    def _fresh(self) -> Machine:
        look = self._request.look
        analyzer = Analyzer(look.onset or DEFAULT_ONSET, look.channels)
        limit = None if look.flashes == ALLOW else FlashLimit(self._picture.aspect)
        return Machine(analyzer, BeatClock(), SceneBuilder(), () if limit is None else (limit,))

    def _header(self) -> Header:
        look, renderer = self._request.look, self._picture.renderer
        return Header(
            program=f"{APP_NAME} {__version__}",
            began="",
            start_s=0.0,
            fps=str(self._picture.fps),
            session=None,
            slots=tuple(
                SlotStyle(style.name, style_sha256(style)) for style in self._picture.pool.styles
            ),
            channels=look.channels,
            onset=look.onset or DEFAULT_ONSET,
            flashes=look.flashes or LIMIT,
            size=renderer.size,
            renderer=renderer.name,
            tunings=entries_of(renderer.tunings),
            most_scale=renderer.most_scale,
        )


class _NotedClock:
    """The clock, between whose ticks the recorder writes."""

    def __init__(self, parts: Parts, recorder: Recorder) -> None:
        self._clock = parts.clock
        self._recorder = recorder

    def ticks(self) -> Iterator[Tick]:
        """The same ticks."""
        return self._recorder.between(self._clock)
