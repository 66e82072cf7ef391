"""A night's faults, short: through each of them the show goes on, and the log says what it was.

A killed capture process is ``test_live``'s, a dropped style that stays broken
``test_newcomers``'; the other faults come here, through a whole show or through its loop.
"""

from __future__ import annotations

import itertools
import logging
import signal
import subprocess
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import (
    ListClock,
    NullRenderer,
    Ready,
    RecordingObserver,
    RecordingSink,
    session_of,
    some_styles,
)
from tests.pulse import SINK, required_sound_server
from tests.screen import ICONIC, NORMAL, required_screen, set_state
from tests.test_live import LIMIT_S, Show, show
from visualizer.audio.analysis import Analyzer
from visualizer.clock import LiveClock
from visualizer.frame_times import FrameTimes
from visualizer.loop import Parts, run
from visualizer.notices import Notices
from visualizer.playlist import Playlist
from visualizer.session import Session
from visualizer.shelf import StyleShelf, at_once
from visualizer.sound_check import SoundCheck
from visualizer.span import Span
from visualizer.style_file import style_bytes
from visualizer.types import HOP, RATE_HZ, Features, Frame, Hop, Source, Tick

STYLES = some_styles(3)


def goes_on(running: Show) -> None:
    """A second later there are more frames."""
    frames = running.lines()[-1]["frames"]
    running.wait(lambda line: line["frames"] > frames + 1)


def logged(log: Path, text: str) -> None:
    """Wait until the log says so."""
    limit_s = time.monotonic() + LIMIT_S
    while text not in log.read_text():
        assert time.monotonic() < limit_s, log.read_text()
        time.sleep(0.05)


