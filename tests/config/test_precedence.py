"""What goes before what when a show begins: the command line, the settings, the last night."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from visualizer.config.fields import ShowFields
from visualizer.config.precedence import resolve
from visualizer.config.request import ALLOW, AUTO, LIMIT, LiveRequest, Look
from visualizer.duration import Span
from visualizer.monitor_choice import MonitorChoice
from visualizer.show.session import Hands

LAST = ShowFields(
    style="seed:7",
    slots=("kiln", "seed:7"),
    audio_device="line in",
    scale=0.5,
    audio_scale=0.2,
    fade=Span(1.0),
    playlist=Span(8.0, "bars"),
    shuffle=True,
    switch_on="bar",
    dimmer=0.5,
    mirror=4,
)
USUAL = ShowFields(
    fade=Span(2.0),
    playlist=False,
    shuffle=False,
    switch_on="beat",
    scale=AUTO,
    audio_device="microphone",
    fullscreen=True,
    monitor=MonitorChoice((1,)),
    clone=MonitorChoice(),
    flashes=ALLOW,
)
ASKED = Look(
    style="seed:9",
    audio_scale=0.0,
    scale=1.0,
    fade=Span(3.0),
    playlist=Span(9.0),
    shuffle=True,
    switch_on="now",
    flashes=LIMIT,
)


def test_a_show_goes_on_where_the_last_one_ended() -> None:
    resolved = resolve(LiveRequest(), ShowFields(), LAST)
    assert resolved.request.look == Look(
        style="seed:7",
        audio_scale=0.2,
        scale=0.5,
        fade=Span(1.0),
        playlist=Span(8.0, "bars"),
        shuffle=True,
        switch_on="bar",
    )
    assert resolved.hands == Hands(dimmer=0.5, mirror=4)
    assert resolved.slots == LAST.slots
    assert resolved.likely_device == "line in"
    assert resolved.last is LAST


def test_settings_go_before_the_last_night_also_where_they_say_no() -> None:
    resolved = resolve(LiveRequest(), USUAL, LAST)
    look = resolved.request.look
    assert (look.fade, look.playlist, look.shuffle) == (Span(2.0), None, False)
    assert (look.switch_on, look.scale, look.flashes) == ("beat", AUTO, ALLOW)
    assert resolved.request.fullscreen
    assert resolved.likely_device == "microphone"
    assert resolved.likely_monitor == MonitorChoice((1,))
    assert resolved.likely_clone == MonitorChoice()
    # They may be gone: only what was asked for now is worth ending a show before it begins.
    assert (resolved.request.device, resolved.request.monitor) == (None, None)


def test_what_is_asked_for_now_goes_before_everything() -> None:
    assert resolve(LiveRequest(ASKED), USUAL, LAST).request.look == ASKED


def test_nothing_remembered_is_a_show_as_new() -> None:
    resolved = resolve(LiveRequest(), ShowFields(), ShowFields())
    assert resolved.request == LiveRequest()
    assert resolved.hands == Hands()
    assert resolved.slots == ()


def test_no_show_begins_in_the_dark() -> None:
    assert resolve(LiveRequest(), ShowFields(), replace(LAST, dimmer=0.0)).hands.dimmer == 1.0


def test_a_style_that_is_gone_is_named_and_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gone = replace(LAST, style=str(tmp_path / "gone.safetensors"))
    assert resolve(LiveRequest(), ShowFields(), gone).request.look.style is None
    assert "gone.safetensors" in caplog.text
