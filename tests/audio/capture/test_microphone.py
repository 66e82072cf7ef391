from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.pulse import SINK, SoundServer, required_sound_server
from visualizer.audio.capture.capture import Wanted
from visualizer.audio.capture.microphone import GRACE_S, LONGEST_SILENCE_S, RING_FRAMES, Microphone
from visualizer.audio.capture.ring import Ring
from visualizer.types import HOP, RATE_HZ, Arrival

HOP_S = HOP / RATE_HZ
QUAD_HZ = [440.0, 1000.0, 2500.0, 6000.0]
# ALSA's order: from a source with any other the server mixes channels into one another.
PLACES = ("front-left", "front-right", "rear-left", "rear-right")
QUAD = f"sink_name=quad channels=4 rate=48000 channel_map={','.join(PLACES)}"
LIMIT_S = 30.0


def wait_until(condition: Callable[[], bool]) -> None:
    limit_s = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < limit_s, "waited in vain"
        time.sleep(0.01)


class FakeChild:
    def __init__(self) -> None:
        self.alive = True

    def is_alive(self) -> bool:
        return self.alive

    def kill(self) -> None:
        self.alive = False

    def join(self, timeout: float | None = None) -> None:
        pass


@dataclass
class FakeCaptures:
    """Captures whose rings the test fills itself."""

    wanted: list[Wanted] = field(default_factory=list)
    rings: list[Ring] = field(default_factory=list)
    children: list[FakeChild] = field(default_factory=list)
    refusals: int = 0

    def launch(self, ring_name: str, wanted: Wanted) -> FakeChild:
        if self.refusals:
            self.refusals -= 1
            raise OSError(12, "Cannot allocate memory")
        self.rings.append(Ring.attach(ring_name))
        self.children.append(FakeChild())
        self.wanted.append(wanted)
        return self.children[-1]

    def open(self, name: str, channels: int) -> Ring:
        ring = self.rings[-1]
        ring.device = name
        ring.open(channels)
        return ring


@pytest.fixture
def captures() -> Iterator[FakeCaptures]:
    made = FakeCaptures()
    yield made
    for ring in made.rings:
        ring.close()


def test_hops_come_whole_in_order_and_with_all_channels(captures: FakeCaptures) -> None:
    song = np.random.default_rng(1).uniform(-1, 1, (1000, 3)).astype(np.float32)
    with Microphone("line", captures.launch) as microphone:
        wait_until(lambda: bool(captures.rings))
        ring = captures.open("Line-in", 3)
        ring.write(song[:300])
        first = microphone.hops_until(0.0)
        assert microphone.hops_until(0.001) == []
        ring.write(song[300:])
        rest = microphone.hops_until(0.002)
        assert [len(first), len(rest)] == [1, 2]
        np.testing.assert_array_equal(np.concatenate((*first, *rest)), song[: 3 * HOP])
        wait_until(lambda: microphone.state == "running")
        assert microphone.device == "Line-in"


def test_hops_bring_the_time_of_their_arrival_and_silence_none(captures: FakeCaptures) -> None:
    with Microphone(None, captures.launch) as microphone:
        wait_until(lambda: bool(captures.rings))
        ring = captures.open("x", 1)

        def arrival(time_s: float) -> Arrival | None:
            microphone.hops_until(time_s)
            return microphone.arrival

        # A hop is there with its last frame, whatever the blocks it comes in.
        for number, size in enumerate((200, 200, 400, 200)):
            ring.write(np.ones((size, 1), np.float32), 7000.0 + number)
        assert arrival(0.0) == Arrival(7001.0, 7002.0)
        ring.input_latency_s = 0.01
        ring.write(np.ones((HOP, 1), np.float32), 7004.0)
        assert arrival(0.1) == Arrival(7004.0, 7004.0, 0.01)
        assert arrival(0.2) is None
        assert arrival(0.3 + GRACE_S) is None


