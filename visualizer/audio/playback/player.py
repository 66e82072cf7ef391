"""Plays a song in a process of its own, and tells which moment of it is being heard."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Self

import numpy as np
import pyaudio

from visualizer.audio.capture.devices import portaudio, reason
from visualizer.audio.capture.ring import Frames, Ring, RingReader
from visualizer.errors import ChladniError, DeviceError
from visualizer.system.child_process import Child, end_with_parent, start_child
from visualizer.types import RATE_HZ

log = logging.getLogger(__name__)

CHANNELS = 2
RING_FRAMES = 2**16
"""1.4 s: the longest that a busy picture may keep the feeding thread waiting."""
OPEN_LIMIT_S = 15.0
STALL_S = 2.0
"""An output that takes nothing for so long is gone."""
_BLOCK = 512
_PART = 4096
_FAREWELL_S = 2.0
_NAP_S = 0.05
_SMOOTHING = 0.05
"""Share of a new reading of the clock; single callbacks come up to a block early or late."""
_LEAP_S = 0.05
"""A reading so far off is no jitter: the output ran dry, or was moved to another device."""


class Player:
    """Plays blocks of (N, 1) or (N, 2) float32 at 48 kHz on the default output.

    ``with`` opens the output, begins to play and raises DeviceError where that cannot be.
    Should the output go in the middle of the song, the time goes on without it, and the log
    says so. ``problem`` says why a song ended before its end, empty if it did not.
    """

    def __init__(self, blocks: Iterable[Frames]) -> None:
        self._blocks = blocks
        self._closing = threading.Event()
        self._feeder = threading.Thread(target=self._feed, name="player", daemon=True)
        self._fed = False
        self._is_heard = False
        self._frames = 0
        self._position_s = 0.0
        self.problem = ""

    def __enter__(self) -> Self:
        self._ring = Ring.create(RING_FRAMES, CHANNELS)
        self._ring.channels = CHANNELS
        self._child = start_child(run_player, self._ring.name)
        self._feeder.start()
        try:
            self._await_output()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._feeder.join()
        _end(self._child)
        self._ring.close()

    def position_s(self) -> float:
        """Song time of what is heard now, in seconds; 0 before the first sound, never falling."""
        zero_s = self._ring.zero_s
        if zero_s:
            heard_s = min(time.perf_counter() - zero_s, self._frames / RATE_HZ)
            self._position_s = max(self._position_s, heard_s)
        return self._position_s

    @property
    def finished(self) -> bool:
        """Whether the last of the song has been heard."""
        return self._fed and self.position_s() >= self._frames / RATE_HZ

    def _await_output(self) -> None:
        ring, limit_s = self._ring, time.monotonic() + OPEN_LIMIT_S
        while not ring.opened:
            if ring.failed:
                raise DeviceError(f"no sound can be played: {ring.problem}")
            if not self._child.is_alive() or time.monotonic() > limit_s:
                raise DeviceError("no sound can be played: the audio output does not answer")
            time.sleep(_NAP_S)
        self._is_heard = True

    def _feed(self) -> None:
        try:
            for block in self._blocks:
                for at in range(0, len(block), _PART):
                    self._feed_part(_stereo(block[at : at + _PART]))
                    if self._closing.is_set():
                        return
        except ChladniError as error:  # a file broken in its middle: the song ends there
            self.problem = str(error)
        finally:
            self._wait_for_space(RING_FRAMES)  # until it is empty, or the output gone
            self._fed = True

    def _feed_part(self, part: Frames) -> None:
        self._wait_for_space(len(part))
        if self._closing.is_set():
            return
        if self._child.is_alive():
            self._ring.write(part)
        elif self._is_heard:
            self._is_heard = False
            log.warning("the audio output is gone: the song goes on in silence")
        self._frames += len(part)

    def _wait_for_space(self, count: int) -> None:
        """Wait until the ring has room, the player is gone or the show is over."""
        ring = self._ring
        done, moved_at_s = ring.done, time.monotonic()
        while self._child.is_alive() and ring.space < count:
            if self._closing.wait(_NAP_S):
                return
            if ring.done != done or not ring.opened:
                done, moved_at_s = ring.done, time.monotonic()
            elif time.monotonic() - moved_at_s > STALL_S:
                _end(self._child)
        if not self._child.is_alive() and not ring.zero_s:
            ring.zero_s = time.perf_counter()  # gone before its first sound: time goes on


def run_player(ring_name: str) -> None:
    """Body of the playing process: ends with its parent, or when the output is lost."""
    end_with_parent()
    with Ring.attach(ring_name) as ring:
        try:
            _play(ring)
        except (OSError, ValueError) as error:  # how PyAudio says that it cannot
            ring.fail(reason(error))


def _play(ring: Ring) -> None:
    reader, channels = RingReader(ring), ring.channels

    def give(_: object, count: int, times: Mapping[str, float], __: int) -> tuple[bytes, int]:
        position, now_s = ring.done, time.perf_counter()
        frames = reader.read(count)
        if len(frames):
            latency_s = times["output_buffer_dac_time"] - times["current_time"]
            ring.zero_s = steady_zero_s(ring.zero_s, now_s + latency_s - position / RATE_HZ)
        block = np.zeros((count, channels), np.float32)
        block[: len(frames)] = frames
        return block.tobytes(), pyaudio.paContinue

    with portaudio() as audio:
        stream = audio.open(
            RATE_HZ,
            channels,
            pyaudio.paFloat32,
            output=True,
            frames_per_buffer=_BLOCK,
            stream_callback=give,
        )
        ring.open(channels)
        while stream.is_active():
            time.sleep(_NAP_S)


def steady_zero_s(before_s: float, reading_s: float) -> float:
    """The time at which the song's beginning was heard, from the last estimate and a reading."""
    if not before_s or abs(reading_s - before_s) > _LEAP_S:
        return reading_s
    return before_s + _SMOOTHING * (reading_s - before_s)


def _stereo(block: Frames) -> Frames:
    """(N, 1) or (N, 2) to (N, 2); of more channels the front two. What is no number is silence.

    A NaN comes out of some outputs as the loudest click they have.
    """
    pair = np.repeat(block, CHANNELS, axis=1) if block.shape[1] == 1 else block[:, :CHANNELS]
    return np.where(np.isfinite(pair), pair, np.float32(0.0))


def _end(child: Child) -> None:
    """End it without asking: PortAudio may hang in its last call."""
    child.kill()
    child.join(_FAREWELL_S)
