"""The show's beat in closed form: taps, tempo changes, stalls, and a phase that only runs on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualizer.show.beat.beat_clock import CATCH, LEAD_S, BeatClock
from visualizer.types import Action, Beat, Tick

TAP, HALF, DOUBLE, RELEASE = (
    Action(name, tuple(args))
    for name, *args in (["tap"], ["tempo", "half"], ["tempo", "double"], ["tempo", "release"])
)
NOBODY = Beat()


def steady(time_s: float, bpm: float = 120.0, offset_s: float = 0.0) -> Beat:
    """The analysis when it hears a beat at ``offset_s`` and every beat from there."""
    return Beat((time_s - offset_s) * bpm / 60.0 % 1.0, bpm, 1.0)


def off(beat: Beat, due: float) -> float:
    """How far the phase is ahead of ``due`` beats, the wanted lead taken off; -0.5..0.5."""
    assert beat.bpm is not None
    return math.remainder(beat.phase - due - LEAD_S * beat.bpm / 60.0, 1.0)


class Show:
    """Frames in a row, each after any time."""

    def __init__(self) -> None:
        self.beat_clock = BeatClock()
        self.time_s = 0.0
        self.index = 0
        self.beat = NOBODY

    def frame(self, dt_s: float, heard: Beat | None = None, *actions: Action) -> Beat:
        """One frame; by default the analysis hears 120 beats a minute."""
        self.time_s += dt_s
        tick = Tick(self.index, self.time_s, dt_s)
        self.index += 1
        heard = steady(self.time_s) if heard is None else heard
        self.beat = self.beat_clock.step(tick, heard, actions)
        return self.beat

    def play(self, seconds: float, heard: Beat | None = None, fps: float = 60.0) -> list[Beat]:
        return [self.frame(1.0 / fps, heard) for _ in range(round(seconds * fps))]

    def tap(self, gaps_s: Iterable[float], heard: Beat = NOBODY) -> Beat:
        for gap_s in gaps_s:
            self.frame(gap_s, heard, TAP)
        return self.beat


def advance(beats: Sequence[Beat]) -> np.ndarray:
    return np.diff([beat.count + beat.phase for beat in beats])


# --- following the analysis


@pytest.mark.parametrize("fps", [24.0, 30.0, 60.0, 144.0])
def test_a_steady_beat_is_met_with_the_lead_at_any_frame_rate(fps: float) -> None:
    show = Show()
    show.play(4.0, fps=fps)
    assert off(show.beat, show.time_s * 2.0) == pytest.approx(0.0, abs=1e-6)
    assert show.beat.bpm == 120.0
    assert show.beat.source == "analysis"


@pytest.mark.parametrize("fps", [24.0, 30.0, 144.0])
def test_it_catches_up_alike_at_any_frame_rate(fps: float) -> None:
    shows = Show(), Show()
    for show, rate in zip(shows, (fps, 60.0), strict=True):
        for _ in range(round(0.5 * rate)):
            show.frame(1.0 / rate, steady(show.time_s + 1.0 / rate, offset_s=0.2))
    assert shows[0].beat.phase == pytest.approx(shows[1].beat.phase, abs=1e-9)


def test_half_a_beat_off_is_right_within_a_beat_and_a_half_and_never_faster_than_allowed() -> None:
    show = Show()
    show.play(4.0)
    beats = [show.beat]
    beats += [  # A beat and a half.
        show.frame(1 / 60, steady(show.time_s + 1 / 60, offset_s=0.249)) for _ in range(45)
    ]
    assert abs(off(show.beat, (show.time_s - 0.249) * 2.0)) < 0.01
    assert (advance(beats) >= (1.0 - CATCH) / 30.0 - 1e-9).all()
    assert (advance(beats) <= (1.0 + CATCH) / 30.0 + 1e-9).all()


def test_a_stall_is_made_up_for_and_the_beats_in_it_count() -> None:
    show = Show()
    show.play(4.0)
    before = show.beat
    show.frame(3.0)
    assert off(show.beat, show.time_s * 2.0) == pytest.approx(0.0, abs=1e-6)
    assert show.beat.count == before.count + 6


def test_it_stands_still_until_a_tempo_is_known_and_runs_on_when_none_is_heard() -> None:
    show = Show()
    assert show.play(1.0, NOBODY)[-1] == Beat()
    show.play(4.0)
    beats = show.play(3.0, NOBODY)
    assert show.beat.bpm == 120.0
    assert off(show.beat, show.time_s * 2.0) == pytest.approx(0.0, abs=1e-6)
    trust = [beat.trust for beat in beats]
    assert trust == sorted(trust, reverse=True)
    assert trust[0] > 0.9
    assert trust[-1] < 1e-3


def test_an_analysis_that_says_the_same_for_ever_is_no_reason_to_stop() -> None:
    show = Show()
    show.play(4.0)
    show.play(5.0, steady(show.time_s))
    assert off(show.beat, show.time_s * 2.0) == pytest.approx(0.0, abs=1e-6)


def test_every_wrap_of_the_phase_is_one_more_beat() -> None:
    show = Show()
    show.play(4.0)
    count, phase = show.beat.count, show.beat.phase
    for beat in show.play(4.0):
        count += beat.phase < phase
        phase = beat.phase
        assert beat.count == count


# --- taps


@pytest.mark.parametrize("bpm", [40.0, 90.0, 120.0, 174.0, 280.0])
def test_four_even_taps_give_their_tempo_and_their_phase(bpm: float) -> None:
    show = Show()
    show.tap([1.0])
    for _ in range(2):
        assert show.tap([60.0 / bpm]).source == "analysis"
    assert show.tap([60.0 / bpm]).source == "taps"
    assert show.beat.bpm == pytest.approx(bpm, rel=1e-9)
    show.play(5.0, NOBODY)
    assert off(show.beat, (show.time_s - 1.0) * bpm / 60.0) == pytest.approx(0.0, abs=1e-3)
    assert show.beat.trust > 0.99


def test_a_lock_has_not_drifted_after_an_hour() -> None:
    show = Show()
    show.tap([1.0] + [0.47] * 7)
    show.play(5.0, NOBODY)
    for _ in range(3_600):
        show.frame(1.0)
    assert show.beat.source == "taps"
    assert off(show.beat, (show.time_s - 1.0) / 0.47) == pytest.approx(0.0, abs=1e-6)


def test_unsteady_taps_give_the_tempo_within_a_percent() -> None:
    rng = np.random.default_rng(1)
    errors = []
    for bpm in (70.0, 100.0, 120.0):
        for _ in range(40):
            times_s = 1.0 + np.arange(8) * 60.0 / bpm + rng.uniform(-0.02, 0.02, 8)
            show = Show()
            found = show.tap(np.diff(times_s, prepend=0.0)).bpm
            assert found is not None
            errors.append(abs(found / bpm - 1.0))
    # The worst eight taps there can be, 20 ms off, tilt their line by 7.6 ms a beat.
    assert np.percentile(errors, 97) < 0.01
    assert max(errors) < 0.0076 * 2.0


def test_more_taps_refine_and_eight_are_remembered() -> None:
    show = Show()
    show.tap([1.0, 0.52, 0.48, 0.52])
    first = show.beat.bpm
    show.tap([0.5] * 8)
    assert first != pytest.approx(120.0, rel=1e-3)
    assert show.beat.bpm == pytest.approx(120.0, rel=1e-9)


@pytest.mark.parametrize("stray", [[3.0], [0.9], [0.9, 0.25, 0.5]])
def test_stray_taps_leave_the_lock_as_it_is(stray: list[float]) -> None:
    show = Show()
    show.tap([1.0] + [0.5] * 3)
    show.play(2.0, NOBODY)
    show.tap([2.5, *stray])
    show.play(3.0, NOBODY)
    assert show.beat.bpm == pytest.approx(120.0)
    assert off(show.beat, (show.time_s - 1.0) * 2.0) == pytest.approx(0.0, abs=1e-3)


def test_a_new_tempo_is_locked_by_four_taps_without_a_pause() -> None:
    show = Show()
    show.tap([1.0] + [0.5] * 5)
    assert show.tap([0.8, 0.8, 0.8]).bpm == pytest.approx(120.0)
    assert show.tap([0.8]).bpm == pytest.approx(75.0)


def test_a_key_that_bounces_is_one_tap() -> None:
    show = Show()
    show.tap([1.0, 0.02, 0.48, 0.01, 0.49, 0.0, 0.5])
    assert show.beat.source == "taps"
    assert show.beat.bpm == pytest.approx(120.0, rel=1e-9)


@pytest.mark.parametrize("gap_s", [2.1, 0.16])
def test_taps_slower_or_faster_than_any_music_lock_nothing(gap_s: float) -> None:
    assert Show().tap([gap_s] * 12).source == "analysis"


# --- half, double, release


@pytest.mark.parametrize("tapped", [False, True])
@pytest.mark.parametrize(("action", "bpm"), [(HALF, 60.0), (DOUBLE, 240.0)])
def test_half_and_double_act_on_taps_and_on_the_analysis(
    tapped: bool,  # noqa: FBT001 - pytest passes it
    action: Action,
    bpm: float,
) -> None:
    show = Show()
    if tapped:
        show.tap([0.5] * 4)
    show.play(4.0)
    before = show.beat
    beats = [before, show.frame(1 / 60, None, action), *show.play(6.0)]
    assert show.beat.bpm == pytest.approx(bpm)
    assert show.beat.source == ("taps" if tapped else "analysis")
    assert (advance(beats) <= (1.0 + CATCH) * bpm / 3600.0 + 1e-9).all()
    # Every one of its beats, or every second, is a beat of what is heard.
    assert math.remainder(off(show.beat, show.time_s * bpm / 60.0), min(1.0, bpm / 120.0)) == (
        pytest.approx(0.0, abs=1e-3)
    )


def test_halved_near_a_beat_that_beat_stays() -> None:
    for shift in (0.0, 1.0):
        show = Show()
        show.play(4.0 + shift / 2.0)
        show.frame(1 / 60, None, HALF)
        show.play(4.0)
        # Pressed on beat 8 or 9: the even beats stay, or the odd ones.
        assert off(show.beat, show.time_s - shift / 2.0) == pytest.approx(0.0, abs=1e-3)


def test_half_and_double_stop_at_the_bounds() -> None:
    show = Show()
    show.play(1.0)
    for action, bound in ((HALF, 30.0), (DOUBLE, 240.0)):
        for _ in range(9):
            show.frame(1 / 60, None, action)
        assert show.beat.bpm == pytest.approx(bound)


def test_refining_taps_keep_a_halved_tempo_and_new_taps_say_their_own() -> None:
    show = Show()
    show.tap([1.0] + [0.5] * 3)
    show.frame(0.1, NOBODY, HALF)
    assert show.tap([0.4]).bpm == pytest.approx(60.0)
    assert show.tap([3.0] + [0.4] * 3).bpm == pytest.approx(150.0)


def test_release_glides_back_to_the_analysis() -> None:
    show = Show()
    show.tap([0.7] * 5)
    show.frame(0.1, None, DOUBLE)
    show.play(2.0)
    beats = [show.beat, show.frame(1 / 60, None, RELEASE), *show.play(3.0)]
    assert (show.beat.source, show.beat.bpm) == ("analysis", 120.0)
    assert off(show.beat, show.time_s * 2.0) == pytest.approx(0.0, abs=1e-3)
    assert (advance(beats) <= (1.0 + CATCH) / 30.0 + 1e-9).all()
    # Taps from before the release are forgotten.
    assert show.tap([0.1, 0.7, 0.7]).source == "analysis"


# --- whatever comes


ANY = st.floats() | st.floats(0.0, 1.0) | st.floats(20.0, 400.0)
HEARD = st.builds(Beat, phase=ANY, bpm=st.none() | ANY, trust=ANY)
ACTIONS = st.lists(st.sampled_from([TAP, HALF, DOUBLE, RELEASE, Action("next")]), max_size=3)
DT_S = st.sampled_from([0.0, 1 / 144, 1 / 60, 0.3, 0.5, 0.5, 0.5]) | st.floats(0.0, 30.0)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(frames=st.lists(st.tuples(DT_S, HEARD, ACTIONS), min_size=5, max_size=40))
def test_whatever_comes_the_phase_runs_on_within_its_bounds(
    frames: list[tuple[float, Beat, list[Action]]],
) -> None:
    show = Show()
    before = Beat()
    for dt_s, heard, actions in frames:
        beat = show.frame(dt_s, heard, *actions)
        assert 0.0 <= beat.phase < 1.0
        assert 0.0 <= beat.trust <= 1.0
        moved = beat.count + beat.phase - before.count - before.phase
        nominal = (beat.bpm or 0.0) * dt_s / 60.0
        assert (1.0 - CATCH) * nominal - 1e-6 <= moved <= (1.0 + CATCH) * nominal + 1e-6
        before = beat


# --- bars


def in_bar(time_s: float, first: int, trust: float = 1.0, beats: int = 4) -> Beat:
    """The analysis of 120 beats a minute, the beat ``first`` of the show being a downbeat."""
    beat = time_s * 2.0
    place = (int(beat) - first) % beats
    return Beat(beat % 1.0, 120.0, 1.0, bar=place, bar_trust=trust, beats_in_bar=beats)


@pytest.mark.parametrize("beats", [3, 4])
@pytest.mark.parametrize("first", [0, 1, 2])
def test_the_bar_is_the_analysis_once_that_is_trusted(first: int, beats: int) -> None:
    show = Show()
    for _ in range(600):
        show.frame(1 / 60, in_bar(show.time_s + 1 / 60, first, beats=beats))
    due = int((show.time_s + LEAD_S) * 2.0)
    assert show.beat.bar == (due - first) % beats
    assert show.beat.bar_trust == pytest.approx(1.0, abs=1e-3)
    assert show.beat.beats_in_bar == beats


def test_a_bar_that_is_not_trusted_moves_nothing() -> None:
    show = Show()
    for _ in range(600):
        show.frame(1 / 60, in_bar(show.time_s + 1 / 60, 1, trust=0.4))
    assert show.beat.bar == show.beat.count % 4
    assert show.beat.bar_trust == 0.0


def test_the_first_tap_of_a_series_begins_a_bar() -> None:
    show = Show()
    show.play(1.3)
    show.tap([0.5] * 5)  # The fifth tap is the next one.
    show.play(2.0, NOBODY)
    beats_since = (show.time_s - 3.8 + LEAD_S) * 2.0
    assert show.beat.bar == int(beats_since + 1e-6) % 4
    assert show.beat.bar_trust > 0.9


# --- the octave that a hand chose


def test_the_shown_tempo_stays_where_the_analysis_goes_to_the_other_octave() -> None:
    show = Show()
    show.play(2.0)
    show.frame(1 / 60, None, HALF)
    assert show.beat.bpm == 60.0
    for bpm in (60.0, 120.0, 60.4):
        for _ in range(60):
            show.frame(1 / 60, steady(show.time_s + 1 / 60, bpm))
        assert show.beat.bpm == pytest.approx(60.0, rel=0.01)


def test_another_tempo_keeps_the_half_and_a_forgotten_one_does_not() -> None:
    show = Show()
    show.play(2.0)
    show.frame(1 / 60, None, HALF)
    for _ in range(60):
        show.frame(1 / 60, steady(show.time_s + 1 / 60, 170.0))
    assert show.beat.bpm == 85.0
    show.play(1.0, NOBODY)
    for _ in range(60):
        show.frame(1 / 60, steady(show.time_s + 1 / 60, 170.0))
    assert show.beat.bpm == 170.0


def test_the_lead_is_asked_every_frame() -> None:
    leads_s = [0.1]
    clock = BeatClock(lead_s=lambda: leads_s[0])
    for lead_s in (0.1, -0.05):
        leads_s[0] = lead_s
        for frame in range(600):
            time_s = frame / 60.0
            beat = clock.step(Tick(frame, time_s, 1 / 60), steady(time_s), ())
        assert math.remainder(beat.phase - (time_s + lead_s) * 2.0, 1.0) == pytest.approx(
            0, abs=1e-6
        )