def test_without_sound_silence_is_paced_by_the_given_time(captures: FakeCaptures) -> None:
    with Microphone(None, captures.launch) as microphone:
        assert microphone.hops_until(10.0) == []
        assert microphone.hops_until(10.0 + GRACE_S) == []
        counts = [len(microphone.hops_until(10.0 + GRACE_S + i / 60)) for i in range(1, 601)]
        assert abs(sum(counts) - 10.0 / HOP_S) < 1.01
        assert max(counts) <= 4
        assert not any(hop.any() for hop in microphone.hops_until(20.5))


def test_a_leaping_clock_gets_a_second_of_silence_at_most(captures: FakeCaptures) -> None:
    with Microphone(None, captures.launch) as microphone:
        microphone.hops_until(0.0)
        assert len(microphone.hops_until(1e6)) == int(LONGEST_SILENCE_S / HOP_S)
        assert len(microphone.hops_until(1e6 + 0.1)) == pytest.approx(0.1 / HOP_S, abs=1.01)


def test_a_gap_shorter_than_the_grace_brings_no_silence(captures: FakeCaptures) -> None:
    with Microphone(None, captures.launch) as microphone:
        wait_until(lambda: bool(captures.rings))
        ring = captures.open("x", 2)
        for i in range(100):
            if i % 10 == 0:
                ring.write(np.ones((HOP, 2), np.float32))
            hops = microphone.hops_until(i / 60)
            assert all(hop.all() for hop in hops)


def test_frames_lost_to_a_late_reader_or_the_device_are_counted(captures: FakeCaptures) -> None:
    with Microphone(None, captures.launch) as microphone:
        wait_until(lambda: bool(captures.rings))
        ring = captures.open("x", 1)
        block = np.zeros((RING_FRAMES, 1), np.float32)
        ring.write(block)
        ring.write(block)
        ring.dropped += 256
        assert len(microphone.hops_until(0.0)) * HOP == RING_FRAMES // 2
        lost = 2 * RING_FRAMES - RING_FRAMES // 2 + 256
        assert microphone.overflows == lost
        captures.children[-1].alive = False
        wait_until(lambda: microphone.restarts == 1)
        assert microphone.overflows == lost


def test_a_dead_capture_is_started_again_by_the_name_that_was_found(
    captures: FakeCaptures,
) -> None:
    with Microphone(3, captures.launch) as microphone:
        wait_until(lambda: bool(captures.rings))
        captures.open("Scarlett", 2).write(np.zeros((HOP, 2), np.float32))
        wait_until(lambda: microphone.state == "running")
        captures.children[-1].alive = False
        wait_until(lambda: microphone.state == "lost")
        captures.refusals = 1  # the next start fails outright
        wait_until(lambda: len(captures.rings) == 2)
        assert captures.wanted == [Wanted(3), Wanted("Scarlett")]
        assert "Cannot allocate memory" in microphone.problem
        captures.rings[-1].fail("unplugged")
        wait_until(lambda: microphone.problem == "unplugged")


def test_next_device_steps_on_from_the_present_one(captures: FakeCaptures) -> None:
    with Microphone(None, captures.launch) as microphone:
        wait_until(lambda: bool(captures.rings))
        microphone.next_device()
        wait_until(lambda: len(captures.rings) == 2)
        assert captures.wanted[-1] == Wanted(None, 1)
        microphone.next_device()  # the second was never found: two steps from the first
        wait_until(lambda: len(captures.rings) == 3)
        assert captures.wanted[-1] == Wanted(None, 2)
        captures.open("B", 2)
        wait_until(lambda: microphone.device == "B")
        microphone.next_device()
        wait_until(lambda: len(captures.rings) == 4)
        assert captures.wanted[-1] == Wanted("B", 1)
        assert not captures.children[-2].alive
        assert microphone.state == "starting"
        assert microphone.restarts == 0


@pytest.fixture(scope="module")
def server() -> Iterator[SoundServer]:
    with required_sound_server(QUAD) as running:
        yield running


