from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.night.shows import Show, acted, uneven_times_s
from visualizer.errors import ChladniError
from visualizer.night.journal import Journal
from visualizer.night.reader import read_night
from visualizer.types import Action


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short night with something of everything."""
    folder = tmp_path_factory.mktemp("nights")
    actions = {2: acted("next smooth"), 5: acted("zoom 2", "random")}
    Show(folder, times_s=uneven_times_s(12), actions=actions).play()
    return next(folder.iterdir())


@pytest.fixture
def night(recorded: Path, tmp_path: Path) -> Path:
    """A copy that may be spoiled."""
    return shutil.copytree(recorded, tmp_path / "copy.night")


def lines_of(night: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (night / "night.jsonl").read_text().splitlines()]


def write(night: Path, lines: list[Any]) -> None:
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    (night / "night.jsonl").write_text(text)


def test_a_line_that_was_being_written_is_left_out(night: Path) -> None:
    path = night / "night.jsonl"
    whole = read_night(night)
    text = path.read_text()
    cut = text[: text.rindex('{"tick"') + 25]
    path.write_text(cut)
    left = read_night(night)
    assert not left.is_whole
    assert len(left.notes) == len(whole.notes) - 1


def test_blank_lines_do_no_harm(night: Path) -> None:
    write(night, [line for each in lines_of(night) for line in (each, "", "  ")])
    assert len(read_night(night).notes) == 12


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"time_s": -1.0}, "time_s is -1.0"),
        ({"time_s": None}, "time_s is None"),
        ({"dt_s": "soon"}, "dt_s is 'soon'"),
        ({"hops": 1.5}, "hops is 1.5"),
        ({"hops": True}, "hops is True"),
        ({"hops": 10**9}, "hops is 1000000000"),
        ({"tick": 0}, "tick is 0"),
        ({"size": [0, 90]}, "width is 0"),
        ({"size": "large"}, "large|unpack"),
        ({"scale": 7.0}, "scale is 7.0"),
        ({"lead_s": 1e9}, "lead_s is 1000000000"),
        ({"clocks": {"midi": {"bpm": 0}}}, "downbeat"),
        ({"clocks": []}, "no object"),
        ({"actions": [["fly"]]}, "there is no action 'fly'"),
        ({"actions": [["zoom", "9"]]}, "zoom got '9'"),
        ({"actions": ["next"]}, "is no action"),
        ({"answers": [[["neighbour", 1], "nobody"]]}, "no line before tells of a style"),
        ({"answers": [[["open", "/etc/passwd"], None]]}, "no question to the styles"),
        ({"answers": [[["can_morph"], None]]}, "no answer to can_morph"),
        ({"answers": [[["is_ready"], None]]}, "no answer to is_ready"),
        ({"answers": [[]]}, "unpack"),
    ],
)
def test_a_wrong_line_is_told_with_its_number(
    night: Path, change: dict[str, Any], told: str
) -> None:
    lines = lines_of(night)
    number = next(n for n, line in enumerate(lines) if line.get("tick") == 6)
    write(night, [*lines[:number], lines[number] | change, *lines[number + 1 :]])
    with pytest.raises(ChladniError, match=told) as raised:
        read_night(night)
    assert f"night.jsonl, line {number + 1}:" in str(raised.value)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 2: Expecting property name"),
        ("[]", "line 2: expected an object"),
        ("[" * 100_000, "line 2: "),
        ({"fire": 1}, "line 2: nobody knows what this line is: fire"),
        ({"style": "../x", "name": "x", "sha256": ""}, "line 2: '../x' is no name of a file"),
        ({"style": "x", "name": "x", "sha256": ""}, "line 2: cannot read the style"),
        ({"sound": "/dev/zero", "channels": 2, "first": 0}, "line 2: the sound is '/dev/zero'"),
        ({"sound": "sound.flac", "channels": 0, "first": 0}, "line 2: channels is 0"),
        ({"frame": 3, "sha256": "00"}, "line 2: no tick 3 was before"),
        ({"tick": 1, "time_s": 0.0, "dt_s": 0.0, "hops": 4}, "line 2: hops were heard"),
    ],
)
def test_what_no_night_says_is_told(night: Path, line: object, told: str) -> None:
    header, *rest = lines_of(night)
    write(night, [header, line, *rest])
    with pytest.raises(ChladniError) as raised:
        read_night(night)
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"format": "film"}, "line 1: this is no journal of a night"),
        ({"version": 2}, "line 1: its version is 2, this program reads 1"),
        ({"rate_hz": 44100}, "line 1: its sound is not in hops of 256 samples at 48000 Hz"),
        ({"channels": [99]}, "line 1: channel is 99"),
        ({"slots": 3}, "line 1: "),
        ({"most_scale": 0}, "line 1: most_scale is 0"),
        ({"tunings": []}, "line 1: [] is no object"),
    ],
)
def test_a_wrong_header_is_told(night: Path, change: dict[str, Any], told: str) -> None:
    header, *rest = lines_of(night)
    write(night, [header | change, *rest])
    with pytest.raises(ChladniError) as raised:
        read_night(night)
    assert told in str(raised.value)


def test_what_is_no_night_is_told(tmp_path: Path) -> None:
    with pytest.raises(ChladniError, match=r"expected a folder that --record made"):
        read_night(tmp_path)
    (tmp_path / "night.jsonl").touch()
    with pytest.raises(ChladniError, match="is empty"):
        read_night(tmp_path)


def test_another_style_than_the_recorded_one_is_a_warning(
    night: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lines = lines_of(night)
    write(night, [line | {"sha256": "0"} if "style" in line else line for line in lines])
    assert read_night(night).styles
    assert "is not the style that was recorded" in caplog.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=9,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(number=st.integers(0, 40), key=st.integers(0, 20), value=JSON)
def test_whatever_an_editor_does_it_is_a_night_or_one_sentence(
    night: Path, recorded: Path, number: int, key: int, value: object
) -> None:
    lines = lines_of(recorded)
    line = lines[number % len(lines)]
    line[list(line)[key % len(line)]] = value
    write(night, lines)
    try:
        read = read_night(night)
    except ChladniError as error:
        assert "line " in str(error)  # noqa: PT017 - either is well
    else:
        assert isinstance(read, Journal)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(at=st.integers(0, 6000), data=st.binary(max_size=20))
def test_whatever_a_disk_does_it_is_a_night_or_one_sentence(
    night: Path, recorded: Path, at: int, data: bytes
) -> None:
    content = (recorded / "night.jsonl").read_bytes()
    (night / "night.jsonl").write_bytes(content[:at] + data + content[at + len(data) :])
    try:
        assert isinstance(read_night(night), Journal)
    except ChladniError as error:
        assert "night.jsonl" in str(error)  # noqa: PT017 - either is well


def test_actions_come_back_as_they_were(recorded: Path) -> None:
    notes = read_night(recorded).notes
    assert notes[2].actions == (Action("next", ("smooth",)),)
    questions = [answer.question for answer in notes[2].answers]
    assert questions == [("neighbour", 1), ("is_ready",), ("can_morph",)]
