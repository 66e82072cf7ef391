"""``chladni replay NIGHT OUT.mp4``: the night as a film, at any size and rate."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from math import ceil
from typing import Self

from visualizer.app.film_making import checked_encoding, make_film
from visualizer.app.replay.drawing import SightedRenderer, recorded_tunings
from visualizer.app.replay.replay import Replay
from visualizer.app.used_files import check_replay_files
from visualizer.audio.blocks import Block
from visualizer.config.request import ReplayRequest
from visualizer.contracts import Frame, Observer, Picture, Sink
from visualizer.contracts import Renderer as DrawsScenes
from visualizer.errors import ChladniError, UsageError
from visualizer.night.replaying.sound import film_sound
from visualizer.output.film.film import Film, check_film, check_size
from visualizer.output.film.report import TimedRenderer
from visualizer.render.autotune.autotune import tunings_for_film
from visualizer.render.gl.context import standalone
from visualizer.render.preparer import PrepareNow
from visualizer.render.renderer import Renderer
from visualizer.render.shader_text.tuning import Tunings
from visualizer.render.tap import planes_tap
from visualizer.show.clock import FrameClock
from visualizer.style.style import Style
from visualizer.system.files import check_target
from visualizer.system.progress import StepBar, progress


def replay_film(request: ReplayRequest) -> None:
    """Film a night. Raises ChladniError; an existing film is only replaced whole."""
    if request.out is None:
        raise UsageError("a film needs a name: chladni replay NIGHT OUT.mp4")
    check_replay_files(request)
    check_film(request.out)
    if request.report is not None:
        check_target(request.report)
    night = NightShow(request)
    check_size(*night.size)
    encoding = checked_encoding(request.out, request.encoder, request.crf, night.size)
    with night, planes_tap(night.context, *night.size) as tap:
        film = Film(
            request.out,
            *night.size,
            night.fps,
            tap=tap,
            frames=night.frames,
            first=night.first,
            sound=night.sound(),
            encoding=encoding,
        )
        make_film(night, film, request.report)


class NightShow:
    """A night, as something that can be filmed. ``with`` opens ``context``.

    size: of the film. fps: its rate. first, frames: which of the night's frames it shows, those
    that were drawn or those of its rate. Raises ChladniError for a night that cannot be played,
    and for a part that it does not have.
    """

    def __init__(self, request: ReplayRequest) -> None:
        self.replay = Replay(request.night)
        self._request = request
        header = self.replay.journal.header
        width, height = header.size
        # A window may have any size, a film's sides are even.
        self.size = request.resolution or (max(width & ~1, 16), max(height & ~1, 16))
        self.fps = request.fps or self.replay.fps
        self._drawn = [note for note in self.replay.journal.notes if note.drawn]
        self._drawn_s = [note.time_s - header.start_s for note in self._drawn]
        self.first, self.frames = self._part()
        self.scale = request.scale or (header.most_scale if request.recorded else 1.0)
        self._opened = ExitStack()

    @property
    def style(self) -> Style:
        """The style that it begins with."""
        return self.replay.style

    @property
    def holding(self) -> bool:
        """Whether the frame at hand is dimmed, so that it does not flash."""
        return self.replay.holding

    def sound(self) -> Iterator[Block]:
        """The film's."""
        begin_s = self._time_s(self.first)
        return film_sound(self.replay.journal, begin_s, begin_s + float(self.frames / self.fps))

    def __enter__(self) -> Self:
        """Get ready to draw. Raises GraphicsError."""
        with ExitStack() as opened:
            self.context = opened.enter_context(standalone())
            renderer = Renderer(self.context, *self.size, self.scale, self._tunings())
            self._renderer = opened.enter_context(renderer)
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Give the GPU back."""
        self._opened.close()

    def play(
        self, frames: int, sinks: Sequence[Sink], observers: Sequence[Observer] = ()
    ) -> TimedRenderer:
        """Run the night's first ``frames`` frames; the sinks choose which of them are drawn."""
        renderer, readiness = (
            self._renderer,
            PrepareNow(self._renderer.prepare, self._renderer.forget),
        )
        if self._request.recorded:
            sighted = SightedRenderer(renderer, self.replay.cursor, self.size)
            timed = self._timed(renderer if self._request.scale else sighted)
            places = {note.index: place for place, note in enumerate(self._drawn)}
            parts = replace(
                self.replay.recorded(timed, readiness),
                sinks=[PlacedSink(sink, places) for sink in sinks],
                observers=[PlacedObserver(observer, places) for observer in observers],
            )
        else:
            timed = self._timed(renderer)
            width, height = self.size
            clock = FrameClock(self.fps, frames)
            parts = replace(
                self.replay.followed(clock, lambda: width / height, timed, readiness),
                sinks=sinks,
                observers=observers,
            )
        self.replay.run(parts)
        return timed

    def _timed(self, renderer: DrawsScenes) -> TimedRenderer:
        return TimedRenderer(renderer, self._renderer.name, lambda: self._renderer.gpu_time)

    def _tunings(self) -> Tunings | None:
        """Of the night, so that its frames are what they were; else what draws fastest here."""
        if self._request.recorded:
            return recorded_tunings(self.replay.journal.header)
        with progress() as bar:
            told = StepBar(bar, "measuring this GPU").reach
            return tunings_for_film(self.context, self.replay.styles, tune=True, told=told)

    def _part(self) -> tuple[int, int]:
        """(first, frames) of those that are asked for."""
        begin_s = self._request.start_s
        end_s = self.replay.length_s + 1.0 if self._request.end_s is None else self._request.end_s
        first, end = self._frame_at(begin_s), self._frame_at(end_s)
        if first >= end:
            raise ChladniError(
                f"{self._request.night} lasts {self.replay.length_s:.2f} s: no frame lies there,"
                f" from {begin_s:g} s to {end_s:g} s; give another --from and --to"
            )
        return first, end - first

    def _frame_at(self, time_s: float) -> int:
        """How many frames come before that second of the night."""
        time_s -= 1e-9
        if self._request.recorded:
            return bisect_left(self._drawn_s, time_s)
        last = int(self.replay.length_s * self.fps + 1e-6)
        return min(max(ceil(time_s * self.fps), 0), last + 1)

    def _time_s(self, frame: int) -> float:
        return self._drawn_s[frame] if self._request.recorded else float(frame / self.fps)


class PlacedSink:
    """Shows a sink the ticks of ``places``, by their index, as frames in a row."""

    def __init__(self, sink: Sink, places: Mapping[int, int]) -> None:
        self._sink = sink
        self._places = places

    def wants(self, frame: Frame) -> bool:
        """Whether the sink wants it, and it is one of them."""
        return frame.tick.index in self._places and self._sink.wants(_placed(frame, self._places))

    def show(self, picture: Picture, frame: Frame) -> None:
        """Show it."""
        self._sink.show(picture, _placed(frame, self._places))


class PlacedObserver:
    """Tells an observer of the ticks of ``places`` as of frames in a row."""

    def __init__(self, observer: Observer, places: Mapping[int, int]) -> None:
        self._observer = observer
        self._places = places

    def see(self, frame: Frame) -> None:
        """Tell of it, if it is one of them."""
        if frame.tick.index in self._places:
            self._observer.see(_placed(frame, self._places))


def _placed(frame: Frame, places: Mapping[int, int]) -> Frame:
    return replace(frame, tick=replace(frame.tick, index=places[frame.tick.index]))