def test_one_fault_after_the_other_and_the_show_goes_on(tmp_path: Path) -> None:
    styles, log = tmp_path / "styles", tmp_path / "log"
    styles.mkdir()
    good = style_bytes(replace(STYLES[0], name="good"))
    (styles / "good.safetensors").write_bytes(good)
    with (
        required_screen() as display,
        required_sound_server() as server,
        log.open("w") as errors,
        show(
            display,
            tmp_path,
            *("--audio-device", f"{SINK}.monitor", "--styles", str(styles), "--scale", "0.5"),
            errors=errors,
        ) as running,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("DISPLAY", display)
        running.wait(lambda line: line["audio_state"] == "running")

        # A style that is broken, and stays so: the one that is on stays on.
        (styles / "torn.safetensors").write_bytes(good[: len(good) // 2])
        logged(log, "torn.safetensors is not a style that can be played")
        assert running.lines()[-1]["style"] == "good"
        goes_on(running)

        # The machine sleeps for two seconds.
        running.process.send_signal(signal.SIGSTOP)
        time.sleep(2.0)
        running.process.send_signal(signal.SIGCONT)
        logged(log, "the show stood still for")
        goes_on(running)

        # The device is pulled out, and put in again.
        with server.run("pactl", "list", "short", "modules") as listing:
            modules, _ = listing.communicate()
        (module,) = [
            line.split()[0].decode() for line in modules.splitlines() if b"null-sink" in line
        ]
        with server.run("pactl", "unload-module", module) as unplugging:
            unplugging.communicate()
        running.wait(lambda line: line["audio_state"] != "running")
        logged(log, "lost")
        goes_on(running)
        again = ("load-module", "module-null-sink", f"sink_name={SINK}", "rate=48000")
        with server.run("pactl", *again) as plugging_in:
            plugging_in.communicate()
        back = running.wait(lambda line: line["audio_state"] == "running")
        assert back["device"] == f"{SINK}.monitor"

        # A storm of sizes, then out of sight and back.
        window = running.window()
        for step in range(30):
            size = (str(200 + 13 * step % 170), str(120 + 29 * step % 130))
            subprocess.run(("xdotool", "windowsize", window, *size), check=True, timeout=30)
        goes_on(running)
        set_state(window, ICONIC)
        goes_on(running)
        set_state(window, NORMAL)
        goes_on(running)

        running.press("ctrl+q")
        assert running.process.wait(LIMIT_S) == 0
    assert "Traceback" not in log.read_text()


# --- simulated


class Broken:
    """A source whose hops are noise; some of them are no numbers."""

    def __init__(self, bad: range) -> None:
        self._bad = bad
        self._given = 0

    def hops_until(self, time_s: float) -> list[Hop]:
        due = int(time_s * RATE_HZ / HOP)
        random = np.random.Generator(np.random.PCG64(2))
        hops = []
        for hop in range(self._given, due):
            samples = (0.1 * random.standard_normal((HOP, 1))).astype(np.float32)
            if hop in self._bad:
                samples[::3] = np.nan
                samples[1::3] = np.inf
            hops.append(samples)
        self._given = due
        return hops


class Mute:
    """A source from which nothing comes."""

    def hops_until(self, _time_s: float) -> list[Hop]:
        return []


def play(
    times_s: list[float], source: Source, session: Session | None = None
) -> tuple[list[Features], NullRenderer, list[Session]]:
    """The whole loop; (features, scenes, sessions) of every frame."""
    renderer, observer, playlist = NullRenderer(), RecordingObserver(), Playlist()
    shelf = StyleShelf(STYLES, Ready(), random=np.random.default_rng(1), submit=at_once)
    parts = Parts(
        ListClock(times_s),
        source,
        Analyzer(),
        renderer,
        shelf,
        controls=(playlist,),
        observers=(observer, playlist),
        sinks=(RecordingSink(),),
    )
    run(parts, session or session_of(STYLES[0]))
    frames = observer.frames
    return [frame.features for frame in frames], renderer, [frame.session for frame in frames]


def test_numbers_that_are_none_become_silence_and_one_notice() -> None:
    with Notices(logging.WARNING) as notices:
        times_s = [n / 30 for n in range(150)]
        features, renderer, _ = play(times_s, SoundCheck(Broken(range(100, 300))))
        (notice,) = notices.recent()
    assert "numbers that are none" in notice.text
    for heard in features:
        assert np.isfinite([heard.level, heard.level_db, heard.flux, *heard.bands]).all()
    for scene in renderer.scenes:
        assert np.isfinite(scene.parts[0].modulation.z).all()
    assert features[-1].level > 0.1


def test_a_stall_of_two_seconds_is_one_notice_and_jumps_nothing() -> None:
    before_s = [n / 30 for n in range(60)]
    after_s = [before_s[-1] + 2.0 + n / 30 for n in range(1, 60)]
    session = replace(session_of(STYLES[0]), playlist=Span(1.9), fade=Span(1.0))
    _, renderer, sessions = play([*before_s, *after_s], Broken(range(0)), session)
    shares = [{layer.style.name: layer.mix for layer in session.layers} for session in sessions]
    for was, now in itertools.pairwise(shares):
        # A quarter second of a fade of one second, however long the frame took.
        for name in was.keys() & now.keys():
            assert abs(now[name] - was[name]) <= 0.25 + 1e-6
    # The playlist goes on to the next, and skips nobody.
    names = [name for name, _ in itertools.groupby(session.style.name for session in sessions)]
    assert names[:2] == ["seed-0", "seed-1"]
    assert len(renderer.scenes) == len(sessions)
    clock = iter([0.0, 1 / 30, 1 / 30 + 2.0, 2 / 30 + 2.0])
    with Notices(logging.WARNING) as notices:
        times = FrameTimes(Fraction(30), lambda: next(clock))
        for _ in range(4):
            times.see(Frame(Tick(0, 0.0, 0.0), (), Features(), session))
        (notice,) = notices.recent()
    assert notice.text == "the show stood still for 2.0 s"


@pytest.mark.parametrize("leap_s", [3600.0, -3600.0])
def test_a_clock_that_leaps_moves_the_picture_by_a_frame_at_most(leap_s: float) -> None:
    leaping = itertools.count()

    def now_s() -> float:
        reading = next(leaping)
        return reading / 120 + (leap_s if reading > 200 else 0.0)

    clock = LiveClock(Fraction(30), now_s=now_s, sleep=lambda _s: None)
    ticks = list(itertools.islice(clock.ticks(), 200))
    times_s = [tick.time_s for tick in ticks]
    assert times_s == sorted(times_s)
    _, renderer, _ = play(times_s, Mute())
    drift = STYLES[0].z_names.index("drift1_cos")
    angles = [scene.parts[0].modulation.z[drift] for scene in renderer.scenes]
    assert np.abs(np.diff(angles)).max() < 0.2
    assert len(renderer.scenes) == 200
