"""A show that is played, and taught, by a real controller."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jack import Desk, desk, required_midi_server
from tests.pulse import SINK, SoundServer
from tests.running import LIMIT_S, Show, show
from visualizer.controls.midi.map_file import read_map
from visualizer.style.library import open_library, styles_folder

MAP = """\
["Desk:out"]
"note 1/36" = "slot 2"
"note 1/37" = "slot 1"
"note 1/40" = "quit"
"""


@pytest.fixture(scope="module", autouse=True)
def _midi() -> Iterator[None]:
    with required_midi_server():
        yield


def tap(controller: Desk, note: int) -> None:
    controller.play((0x90, note, 100), (0x80, note, 0))


def play_until_style(running: Show, controller: Desk, note: int, style: str) -> None:
    """Again and again, for what is played before the map is read is not heard."""
    limit_s = time.monotonic() + LIMIT_S
    while time.monotonic() < limit_s:
        tap(controller, note)
        if any(line["style"] == style for line in running.lines()[-1:]):
            return
        time.sleep(0.5)
    raise AssertionError(running.log())


@pytest.mark.slow
def test_a_controller_plays_learns_and_ends_a_show(
    display: str, server: SoundServer, tmp_path: Path
) -> None:
    assert server.environment
    first, second = (style.name for style in open_library(styles_folder(), ()).styles[:2])

    map_file = Path(os.environ["XDG_CONFIG_HOME"]) / "chladni" / "midi.toml"
    map_file.parent.mkdir(parents=True)
    map_file.write_text(MAP)
    with (
        desk() as controller,
        show(
            display, tmp_path, "--style", first, "--audio-device", f"{SINK}.monitor", "--for", "120"
        ) as running,
    ):
        controller.got((0x90, 37, 127))  # the light of slot 1
        play_until_style(running, controller, 36, second)
        controller.got((0x90, 36, 127))
        play_until_style(running, controller, 37, first)

        running.press("ctrl+l", "2")
        running.wait(lambda line: line["frames"] > 0)
        tap(controller, 50)
        running.wait(lambda line: line["frames"] > 0)
        running.press("ctrl+l")
        running.wait(lambda line: line["frames"] > 0)
        play_until_style(running, controller, 50, second)
        learned = {str(place): binding.does for place, binding in read_map(map_file).items()}
        assert learned["note 1/50 of Desk:out"] == "slot 2"
        assert learned["note 1/36 of Desk:out"] == "slot 2"

        tap(controller, 40)
        assert running.process.wait(LIMIT_S) == 0
        assert any("MIDI: listening to 'Desk:out'" in line for line in running.log())
        assert running.warnings() == []
