"""A show that is written down while it goes on, and read the next night."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes import some_styles
from visualizer.config.fields import ShowFields
from visualizer.config.saved_show import (
    EVERY_S,
    ShowSaver,
    paths_of,
    read_saved_show,
    spec_of,
    write_saved_show,
)
from visualizer.contracts import Frame
from visualizer.duration import Span
from visualizer.show.session import Session
from visualizer.style.library import find_style, open_library
from visualizer.style.style_file import save_style
from visualizer.system.paths import saved_show_file
from visualizer.system.workers import BackgroundWorker
from visualizer.types import MIRRORS, Features, Tick

STYLES = some_styles(3)
NIGHT = ShowFields(
    style="kiln",
    slots=("kiln", "seed:7", "/media/stick/comet.safetensors"),
    audio_device="Line In",
    scale=0.5,
    audio_scale=0.12,
    fade=Span(4.0, "beats"),
    playlist=Span(8.0, "bars"),
    shuffle=True,
    switch_on="bar",
    dimmer=0.8,
    hue=-0.25,
    mirror=3,
    zoom=1.5,
    drift=2.0,
)


def frame(time_s: float, session: Session) -> Frame:
    return Frame(Tick(0, time_s, 0.0), (), Features(), session)


def by_name(session: Session) -> ShowFields:
    return ShowFields(style=session.style.name)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "last-night.toml"


def test_everything_remembered_comes_back(path: Path) -> None:
    assert read_saved_show(path) == ShowFields()
    write_saved_show(path, NIGHT)
    assert read_saved_show(path) == NIGHT
    write_saved_show(path, ShowFields(style="silk"))
    assert read_saved_show(path) == ShowFields(style="silk")
    assert path.name == saved_show_file().name


lengths = st.builds(Span, st.integers(1, 3600).map(float), st.sampled_from(["s", "beats", "bars"]))


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    night=st.builds(
        ShowFields,
        style=st.none() | st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip),
        slots=st.lists(st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip)).map(
            tuple
        ),
        scale=st.none() | st.floats(0.1, 1.0),
        audio_scale=st.none() | st.floats(0.0, 1.0),
        fade=st.none() | lengths,
        playlist=st.none() | lengths,
        shuffle=st.none() | st.booleans(),
        hue=st.none() | st.floats(-100.0, 100.0),
        mirror=st.none() | st.sampled_from(MIRRORS),
        zoom=st.none() | st.floats(0.25, 4.0),
        drift=st.none() | st.floats(0.0, 8.0),
    )
)
def test_whatever_a_show_was_like_it_comes_back(path: Path, night: ShowFields) -> None:
    write_saved_show(path, night)
    assert read_saved_show(path) == night


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 400), zeros=st.integers(0, 20))
def test_a_file_that_a_power_cut_has_torn_gives_what_is_left_of_it(
    path: Path, cut: int, zeros: int
) -> None:
    write_saved_show(path, NIGHT)
    path.write_bytes(path.read_bytes()[:cut] + bytes(zeros))
    night = read_saved_show(path)
    left = {field.name: getattr(night, field.name) for field in fields(ShowFields)}
    # What is torn is not taken for something else; a last word may be shorter than it was.
    for name in ("slots", "scale", "fade", "playlist", "shuffle", "switch_on", "mirror"):
        assert left[name] in {None, (), getattr(NIGHT, name)}
    assert NIGHT.style is not None
    assert left["style"] is None or NIGHT.style.startswith(left["style"])


def test_a_show_is_written_down_now_and_then_and_at_its_end(path: Path) -> None:
    first, second, third = map(Session, STYLES)
    with ShowSaver(path, by_name) as night:
        night.see(frame(1.0, first))
        BackgroundWorker.__exit__(night)
        assert not path.exists()
        night.__enter__()
        night.see(frame(EVERY_S, first))
        night.see(frame(EVERY_S + 1.0, second))
        BackgroundWorker.__exit__(night)
        assert read_saved_show(path) == by_name(first)
        night.__enter__()
        night.see(frame(EVERY_S + 2.0, third))
    assert read_saved_show(path) == by_name(third)


def test_an_interrupted_show_is_written_down_and_one_that_never_began_is_not(path: Path) -> None:
    def interrupted_show() -> None:
        with ShowSaver(path, by_name) as night:
            night.see(frame(0.0, Session(STYLES[0])))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted_show()
    assert read_saved_show(path) == by_name(Session(STYLES[0]))
    before = path.stat().st_mtime_ns
    with ShowSaver(path, by_name):
        pass
    assert path.stat().st_mtime_ns == before


def test_what_cannot_be_written_is_said_once_and_the_show_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    with ShowSaver(tmp_path / "file" / "last-night.toml", by_name) as night:
        for number in range(1, 4):
            night.see(frame(number * EVERY_S, Session(STYLES[number % 2])))
    assert len(caplog.messages) == 1
    assert "the next night will not know of this one: cannot make" in caplog.text


def test_a_style_is_found_again_by_what_is_remembered_of_it(tmp_path: Path) -> None:
    folder, stick = tmp_path / "styles", tmp_path / "stick"
    kept, trained, dropped, grown = (
        STYLES[0],
        replace(STYLES[1], name="lava", prompt="molten lava"),
        replace(STYLES[1], name="comet"),
        STYLES[2],
    )
    for style, place in ((kept, folder), (trained, folder), (dropped, stick)):
        place.mkdir(exist_ok=True)
        save_style(style, place / f"{style.name}.safetensors")
    paths = {"comet": stick / "comet.safetensors", "lava": folder / "lava.safetensors"}
    shown = (grown, dropped, kept, trained)
    specs = [spec_of(style, folder, paths) for style in shown]
    assert specs == ["seed:2", str(paths["comet"]), "seed-0", "lava"]
    # The night after that knows of the file by its path alone.
    assert [spec_of(style, folder, paths_of(specs)) for style in shown] == specs
    names = [style.name for style in shown]
    assert [find_style(spec, folder).name for spec in specs] == names
    assert [style.name for style in open_library(folder, specs).styles] == names


def test_no_style_stands_in_two_slots(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    save_style(STYLES[0], tmp_path / "seed-0.safetensors")
    (tmp_path / "stick").mkdir()
    save_style(replace(STYLES[1], name="seed-0"), tmp_path / "stick" / "seed-0.safetensors")
    for spec in ("seed:0", str(tmp_path / "stick" / "seed-0.safetensors")):
        assert [style.name for style in open_library(tmp_path, (spec,)).styles] == ["seed-0"]
    assert caplog.messages == []
    gone = str(tmp_path / "stick" / "gone.safetensors")
    assert len(open_library(tmp_path, (gone,)).styles) == 1
    assert f"there is no style file {gone}" in caplog.text
