"""``midi.toml``: what is right in it counts, and nothing that somebody wrote is lost."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.controls.midi.bindings import Binding, Place
from visualizer.controls.midi.map_file import read_map, write_binding
from visualizer.controls.midi.wire.messages import Source

WRITTEN = """\
# My desk.
["Launch Control XL"]
"cc 1/13" = "zoom"  # the first knob
"cc 1/14" = { does = "hue", how = "twos" }
"note 9/41" = { does = "mirror 6", how = "hold" }

["Fader Fox"]
"cc14 1/7" = { does = "dimmer", how = "jump" }
"""
ZOOM = Place("Launch Control XL", Source("cc", 1, 13))
READ = {
    ZOOM: Binding.parse("zoom"),
    Place("Launch Control XL", Source("cc", 1, 14)): Binding.parse("hue", "twos"),
    Place("Launch Control XL", Source("note", 9, 41)): Binding.parse("mirror 6", "hold"),
    Place("Fader Fox", Source("cc14", 1, 7)): Binding.parse("dimmer", "jump"),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chladni" / "midi.toml"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def test_a_file_is_read(path: Path) -> None:
    write(path, WRITTEN)
    assert read_map(path) == READ
    assert read_map(path.with_name("nothing")) == {}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('"cc 1/13" = "zom"', "there is no action 'zom'"),
        ('"cc 1/13" = "mirror 5"', "0 or 2 or 3 or 4 or 6"),
        ('"cc 1/13" = { does = "zoom", how = "hold" }', "pickup or jump or twos or sign or offset"),
        ('"cc 1/13" = { does = "mirror 6", how = "jump" }', "trigger or toggle or hold"),
        ('"cc 1/13" = { does = "zoom", when = "now" }', '{ does = "ACTION", how = "…" }'),
        ('"cc 1/13" = 7', '{ does = "ACTION", how = "…" }'),
        ('"cc 1/13" = ""', "an action, such as"),
        ('"knob 1/13" = "zoom"', "KIND CHANNEL/NUMBER"),
        ("cc 1/13 = zoom", "passed over"),
    ],
)
def test_a_wrong_line_is_named_and_the_others_count(
    path: Path, line: str, problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    write(path, WRITTEN.replace('"cc 1/13" = "zoom"  # the first knob', line))
    assert read_map(path) == {place: does for place, does in READ.items() if place != ZOOM}
    (said,) = caplog.messages
    assert said.startswith(f"{path}, line 3, ")
    assert problem in said


def test_a_line_needs_its_port(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(path, '"cc 1/13" = "zoom"\n')
    assert read_map(path) == {}
    assert "a line with a port before it" in caplog.text


def test_a_lesson_is_written_with_what_it_does_and_all_else_stays(path: Path) -> None:
    write(path, WRITTEN)
    write_binding(path, Place("Fader Fox", Source("bend", 1)), Binding.parse("drift"))
    write_binding(path, ZOOM, Binding.parse("slot 3"))
    lines = path.read_text().splitlines()
    assert '"bend 1" = "drift" # the slow drift faster, slower' in lines
    assert '"cc 1/13" = "slot 3" # style in slot 1 to 9; with Shift smoothly' in lines
    assert "# My desk." in lines
    assert '"cc 1/14" = { does = "hue", how = "twos" }' in lines
    assert read_map(path) == READ | {
        ZOOM: Binding.parse("slot 3"),
        Place("Fader Fox", Source("bend", 1)): Binding.parse("drift"),
    }
    write_binding(path, ZOOM, None)
    assert ZOOM not in read_map(path)


def test_the_first_lesson_makes_the_file(path: Path) -> None:
    write_binding(path, ZOOM, Binding.parse("zoom"))
    assert read_map(path) == {ZOOM: Binding.parse("zoom")}
    assert path.read_text().startswith("# ")


def test_lines_that_are_no_toml_stay_as_comments(path: Path) -> None:
    write(path, WRITTEN + '"cc 1/8 = "zoom"\n"cc14 1/7" = "dimmer"\n')
    write_binding(path, ZOOM, Binding.parse("drift"))
    text = path.read_text()
    tomllib.loads(text)
    assert '# "cc 1/8 = "zoom"\n# "cc14 1/7" = "dimmer"\n' in text
    assert read_map(path) == READ | {ZOOM: Binding.parse("drift")}


@given(text=st.text(), port=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_whatever_stands_there_a_lesson_can_be_written(
    text: str, port: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("map") / "midi.toml"
    path.write_text(text, encoding="utf-8")
    place = Place(port, Source("cc", 1, 1))
    write_binding(path, place, Binding.parse("zoom"))
    assert read_map(path)[place] == Binding.parse("zoom")
