from __future__ import annotations

from pathlib import Path

import pytest

from visualizer.config.fields import ShowFields
from visualizer.config.settings import read_settings
from visualizer.duration import Span
from visualizer.monitor_choice import EXPECTED
from visualizer.system.paths import settings_file, slots_file


def test_without_a_file_nothing_is_said() -> None:
    assert read_settings(settings_file()) == ShowFields()


def test_the_users_settings_are_read_and_a_wrong_one_is_named(
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = settings_file()
    assert path.parent == slots_file().parent
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        'fade = "4 beats"\nplaylist = "8 bars"\nshuffle = true\nswitch_on = "bar"\nscale = 0.5\n'
        'audio_device = "Line In"\nfullscreen = true\nmonitor = "second"\n'
    )
    assert read_settings(path) == ShowFields(
        fade=Span(4.0, "beats"),
        playlist=Span(8.0, "bars"),
        shuffle=True,
        switch_on="bar",
        scale=0.5,
        audio_device="Line In",
        fullscreen=True,
    )
    assert caplog.messages == [f"{path}: monitor is 'second', expected {EXPECTED}, in quotes"]


def test_slots_belong_into_their_own_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('slots = ["kiln"]\nscale = 0.5\n')
    assert read_settings(path) == ShowFields(scale=0.5)
    assert "there is no 'slots'" in caplog.text