class Ear:
    """Reads a microphone as the loop would, and keeps the newest half second."""

    def __init__(self, microphone: Microphone) -> None:
        self._microphone = microphone
        self._sound: NDArray[np.float32] = np.zeros((0, 1), np.float32)

    def listen(self) -> NDArray[np.float32]:
        for hop in self._microphone.hops_until(time.monotonic()):
            if hop.shape[1] != self._sound.shape[1]:
                self._sound = np.zeros((0, hop.shape[1]), np.float32)
            self._sound = np.concatenate((self._sound, hop))[-RATE_HZ // 2 :]
        return self._sound

    def tones_hz(self) -> list[float]:
        """The loudest frequency of each channel, 0 where it is not at least 0.05 strong."""
        sound = self.listen()
        if len(sound) < RATE_HZ // 2:
            return []
        window = np.hanning(len(sound))[:, None]
        spectrum = np.abs(np.fft.rfft(sound * window, axis=0)) / len(sound) * 4
        loudest = spectrum.argmax(axis=0)
        return [2.0 * bin_ if spectrum[bin_, c] > 0.05 else 0.0 for c, bin_ in enumerate(loudest)]


def play_tones(server: SoundServer, sink: str, tones_hz: list[float]) -> subprocess.Popen[bytes]:
    """Play a tone a channel for half a minute."""
    times_s = np.arange(30 * RATE_HZ) / RATE_HZ
    song = 0.3 * np.sin(2 * np.pi * np.outer(times_s, tones_hz))
    path = Path(server.environment["PULSE_RUNTIME_PATH"]) / "tones.raw"
    path.write_bytes(song.astype("<f4").tobytes())
    places = PLACES[: len(tones_hz)]
    form = ("--raw", "--format=float32le", "--rate=48000", f"--channels={len(places)}")
    order = f"--channel-map={','.join(places)}"
    return server.run("pacat", "--playback", *form, order, f"--device={sink}", str(path))


@pytest.mark.slow
def test_tones_arrive_in_their_channels_also_after_kill_9(server: SoundServer) -> None:
    with Microphone("quad") as microphone, play_tones(server, "quad", QUAD_HZ) as song:
        ear = Ear(microphone)
        wait_until(lambda: ear.tones_hz() == QUAD_HZ)
        assert microphone.device == "quad.monitor"
        assert microphone.state == "running"
        [child] = active_children()
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        wait_until(lambda: microphone.state == "lost")
        wait_until(lambda: not ear.listen()[-10 * HOP :].any())  # the picture calms down
        wait_until(lambda: ear.tones_hz() == QUAD_HZ)
        assert microphone.restarts == 1
        song.kill()
    assert active_children() == []


@pytest.mark.slow
def test_the_next_device_is_heard_and_a_stopped_server_is_survived(server: SoundServer) -> None:
    with Microphone() as microphone:
        ear = Ear(microphone)
        wait_until(lambda: microphone.state == "running")
        assert microphone.device == f"{SINK}.monitor"
        microphone.next_device()
        wait_until(lambda: microphone.device == "quad.monitor" and microphone.state == "running")
        microphone.next_device()
        wait_until(lambda: microphone.device == f"{SINK}.monitor")
        wait_until(lambda: microphone.state == "running")
        server.stop()
        wait_until(lambda: microphone.state == "lost")
        server.start(QUAD)
        wait_until(lambda: microphone.state == "running")
        with play_tones(server, SINK, [500.0, 700.0]) as song:
            wait_until(lambda: ear.tones_hz() == [500.0, 700.0])
            song.kill()


@pytest.mark.slow
def test_arrivals_go_on_in_order_and_none_lies_in_the_future(server: SoundServer) -> None:
    arrivals: list[Arrival] = []
    begun_s = time.perf_counter()

    def heard(microphone: Microphone) -> bool:
        microphone.hops_until(time.monotonic())
        if microphone.arrival is not None:
            assert microphone.arrival.newest_s <= time.perf_counter()
            arrivals.append(microphone.arrival)
        return len(arrivals) == 20

    with Microphone() as microphone, play_tones(server, SINK, [500.0, 700.0]) as song:
        wait_until(lambda: heard(microphone))
        song.kill()
    times_s = [time_s for arrival in arrivals for time_s in (arrival.oldest_s, arrival.newest_s)]
    assert times_s == sorted(times_s)
    assert times_s[0] > begun_s
    assert arrivals[-1].input_latency_s


@pytest.fixture
def two_outputs() -> Iterator[SoundServer]:
    """A server with two outputs, whose default settings may be changed, and outputs unplugged."""
    with required_sound_server("sink_name=second channels=2 rate=48000") as running:
        running.tell("set-default-sink", SINK)
        running.tell("set-default-source", f"{SINK}.monitor")
        yield running


def is_heard(microphone: Microphone, device: str) -> bool:
    return microphone.device == device and microphone.state == "running"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked_for", "setting", "value"),
    [
        (None, "source", "second.monitor"),
        ("default", "source", "second.monitor"),
        ("monitor", "sink", "second"),
    ],
)
def test_the_default_and_its_monitor_are_followed(
    two_outputs: SoundServer, asked_for: str | None, setting: str, value: str
) -> None:
    with Microphone(asked_for) as microphone:
        wait_until(lambda: is_heard(microphone, f"{SINK}.monitor"))
        two_outputs.tell(f"set-default-{setting}", value)
        wait_until(lambda: is_heard(microphone, "second.monitor"))
        with play_tones(two_outputs, "second", [500.0, 700.0]) as song:
            ear = Ear(microphone)
            wait_until(lambda: ear.tones_hz() == [500.0, 700.0])
            song.kill()
        assert microphone.asked_for == (None if asked_for == "default" else asked_for)


