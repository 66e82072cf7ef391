"""What the HUD shows, without a window: frame times, gauges, sliders."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import HandClock, make_frame, some_styles
from visualizer.controls.sliders import FADERS, Fader
from visualizer.duration import Span
from visualizer.monitor.frame_times import KEPT, FrameTimes
from visualizer.output.hud.gauges import REFRESH_S, Gauges, Suppliers, change_of
from visualizer.output.hud.readings import (
    HELD,
    Delay,
    Delays,
    Input,
    Notice,
    Pace,
    beat_glow,
    meter_share,
)
from visualizer.show.commands import check_action
from visualizer.show.session import Crossing, Hands, Session, Switch
from visualizer.types import Action, Beat, Features

FRAME = make_frame()
BY_NAME = {fader.name: fader for fader in FADERS}


class Ear:
    """An input as the status line knows it."""

    device, state, problem, overflows = "line in", "lost", "", 7


def after(fps: Fraction, *steps_s: float) -> FrameTimes:
    clock = HandClock()
    times = FrameTimes(fps, clock)
    times.see(FRAME)
    for step_s in steps_s:
        clock.now_s += step_s
        times.see(FRAME)
    return times


def test_before_the_second_frame_nothing_is_known() -> None:
    times = after(Fraction(60))
    assert times.latest_ms().shape == (0,)
    assert times.fps() == 0.0
    assert times.late == 0


def test_frame_times_are_those_between_frames_oldest_first() -> None:
    times = after(Fraction(50), 0.02, 0.029, 0.02, 0.031)
    assert np.allclose(times.latest_ms(), [20.0, 29.0, 20.0, 31.0], atol=1e-3)
    assert times.period_ms == 20.0
    # At a period of 20 ms, a frame of more than 30 ms is late.
    assert times.late == 1


def test_the_ring_keeps_the_last_frames_and_counts_all_late_ones() -> None:
    times = after(Fraction(100), *[0.05] * 10, *[0.01] * KEPT, 0.002)
    kept = times.latest_ms()
    assert kept.shape == (KEPT,)
    assert np.allclose(kept, [10.0] * (KEPT - 1) + [2.0], atol=1e-3)
    assert times.late == 10


def test_fps_is_the_mean_of_the_last_second() -> None:
    assert after(Fraction(60), *[0.5] * 4, *[0.02] * 60).fps() == pytest.approx(50.0)
    # Shorter than a second: of what there is.
    assert after(Fraction(60), 0.1, 0.1).fps() == pytest.approx(10.0)


def test_the_beat_light_is_full_on_the_beat_and_dark_without_one() -> None:
    assert [beat_glow(Beat(phase, 120.0)) for phase in (0.0, 0.5, 1.0)] == [1.0, 0.25, 0.0]
    assert beat_glow(Beat(0.0, None)) == 0.0


def test_the_meter_goes_from_60_db_below_full_scale_to_full_scale() -> None:
    assert [meter_share(db) for db in (-120.0, -60.0, -30.0, 0.0, 6.0)] == [0, 0, 0.5, 1, 1]


def test_late_frames_are_those_longer_than_one_and_a_half_periods() -> None:
    pace = Pace(50.0, 20.0, np.array([20, 30, 31, 5], np.float32))
    assert pace.is_late().tolist() == [False, False, True, False]


@pytest.mark.parametrize("fader", FADERS, ids=lambda fader: fader.name)
@given(place=st.floats(0.0, 1.0))
def test_wherever_a_slider_goes_it_asks_for_what_its_command_takes(
    fader: Fader, place: float
) -> None:
    action = fader.moved(place, before=fader.level.rest)
    value = float(action.args[0])
    assert action.name == fader.name
    assert fader.low <= value <= fader.high
    # It stands where it was put, or has caught at its rest; 4 digits are written.
    stands = fader.place(value)
    lowest = fader.place(fader.low)
    assert abs(stands - max(place, lowest)) < 0.05 or value == fader.level.rest


@pytest.mark.parametrize("fader", FADERS, ids=lambda fader: fader.name)
def test_a_slider_near_its_rest_catches_there(fader: Fader) -> None:
    rest = fader.place(fader.level.rest)
    assert float(fader.moved(abs(rest - 0.01), 3.0).args[0]) % 3.0 == fader.level.rest
    assert fader.at_rest() == Action(fader.name, (f"{fader.level.rest:g}",))


@pytest.mark.parametrize("name", BY_NAME)
def test_the_commands_take_what_the_sliders_say(name: str) -> None:
    for place in (0.0, 0.3, 1.0):
        check_action(BY_NAME[name].moved(place, 0.5))
    check_action(BY_NAME[name].at_rest())


def test_sliders_say_their_values_as_people_do() -> None:
    texts = [BY_NAME[n].level.text(v) for n, v in (("dimmer", 0.8), ("hue", 3.25), ("zoom", 1.5))]
    assert texts == ["80 %", "90°", "1.50 x"]
    assert [BY_NAME["zoom"].place(1.0), BY_NAME["drift"].place(1.0)] == [0.5, 0.5]


def test_the_hue_keeps_its_full_turns() -> None:
    assert BY_NAME["hue"].moved(0.5, before=3.2) == Action("hue", ("3.4995",))
    assert BY_NAME["hue"].moved(0.5, before=-0.2) == Action("hue", ("-0.5005",))


def test_gauges_read_the_frame_and_everybody_who_knows() -> None:
    delays = Delays(Delay("total", 20.0, 30.0), Delay("wait", 8.0, 16.0), ())
    times = after(Fraction(50), 0.02, 0.04)
    suppliers = Suppliers(
        times,
        Ear(),
        following=lambda session: f"after {session.style.name}",
        scale=lambda: 0.5,
        flashes=lambda: HELD,
        recording=lambda: True,
        delays=lambda: delays,
        prompt=lambda: "choose, then move",
        notice=lambda: Notice("something", 3.0),
    )
    features = Features(level_db=-12.0)
    session = replace(FRAME.session, hands=Hands(dimmer=0.6, mirror=4), locked=True)
    frame = replace(FRAME, features=features, session=session, beat=Beat(0.5, 120.0, count=6))
    readings = Gauges(suppliers).read(frame)
    name = session.style.name
    assert (readings.style, readings.following) == (name, f"after {name}")
    assert readings.features is features
    assert readings.beat == frame.beat
    assert (readings.change, readings.progress) == ("", 0.0)
    assert readings.scale == 0.5
    assert readings.flashes == HELD
    assert readings.recording
    assert readings.delays is delays
    assert readings.prompt == "choose, then move"
    assert readings.notice == Notice("something", 3.0)
    assert readings.input == Input("line in", "lost", 7)
    assert readings.input.lost
    assert readings.pace.late == 1
    assert readings.pace.fps == pytest.approx(1000.0 / 30.0)
    desk = readings.desk
    assert (desk.dimmer, desk.mirror, desk.locked, desk.fade) == (0.6, 4, True, "2s")
    assert readings.desk.audio_scale == session.style.audio_scale
    own = replace(session, audio_scale=0.2)
    assert Gauges(suppliers).read(replace(FRAME, session=own)).desk.audio_scale == 0.2


def test_a_change_under_way_is_told_in_words() -> None:
    first, second = some_styles(2)
    fading = Session(first, crossing=Crossing(second, Span(8.0, "beats"), progress=0.5))
    assert change_of(fading) == "fade from seed-0, 8beats"
    assert change_of(Session(first, crossing=Crossing(second, None, morph=True))) == (
        "morph from seed-0, by hand"
    )
    assert change_of(Session(first, waiting=Switch(second), switch_on="bar")) == (
        "to seed-1 on the bar"
    )
    assert change_of(Session(first)) == ""


def test_figures_stand_still_long_enough_to_be_read() -> None:
    clock, asked = HandClock(), []

    def delays() -> Delays | None:
        asked.append(clock.now_s)
        return None

    gauges = Gauges(Suppliers(FrameTimes(Fraction(60)), Ear(), delays=delays), clock)
    for _ in range(10):
        gauges.read(FRAME)
        clock.now_s += REFRESH_S / 4
    assert len(asked) == 3
