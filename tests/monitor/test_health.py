"""A night's faults, short. Whatever happens the loop goes on, and log and HUD name the fault.

Six of them befall one running show: the capture process is killed, the device is unplugged and
comes back, half a style is dropped in, the machine stalls, the window's size goes wild, and it is
minimised. NaN in the input, leaping clocks and a stall on a simulated clock go through the whole
loop in this process.

Each part's own answer is tested with the part: ``test_watchdog`` and ``test_microphone`` (a
capture that dies, falls silent, or hangs), ``test_hot_reload`` (broken and half files),
``test_window`` (sizes, minimising, what is dropped), ``test_clock`` (stalls and leaps),
``test_analyzer`` (hostile numbers), ``test_song`` and ``test_player`` (files and loudspeakers
that go), ``test_hud``, ``test_saved_show``, ``test_style_saver`` and ``test_screenshot`` (a HUD
that fails, disks that are full).
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.fakes import (
    HandClock,
    ListClock,
    ListSource,
    NullRenderer,
    Ready,
    RecordingObserver,
    RecordingSink,
    TimedControl,
    blank_picture,
    some_styles,
)
from tests.pulse import SINK, SoundServer
from tests.running import LIMIT_S, Show, show
from tests.screen import ICONIC, NORMAL, set_state
from tests.styles import random_style
from visualizer.audio.analysis.analyzer import Analyzer
from visualizer.audio.analysis.listener import Listener
from visualizer.audio.playback.demo_track import DemoTrack
from visualizer.contracts import Frame, Picture, Scene
from visualizer.controls.hot_reload import Attempt, HotReload
from visualizer.controls.playlist import Playlist
from visualizer.duration import Span
from visualizer.loop import Parts, run
from visualizer.monitor.health import HearingLog, SoundCheck, StallLog
from visualizer.render.present import MAX_LAYERS
from visualizer.show.beat.beat_clock import BeatClock
from visualizer.show.clock import LiveClock
from visualizer.show.session import Session
from visualizer.show.style_pool import StylePool, at_once
from visualizer.style.interpolate import fits
from visualizer.style.morph_pairs import Morphs
from visualizer.style.style import Architecture, Style
from visualizer.style.style_file import save_style, style_bytes
from visualizer.types import HOP, MAX_STEP_S, RATE_HZ, Action, Hop, Tick

FPS = 50
FRAME_S, HOP_S = 0.004, 0.00006
"""What a frame's work takes, and a hop's."""
STYLES = some_styles(3)
MONITOR = f"{SINK}.monitor"
LOST, BACK = f"audio input {MONITOR}: lost", f"audio input {MONITOR}: running"


# --- one running show, seen from outside


@pytest.fixture(scope="module")
def music(demo_track: DemoTrack) -> np.ndarray:
    """20 s of it, (N, 2)."""
    return demo_track.samples


@pytest.fixture(scope="module")
def styles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of one small style."""
    folder = tmp_path_factory.mktemp("styles")
    save_style(small_style("pebble"), folder / "pebble.safetensors")
    return folder


@pytest.fixture(scope="module")
def running(
    display: str, server: SoundServer, styles: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Show]:
    """The show. No test may leave it in another state."""
    folder = tmp_path_factory.mktemp("show")
    arguments = ("--styles", str(styles), "--audio-device", MONITOR)
    assert server.environment
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", display)
        with show(display, folder, *arguments) as running:
            running.wait(lambda line: is_heard(line) and BACK in running.log())
            running.press("Tab")
            yield running
            frames = [line["frames"] for line in running.lines()]
            assert frames == sorted(set(frames))
            running.press("ctrl+q")
            assert running.process.wait(LIMIT_S) == 0


def small_style(name: str, depth: int = 2) -> Style:
    return random_style(Architecture(16, depth, "tanh", 0, 0), z=2, name=name)


def is_heard(line: dict[str, Any]) -> bool:
    return bool(line["audio_state"] == "running" and line["device"] == MONITOR)


@contextmanager
def what_is_said(running: Show) -> Iterator[list[str]]:
    """What the log says meanwhile, filled in at the end."""
    before, said = len(running.log()), list[str]()
    yield said
    # A test machine may stall by itself.
    said += [line for line in running.log()[before:] if "stood still" not in line]


def check_that_it_goes_on(running: Show, server: SoundServer, demo_song: Path) -> None:
    """Pictures come, and what is played is heard."""
    before = running.wait(lambda _: True)
    with server.run("paplay", f"--device={SINK}", str(demo_song)) as playing:
        after = running.wait(
            lambda line: line["onsets"] > before["onsets"] and line["level_db"] > -40.0
        )
        playing.kill()
    assert after["frames"] > before["frames"]


