from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import (
    ListClock,
    ListSource,
    NullRenderer,
    PeakAnalyzer,
    Ready,
    RecordingObserver,
    RecordingSink,
    TimedControl,
    some_styles,
)
from visualizer.audio.analysis.listener import Listener
from visualizer.contracts import Scene
from visualizer.loop import Parts, run
from visualizer.show.beat.beat_clock import BeatClock
from visualizer.show.session import Session
from visualizer.show.style_pool import StylePool, at_once
from visualizer.style.style import Style
from visualizer.types import HOP, RATE_HZ, Action, Beat, Tick

STYLES = some_styles(3)


def pool(styles: tuple[Style, ...] = STYLES) -> StylePool:
    return StylePool(styles, Ready(), random=np.random.default_rng(1), submit=at_once)


def clicks(seconds: float, hops_with_click: set[int]) -> np.ndarray:
    samples = np.zeros((round(seconds * RATE_HZ), 1))
    for hop in hops_with_click:
        samples[hop * HOP + 10] = 0.9
    return samples


def test_a_frame_is_drawn_a_tick_and_all_sinks_see_the_same_one() -> None:
    renderer, first, second = NullRenderer(), RecordingSink(), RecordingSink()
    times_s = [n / 30 for n in range(10)]
    parts = Parts(
        ListClock(times_s),
        Listener(ListSource(clicks(1, set())), PeakAnalyzer()),
        renderer,
        pool(),
        BeatClock(),
        sinks=(first, second),
    )
    run(parts, Session(STYLES[0]))
    assert len(renderer.scenes) == 10
    assert [frame.tick.time_s for frame in first.frames] == times_s
    assert all(a is b for a, b in zip(first.frames, second.frames, strict=True))


def test_a_frame_nobody_wants_is_analysed_but_not_drawn() -> None:
    renderer, observer = NullRenderer(), RecordingObserver()
    analyzer = PeakAnalyzer()
    parts = Parts(
        ListClock([n / 10 for n in range(10)]),
        Listener(ListSource(clicks(1, set())), analyzer),
        renderer,
        pool(),
        BeatClock(),
        observers=(observer,),
        sinks=(RecordingSink(range(7, 9)),),
    )
    run(parts, Session(STYLES[0]))
    assert [scene.index for scene in renderer.scenes] == [7, 8]
    assert len(observer.frames) == 10
    assert analyzer.hops == int(0.9 * RATE_HZ / HOP)


def test_what_is_drawn_does_not_depend_on_what_was_drawn_before() -> None:
    def scenes(wanted: range | None) -> list[np.ndarray]:
        renderer = NullRenderer()
        parts = Parts(
            ListClock([n / 30 for n in range(40)]),
            Listener(ListSource(clicks(2, {3, 50, 120})), PeakAnalyzer()),
            renderer,
            pool(),
            BeatClock(),
            sinks=(RecordingSink(wanted),),
        )
        run(parts, Session(STYLES[0]))
        return [scene.parts[0].modulation.z for scene in renderer.scenes]

    whole, tail = scenes(None), scenes(range(25, 40))
    assert len(tail) == 15
    for a, b in zip(whole[25:], tail, strict=True):
        np.testing.assert_array_equal(a, b)


