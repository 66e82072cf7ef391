"""State of a show that a stranger wrote: refused in a sentence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from tests.night.shows import Show, acted, drums, machine, uneven_times_s
from visualizer.audio.analysis.analyzer import Analyzer
from visualizer.audio.analysis.onset import ONSET_METHODS
from visualizer.errors import ChladniError
from visualizer.night.machine import STATE_KEY, take_up
from visualizer.night.reader import read_night
from visualizer.night.state import Capture, restored
from visualizer.types import HOP


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nights")
    actions = {5: acted("record 1")}
    Show(folder, times_s=uneven_times_s(8), actions=actions, from_the_start=False).play()
    return next(folder.iterdir())


@pytest.fixture
def night(recorded: Path, tmp_path: Path) -> Path:
    return shutil.copytree(recorded, tmp_path / "copy.night")


def take(night: Path) -> None:
    take_up(read_night(night), machine((64, 36)))


def change_session(night: Path, **has: Any) -> None:
    path = night / "night.jsonl"
    header, *rest = path.read_text().splitlines(keepends=True)
    content = json.loads(header)
    content["session"]["has"] |= has
    path.write_text(json.dumps(content) + "\n" + "".join(rest))


@pytest.mark.parametrize(
    ("has", "told"),
    [
        ({"base": {"style": "nobody"}}, "no line tells of a style 'nobody'"),
        ({"base": None}, "base of a Session is None"),
        ({"locked": "yes"}, "locked of a Session is 'yes'"),
        ({"fade": 3}, "fade of a Session is 3"),
        ({"hands": {"class": "Hands", "has": {"zoom": 0}}}, "zoom is 0"),
        ({"hands": {"class": "Hands", "has": {"mirror": 5}}}, "mirror 5"),
        ({"audio_scale": 40}, "audio_scale is 40"),
        ({"switch_on": "never"}, "switch-on 'never'"),
        ({"fire": 1}, "fire"),
        ({"base": {"class": "Popen", "has": {}}}, "Popen"),
    ],
)
def test_a_session_that_cannot_be_is_told(night: Path, has: dict[str, Any], told: str) -> None:
    change_session(night, **has)
    with pytest.raises(ChladniError, match=told) as raised:
        take(night)
    assert "night.jsonl, line 1:" in str(raised.value)


@pytest.mark.parametrize(
    "change",
    [
        {"analyzer": {"class": "Analyzer", "has": {"_gain": {"class": "Gain", "has": {"x": 1}}}}},
        {"analyzer": {"class": "BeatClock", "has": {}}},
        {"analyzer": {"array": "none"}},
        {"beat": 3},
        {"guards": {"tuple": [{"class": "Swings", "has": {}}]}},
        {"features": {"class": "Features", "has": {"bands": "loud"}}},
        {"beat_clock": {"class": "BeatClock", "has": {"__class__": 3}}},
    ],
)
def test_a_state_that_no_show_has_is_told(night: Path, change: dict[str, Any]) -> None:
    path = night / "state.safetensors"
    with safe_open(path, framework="numpy") as file:
        data = json.loads(file.metadata()[STATE_KEY])
    save_file(load_file(path), path, {STATE_KEY: json.dumps(data | change)})
    with pytest.raises(ChladniError, match=r"state\.safetensors does not say how the show stood"):
        take(night)


@pytest.mark.parametrize("content", [b"", b"\x80\x04", bytes(64)])
def test_a_file_that_is_no_state_is_told(night: Path, content: bytes) -> None:
    (night / "state.safetensors").write_bytes(content)
    with pytest.raises(ChladniError, match=r"state\.safetensors"):
        take(night)


def test_a_state_that_is_gone_is_told(night: Path) -> None:
    (night / "state.safetensors").unlink()
    with pytest.raises(ChladniError, match=r"state\.safetensors"):
        take(night)


@pytest.mark.parametrize("onset", ONSET_METHODS)
def test_an_analysis_goes_on_as_if_nothing_had_been(onset: str) -> None:
    sound = drums(1.6).reshape(-1, HOP, 2)
    ours, theirs = Analyzer(onset), Analyzer(onset)
    for hop in sound[:200]:
        ours.step(hop)
    ours.renew()
    capture = Capture(lambda style: style.name)
    data = json.loads(json.dumps(capture.data(ours, Analyzer(onset))))
    restored(data, capture.arrays, lambda _: (_ for _ in ()).throw(ChladniError("")), theirs)
    theirs.renew()
    assert [ours.step(hop) for hop in sound[200:]] == [theirs.step(hop) for hop in sound[200:]]


def test_what_is_written_down_stays_what_it_was() -> None:
    capture = Capture(lambda style: style.name)
    changing = np.arange(3.0)
    data = capture.data([changing])
    changing += 7.0
    (written,) = restored(data, capture.arrays, lambda _: None)  # type: ignore[arg-type, return-value]
    assert written.tolist() == [0.0, 1.0, 2.0]