@pytest.mark.slow
def test_the_capture_process_is_killed(running: Show, server: SoundServer, demo_song: Path) -> None:
    with what_is_said(running) as said:
        (pid,) = running.capture_pids()
        os.kill(pid, signal.SIGKILL)
        running.wait(lambda line: is_heard(line) and running.capture_pids() not in ([pid], []))
        check_that_it_goes_on(running, server, demo_song)
    assert said == [LOST, BACK]
    assert LOST in running.warnings()
    assert BACK not in running.warnings()


@pytest.mark.slow
def test_the_device_is_unplugged_and_comes_back(
    running: Show, server: SoundServer, demo_song: Path
) -> None:
    with what_is_said(running) as said:
        server.unplug()
        running.wait(lambda line: line["audio_state"] == "lost" and line["level_db"] < -100.0)
        server.plug_in()
        running.wait(is_heard)
        check_that_it_goes_on(running, server, demo_song)
    stopped = f"{LOST}: the audio device '{MONITOR}' stopped"
    assert said == [stopped, BACK]
    assert stopped in running.warnings()
    assert BACK not in running.warnings()


@pytest.mark.slow
def test_half_a_style_is_dropped_in_and_then_the_whole(running: Show, styles: Path) -> None:
    whole, path = style_bytes(small_style("comet")), styles / "comet.safetensors"
    with what_is_said(running) as said:
        path.write_bytes(whole[: len(whole) // 2])
        running.wait(lambda _: any(str(path) in line for line in running.warnings()))
        assert running.lines()[-1]["style"] == "pebble"
        path.write_bytes(whole)
        running.wait(lambda _: "comet is new, in the last slot" in running.log())
        running.press("2")
        running.wait(lambda line: line["style"] == "comet")
        running.press("1")
        running.wait(lambda line: line["style"] == "pebble")
    broken, comes = said
    assert f"{path} is not a style that can be played" in broken
    assert broken in running.warnings()
    assert comes == "comet is new, in the last slot"


@pytest.mark.slow
def test_the_machine_stalls_for_two_seconds(
    running: Show, server: SoundServer, demo_song: Path
) -> None:
    before = len(running.warnings())
    running.process.send_signal(signal.SIGSTOP)
    time.sleep(2.0)
    running.process.send_signal(signal.SIGCONT)
    check_that_it_goes_on(running, server, demo_song)
    stalls = [line for line in running.warnings()[before:] if "the picture stood still" in line]
    stalls_s = [float(line.split()[-2]) for line in stalls]
    assert sum(stall_s >= 2.0 for stall_s in stalls_s) == 1


@pytest.mark.slow
def test_a_storm_of_sizes_blows_over(running: Show) -> None:
    window = running.window()
    with what_is_said(running) as said:
        for number in range(40):
            width, height = 20 + 37 * (number * 7 % 11), 20 + 29 * (number * 5 % 13)
            running.xdotool("windowsize", window, str(width), str(height))
        running.xdotool("windowsize", window, "96", "54")
        before = running.wait(lambda _: True)
        running.wait(lambda line: line["frames"] > before["frames"])
    assert said == []


@pytest.mark.slow
def test_a_minimised_show_goes_on_unseen(
    running: Show, server: SoundServer, demo_song: Path
) -> None:
    window = running.window()
    with what_is_said(running) as said:
        set_state(window, ICONIC)
        check_that_it_goes_on(running, server, demo_song)
        set_state(window, NORMAL)
        before = running.wait(lambda _: True)
        running.wait(lambda line: line["frames"] > before["frames"])
    assert said == []


# --- the whole loop, on a clock that is moved by hand


class Line:
    """An input that delivers samples (N, C) as time goes by."""

    state, device, problem, overflows = "running", "Line In", "", 0

    def __init__(self, samples: np.ndarray) -> None:
        self._source = ListSource(samples)

    def hops_until(self, time_s: float) -> Sequence[Hop]:
        return self._source.hops_until(time_s)


class Machine:
    """An observer that takes as long as the frame's work would, and what befalls it besides."""

    def __init__(self, clock: HandClock, befalls_s: Mapping[int, float]) -> None:
        self._clock = clock
        self._befalls_s = befalls_s

    def see(self, frame: Frame) -> None:
        work_s = FRAME_S + HOP_S * len(frame.hops)
        self._clock.now_s += work_s + self._befalls_s.get(frame.tick.index, 0.0)


@dataclass(frozen=True)
class Played:
    """What was seen of a show."""

    frames: list[Frame]
    scenes: list[Scene]
    warned: list[str]

    def dt_s(self) -> NDArray[np.float64]:
        return np.array([frame.tick.dt_s for frame in self.frames])

    def beats(self, index: int) -> float:
        return self.frames[index].beat.count + self.frames[index].beat.phase

    def asked_next_s(self) -> list[float]:
        return [
            frame.tick.time_s
            for frame in self.frames
            if any(action.name == "next" for action in frame.actions)
        ]


def play(samples: np.ndarray, duration_s: float, befalls_s: Mapping[int, float]) -> Played:
    """A show with taps at 120 BPM and a playlist of 4 s, whose fades take 2 s."""
    clock, line, renderer = HandClock(), Line(samples), NullRenderer()
    seen, playlist, tap = RecordingObserver(), Playlist(), (Action("tap"),)
    heard = RecordingHandler()
    log = logging.getLogger("visualizer")
    log.addHandler(heard)
    run(
        Parts(
            LiveClock(Fraction(FPS), duration_s=duration_s, now_s=clock, sleep=clock.sleep),
            Listener(SoundCheck(line, line), Analyzer()),
            renderer,
            StylePool(STYLES, Ready(), random=np.random.default_rng(1), submit=at_once),
            BeatClock(),
            controls=(TimedControl({25 * n: tap for n in range(4)}), playlist),
            observers=(playlist, seen, HearingLog(line), StallLog(), Machine(clock, befalls_s)),
            sinks=(RecordingSink(),),
        ),
        replace(Session(STYLES[0]), playlist=Span(4.0)),
    )
    log.removeHandler(heard)
    return Played(seen.frames, renderer.scenes, heard.warned)


class RecordingHandler(logging.Handler):
    """What the HUD's recent_warnings would be told."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.warned: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.warned.append(record.getMessage())


def check_that_nothing_is_lost(played: Played) -> None:
    """Every hop was analysed, in order; beats and styles came as they would have."""
    heard = [hop.hop for frame in played.frames for hop in frame.hops]
    assert heard == list(range(int(played.frames[-1].tick.time_s * RATE_HZ / HOP + 1e-6)))
    first, last = 100, len(played.frames) - 1
    passed_s = played.frames[last].tick.time_s - played.frames[first].tick.time_s
    assert played.beats(last) - played.beats(first) == pytest.approx(2.0 * passed_s, abs=0.02)
    assert min(np.diff(played.asked_next_s())) >= 4.0
    shown = [frame.session.style for frame in played.frames]
    order = [style for style, before in pairwise([*shown[1:], None]) if style is not before]
    assert len(order) >= 2


@pytest.mark.slow
def test_nan_and_infinity_in_the_input_are_said_once_and_leave_no_trace(music: np.ndarray) -> None:
    hostile = music.copy()
    for start_s, number in ((2.0, np.nan), (2.3, np.inf), (2.5, -np.inf), (9.0, np.nan)):
        hostile[int(start_s * RATE_HZ) :][: RATE_HZ // 4] = number
    played = play(hostile, 12.0, {})
    said = "Line In delivers NaN or infinity instead of sound"
    assert played.warned == [said, said]  # the second one after more than five seconds of sound
    for frame, scene in zip(played.frames, played.scenes, strict=True):
        features = frame.features
        assert np.isfinite([*features.bands, features.level, features.pulse, features.flux]).all()
        for part in scene.parts:
            view = part.modulation.zoom, part.modulation.turn, *part.modulation.shift
            assert np.isfinite([*part.modulation.z, *view]).all()
    check_that_nothing_is_lost(played)
    clean = play(music, 12.0, {})
    for second in (8.5, 11.9):
        level, other = (show.frames[int(second * FPS)].features.level for show in (played, clean))
        assert level == pytest.approx(other, abs=0.1)
        assert level > 0.2


@pytest.mark.slow
def test_a_stall_of_two_seconds_is_over_with_the_next_frame(music: np.ndarray) -> None:
    # In the middle of the first fade, and when nothing fades.
    in_a_fade, alone = 240, 420
    played = play(music, 16.0, {in_a_fade: 2.0, alone: 2.0})
    assert played.warned == ["the picture stood still for 2.0 s"] * 2
    dt_s = played.dt_s()
    for late in (in_a_fade + 1, alone + 1):
        assert dt_s[late] == pytest.approx(2.0, abs=0.05)
        # That frame hears the 375 hops that have waited; the next is on its way again.
        assert dt_s[late + 1] < 0.05
        assert dt_s[late + 2 : late + 20] == pytest.approx(1.0 / FPS)
    before, after = (played.frames[n].session.crossing for n in (in_a_fade, in_a_fade + 1))
    assert before is not None
    assert after is not None
    assert 0.0 < after.progress - before.progress <= MAX_STEP_S / 2.0 + 1e-9
    check_that_nothing_is_lost(played)


@pytest.mark.slow
@pytest.mark.parametrize("leaps_s", [(3600.0, -3600.0), (-3600.0, 7200.0)])
def test_a_clock_that_leaps_an_hour_and_back_changes_nothing(
    music: np.ndarray, leaps_s: tuple[float, float]
) -> None:
    played = play(music, 12.0, {240: leaps_s[0], 420: leaps_s[1]})
    assert played.dt_s().max() < 0.05
    assert [line.split(":")[0] for line in played.warned] == [
        f"the clock leapt by {leap_s:+.0f} s" for leap_s in leaps_s
    ]
    assert len(played.frames) == pytest.approx(12 * FPS, abs=5)
    check_that_nothing_is_lost(played)


# --- nothing that is asked for may end the show in the renderer


class StrictGpu:
    """Makes styles ready and draws them, and refuses what the renderer would refuse."""

    def __init__(self, *there: Style) -> None:
        self._there = set(there)
        self._asked = set(there)

    def ready(self, style: Style) -> bool:
        """From the second time it is asked on, as if there were a thread."""
        if style in self._asked:
            self._there.add(style)
        self._asked.add(style)
        return style in self._there

    def failed(self, _style: Style) -> bool:
        return False

    def forget(self, style: Style) -> None:
        self._there.discard(style)
        self._asked.discard(style)

    def draw(self, scene: Scene) -> Picture:
        assert 1 <= len(scene.parts) <= MAX_LAYERS
        for part in scene.parts:
            assert part.style in self._there
            if part.morph is not None:
                assert part.morph.style in self._there
                assert fits(part.style, part.morph.style)
        return blank_picture()


class AllThatFit(Morphs):
    """A library in which all that fits was found to look good."""

    def allow(self, before: Style, after: Style) -> bool:
        return fits(before, after)


class Arrivals:
    """A control that tells of a style's file at given frames; what it holds by then."""

    def __init__(self, files: Mapping[int, tuple[str, bool]], hot_reload: HotReload) -> None:
        self._files = files
        self._hot_reload = hot_reload

    def poll(self, tick: Tick) -> Sequence[Action]:
        if tick.index in self._files:
            name, shown = self._files[tick.index]
            self._hot_reload.expect(Path(f"{name}.safetensors"), shown=shown)
        return ()


NAMES = ("a", "b", "c")
DEPTHS = (2, 3)
ASKED = [
    *("next", "next smooth", "previous 0.5s", "random smooth", "last", "last smooth", "slot 3 1s"),
    *("style b", "fade c 1s", "morph b 1s", "cross 0.5", "cross right", "cross 0", "cross 1"),
    *("lock", "switch-on now", "switch-on beat", "switch-on bar", "playlist 1s", "freeze"),
]


@pytest.mark.slow
@settings(max_examples=60)
@given(
    st.dictionaries(st.integers(16, 90), st.sampled_from(ASKED), max_size=40),
    st.dictionaries(
        st.integers(16, 90),
        st.tuples(st.sampled_from((*NAMES, "d")), st.booleans()),
        max_size=12,
    ),
    st.data(),
)
def test_whatever_is_asked_and_whatever_files_come_all_that_is_drawn_can_be_drawn(
    asked: dict[int, str], files: dict[int, tuple[str, bool]], data: st.DataObject
) -> None:
    def load(path: Path) -> Style:
        return small_style(path.stem, data.draw(st.sampled_from(DEPTHS)))

    styles = tuple(small_style(name) for name in NAMES)
    gpu, playlist = StrictGpu(styles[0]), Playlist()
    pool = StylePool(
        styles, gpu, random=np.random.default_rng(1), submit=at_once, morphs=AllThatFit()
    )
    hot_reload = HotReload(pool, gpu, done)
    actions = {5 * n: (Action("tap"),) for n in range(4)}
    actions |= {index: (Action(*split(words)),) for index, words in asked.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("visualizer.controls.hot_reload.load_style", load)
        run(
            Parts(
                ListClock([n / 10 for n in range(120)]),
                Listener(ListSource(np.zeros((0, 1))), Analyzer()),
                gpu,
                pool,
                BeatClock(),
                controls=(TimedControl(actions), playlist, Arrivals(files, hot_reload), hot_reload),
                observers=(playlist, hot_reload),
                sinks=(RecordingSink(),),
            ),
            Session(styles[0]),
        )


def done(job: Callable[[], Attempt]) -> Future[Attempt]:
    future: Future[Attempt] = Future()
    future.set_result(job())
    return future


def split(words: str) -> tuple[str, tuple[str, ...]]:
    name, *args = words.split()
    return name, tuple(args)
