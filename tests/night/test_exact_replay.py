"""What is played again is what was played, to the bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.night.shows import Compiling, Show, Sound, acted, drums, replayed, uneven_times_s, values
from visualizer.contracts import Frame
from visualizer.errors import DeviceError
from visualizer.night.reader import read_night
from visualizer.types import HOP

ASKED = {
    3: acted("zoom 1.5"),
    8: acted("next smooth"),
    20: acted("random"),
    25: acted("tap"),
    33: acted("blackout"),
    36: acted("blackout 0", "hue up"),
    40: acted("seed"),
    60: acted("cross right", "cross right"),
    66: acted("cross right"),
    90: acted("slot 2 1s", "mirror 6", "switch-on bar"),
    100: acted("next", "audio-scale up"),
    120: acted("freeze 1"),
}


def only(folder: Path) -> Path:
    (night,) = folder.iterdir()
    return night


def test_a_show_from_its_start(tmp_path: Path) -> None:
    scenes = Show(tmp_path, actions=ASKED).play()
    assert len({str(each) for each in values(scenes)}) > 120, "the show stood still"
    assert values(replayed(only(tmp_path))) == values(scenes)


@pytest.mark.slow
def test_styles_that_were_waited_for_come_when_they_came(tmp_path: Path) -> None:
    late, at_once = tmp_path / "late", tmp_path / "at once"
    scenes = Show(late, actions=ASKED, readiness=Compiling()).play()
    assert values(scenes) != values(Show(at_once, actions=ASKED).play())
    assert values(replayed(only(late))) == values(scenes)


@pytest.mark.slow
@pytest.mark.parametrize("tick", [0, 5, 9, 41, 92, 121])
def test_a_show_from_its_middle(tmp_path: Path, tick: int) -> None:
    actions = ASKED | {tick: (*ASKED.get(tick, ()), *acted("record 1"))}
    scenes = Show(tmp_path, actions=actions, from_the_start=False).play()
    assert values(replayed(only(tmp_path))) == values(scenes)[tick + 1 :]


STROBE = {n: acted(f"blackout {n % 2}") for n in range(5, 40)}


@pytest.mark.slow
def test_a_strobe_that_is_held_down(tmp_path: Path) -> None:
    actions = STROBE | {20: (*STROBE[20], *acted("record"))}
    show = Show(
        tmp_path,
        times_s=uneven_times_s(45),
        actions=actions,
        from_the_start=False,
        limited=True,
    )
    scenes = show.play()
    assert any(0.0 < scene.dimmer < 1.0 for scene in scenes[21:])
    assert values(replayed(only(tmp_path))) == values(scenes)[21:]


def test_what_is_recorded_in_two_parts_is_two_nights(tmp_path: Path) -> None:
    actions = ASKED | {50: acted("record 0"), 70: acted("record")}
    scenes = Show(tmp_path, actions=actions).play()
    first, second = sorted(tmp_path.iterdir(), key=lambda path: (len(path.name), path.name))
    assert values(replayed(first)) == values(scenes)[:51]
    assert values(replayed(second)) == values(scenes)[71:]


def test_recording_changes_nothing(tmp_path: Path) -> None:
    recorded = Show(tmp_path, actions=ASKED).play()
    not_recorded = Show(tmp_path, actions=ASKED, from_the_start=False).play()
    assert values(recorded) == values(not_recorded)


class Devices:
    """A source that goes over to other channels in a tick's midst, and is lost for a while."""

    def __init__(self) -> None:
        self._stereo, self._mono = Sound(drums(8.0)), Sound(drums(8.0, 1, seed=5))

    def hops_until(self, time_s: float) -> list[np.ndarray]:
        stereo, mono = self._stereo.hops_until(time_s), self._mono.hops_until(time_s)
        if 1.5 < time_s < 2.0:
            return []
        if time_s < 1.0:
            return stereo
        return [*stereo[:1], *mono[1:]] if time_s < 1.1 else mono


def test_another_device_with_other_channels(tmp_path: Path) -> None:
    scenes = Show(tmp_path, source=Devices()).play()
    night = read_night(only(tmp_path))
    assert [(sound.name, sound.channels) for sound in night.sounds][:2] == [
        ("sound.flac", 2),
        ("sound-2.flac", 1),
    ]
    assert sum(note.hops for note in night.notes) * HOP > 2.0 * 48_000
    assert values(replayed(night.folder)) == values(scenes)


class Breaks:
    """An observer that ends the show as a lost display does."""

    def see(self, frame: Frame) -> None:
        if frame.tick.index == 100:
            raise DeviceError("gone")


def test_a_show_that_breaks_off_is_there_as_far_as_it_came(tmp_path: Path) -> None:
    with pytest.raises(DeviceError):
        Show(tmp_path, observers=(Breaks(),)).play()
    whole = Show(tmp_path / "whole", times_s=uneven_times_s(100)).play()
    night = next(path for path in tmp_path.iterdir() if path.suffix == ".night")
    assert values(replayed(night))[:100] == values(whole)


def test_a_night_is_text_and_says_what_happened(tmp_path: Path) -> None:
    Show(tmp_path, actions=ASKED).play()
    journal = read_night(only(tmp_path))
    assert journal.is_whole
    assert [note.actions for note in journal.notes if note.actions] == list(ASKED.values())
    assert [note.index for note in journal.notes] == list(range(150))
    assert {note.lead_s for note in journal.notes} == {0.031}
    heard = [note.time_s for note in journal.notes if note.clocks["midi"].grid is not None]
    assert min(heard) + 0.031 + 0.11 > 1.0
    assert max(heard) < 2.5
    copies = {path.stem for path in (journal.folder / "styles").iterdir()}
    assert copies == set(journal.styles)
    assert {"seed-0", "seed-1"} <= copies