class Dimming:
    """Halves the light of every scene, and remembers when it was asked."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def step(self, scene: Scene, tick: Tick) -> Scene:
        self.seen.append(tick.index)
        return replace(scene, dimmer=0.5 * scene.dimmer)


def test_guards_see_every_scene_in_turn_and_what_they_let_through_is_drawn() -> None:
    renderer, guards = NullRenderer(), (Dimming(), Dimming())
    parts = Parts(
        ListClock([n / 30 for n in range(10)]),
        Listener(ListSource(clicks(1, set())), PeakAnalyzer()),
        renderer,
        pool(),
        BeatClock(),
        guards,
        sinks=(RecordingSink(range(8, 10)),),
    )
    run(parts, Session(STYLES[0]))
    assert [scene.dimmer for scene in renderer.scenes] == [0.25, 0.25]
    assert [guard.seen for guard in guards] == [list(range(10))] * 2


@settings(max_examples=40)
@given(
    st.sets(st.integers(0, 180), max_size=12),
    st.lists(st.floats(0.001, 0.3), min_size=1, max_size=60),
)
def test_no_onset_is_lost_whatever_the_frame_rate(hops: set[int], steps_s: list[float]) -> None:
    times_s = [*np.cumsum(steps_s).tolist(), sum(steps_s) + 1.0]
    observer = RecordingObserver()
    parts = Parts(
        ListClock(times_s),
        Listener(ListSource(clicks(1, hops)), PeakAnalyzer()),
        NullRenderer(),
        pool(),
        BeatClock(),
        observers=(observer,),
    )
    run(parts, Session(STYLES[0]))
    heard = {hop.hop for frame in observer.frames for hop in frame.hops if hop.onset}
    due = int(times_s[-1] * RATE_HZ / HOP + 1e-6)
    assert heard == {hop for hop in hops if hop < min(due, RATE_HZ // HOP)}
    for frame in observer.frames:
        assert frame.features.onset == any(hop.onset for hop in frame.hops)


def test_actions_change_the_session_in_the_frame_they_come_in() -> None:
    sink, renderer = RecordingSink(), NullRenderer()
    actions = {
        2: (Action("next"),),
        4: (Action("blackout"),),
        6: (Action("blackout", ("0",)), Action("screenshot")),
        8: (Action("quit"),),
    }
    parts = Parts(
        ListClock([n / 10 for n in range(20)]),
        Listener(ListSource(clicks(1, set())), PeakAnalyzer()),
        renderer,
        pool(),
        BeatClock(),
        controls=(TimedControl(actions),),
        sinks=(sink,),
    )
    last = run(parts, Session(STYLES[0]))
    shown = [frame.session.style.name for frame in sink.frames]
    assert shown == ["seed-0"] * 2 + ["seed-1"] * 7
    assert [scene.dimmer for scene in renderer.scenes] == [1, 1, 1, 1, 0, 0, 1, 1, 1]
    assert sink.frames[6].actions[1] == Action("screenshot")
    assert last.quitting
    assert last.last is STYLES[0]


def test_a_style_that_comes_back_keeps_drifting() -> None:
    renderer = NullRenderer()
    actions = {50: (Action("next"),), 60: (Action("previous"),)}
    parts = Parts(
        ListClock([n / 10 for n in range(70)]),
        Listener(ListSource(clicks(1, set())), PeakAnalyzer()),
        renderer,
        pool(),
        BeatClock(),
        controls=(TimedControl(actions),),
        sinks=(RecordingSink(),),
    )
    run(parts, Session(STYLES[0]))
    names = STYLES[0].z_names
    drift = names.index("drift1_cos"), names.index("drift1_sin")
    angles = [
        np.arctan2(*(scene.parts[0].modulation.z[i] for i in reversed(drift)))
        for scene in renderer.scenes
    ]
    steps = np.diff(np.unwrap(angles))
    assert np.abs(steps).max() < 0.2
    assert np.abs(steps).min() > 0.0


def test_nothing_that_a_control_does_ends_the_show() -> None:
    class Broken:
        def poll(self, tick: Tick) -> Sequence[Action]:
            raise RuntimeError(tick)

    sink = RecordingSink()
    wrong = {n: (Action("nxt"), Action("slot", ("first",)), Action("next")) for n in (3, 4)}
    parts = Parts(
        ListClock([n / 10 for n in range(10)]),
        Listener(ListSource(clicks(1, set())), PeakAnalyzer()),
        NullRenderer(),
        pool(),
        BeatClock(),
        controls=(Broken(), TimedControl(wrong)),
        sinks=(sink,),
    )
    run(parts, Session(STYLES[0]))
    assert len(sink.frames) == 10
    assert [frame.actions for frame in sink.frames[3:5]] == [(Action("next"),)] * 2
    assert sink.frames[-1].session.style is STYLES[2]


def test_the_beat_comes_from_the_clock_that_was_handed_in() -> None:
    class Outer:
        """Says what a clock from outside says, and counts the taps that it is told of."""

        taps = 0

        def step(self, tick: Tick, heard: Beat, actions: Sequence[Action]) -> Beat:
            assert heard.source == "analysis"
            self.taps += actions.count(Action("tap"))
            return Beat(0.5, 120.0, 1.0, "outer", tick.index)

    outer, observer = Outer(), RecordingObserver()
    parts = Parts(
        ListClock([0.0, 0.1, 0.2]),
        Listener(ListSource(clicks(1, set())), PeakAnalyzer()),
        NullRenderer(),
        pool(),
        outer,
        controls=(TimedControl({1: (Action("tap"),)}),),
        observers=(observer,),
    )
    run(parts, Session(STYLES[0]))
    assert [(frame.beat.source, frame.beat.count) for frame in observer.frames] == [
        ("outer", 0), ("outer", 1), ("outer", 2),
    ]  # fmt: skip
    assert outer.taps == 1