@pytest.mark.slow
def test_a_device_by_name_is_that_one_or_lost(two_outputs: SoundServer) -> None:
    with Microphone("second") as microphone:
        wait_until(lambda: is_heard(microphone, "second.monitor"))
        two_outputs.tell("set-default-source", f"{SINK}.monitor")
        two_outputs.tell("set-default-sink", SINK)
        # The server gives the streams of what is gone to its default.
        two_outputs.unplug("second")
        wait_until(lambda: microphone.state == "lost" and "no audio device" in microphone.problem)
        assert microphone.device == "second.monitor"
        two_outputs.plug_in("sink_name=second channels=2 rate=48000")
        wait_until(lambda: is_heard(microphone, "second.monitor"))


@pytest.mark.slow
def test_a_stream_that_somebody_moved_is_not_passed_off_as_another(
    two_outputs: SoundServer,
) -> None:
    def move(to: str) -> None:
        with two_outputs.run("pactl", "list", "short", "source-outputs") as asking:
            numbers = asking.communicate()[0].decode().split("\t")
        two_outputs.tell("move-source-output", numbers[0], to)

    with Microphone() as microphone:
        wait_until(lambda: is_heard(microphone, f"{SINK}.monitor"))
        move("second.monitor")
        wait_until(lambda: is_heard(microphone, "second.monitor"))
        assert microphone.restarts == 0
    with Microphone(f"{SINK}.monitor") as microphone:
        wait_until(lambda: is_heard(microphone, f"{SINK}.monitor"))
        move("second.monitor")
        wait_until(lambda: "is not what was asked for" in microphone.problem)
        wait_until(lambda: is_heard(microphone, f"{SINK}.monitor"))


HOST = """
import sys, time
from multiprocessing import active_children
from visualizer.audio.capture.microphone import Microphone

if __name__ == "__main__":
    with Microphone() as microphone:
        while microphone.state != "running":
            time.sleep(0.01)
        print(active_children()[0].pid, flush=True)
        time.sleep(60)
"""


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_the_capture_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "host.py"
    script.write_text(HOST)
    root = str(Path(__file__).parents[3])
    with subprocess.Popen(
        (sys.executable, str(script)),
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": root},
        stderr=subprocess.DEVNULL,
    ) as host:
        assert host.stdout is not None
        child = Path("/proc") / host.stdout.readline().decode().strip()
        assert child.exists()
        host.kill()
    wait_until(lambda: not child.exists() or "Z (zombie)" in (child / "status").read_text())
