"""Files that people, crashes and other programs have written: what is right counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visualizer.config.toml_fields import (
    FLAG,
    LENGTH,
    LENGTH_OR_OFF,
    MAX_BYTES,
    MONITORS,
    TEXT,
    TEXTS,
    number,
    one_of,
    read_entries,
    write_entries,
)
from visualizer.duration import Span
from visualizer.errors import ChladniError
from visualizer.monitor_choice import MonitorChoice

KINDS = {
    "scale": number(0.1, 1.0),
    "monitor": MONITORS,
    "mirror": one_of(0, 2, 3),
    "switch_on": one_of("now", "beat"),
    "shuffle": FLAG,
    "style": TEXT,
    "slots": TEXTS,
    "fade": LENGTH,
    "playlist": LENGTH_OR_OFF,
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_right_values_arrive_as_the_program_wants_them(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_text(
        'scale = 1\nmonitor = 2\nmirror = 3\nswitch_on = "beat"\nshuffle = false\n'
        'style = "kiln"\nslots = ["kiln", "seed:7"]\nfade = "4 beats"\nplaylist = "off"\n',
        encoding="utf-8-sig",
    )
    assert read_entries(path, KINDS) == {
        "scale": 1.0,
        "monitor": MonitorChoice((2,)),
        "mirror": 3,
        "switch_on": "beat",
        "shuffle": False,
        "style": "kiln",
        "slots": ("kiln", "seed:7"),
        "fade": Span(4.0, "beats"),
        "playlist": False,
    }
    path.write_text('fade = 2\nplaylist = 0.5\nmonitor = "1,2"')
    several = MonitorChoice((1, 2))
    assert read_entries(path, KINDS) == {
        "fade": Span(2.0), "playlist": Span(0.5), "monitor": several,
    }  # fmt: skip
    path.write_text('monitor = "all"')
    assert read_entries(path, KINDS) == {"monitor": MonitorChoice()}
    assert caplog.messages == []


def test_an_absent_file_and_an_empty_one_say_nothing(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert read_entries(path, KINDS) == {}
    path.touch()
    assert read_entries(path, KINDS) == {}
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("scale = 2", "scale is 2, expected a number from 0.1 to 1"),
        ("scale = true", "scale is True, expected a number from 0.1 to 1"),
        ("scale = nan", "scale is nan, expected a number from 0.1 to 1"),
        ('scale = "half"', "scale is 'half', expected a number from 0.1 to 1"),
        ("monitor = 1.5", "monitor is 1.5, expected a number from 0 to 63, several as 0,1, or all"),
        ("monitor = true", "monitor is True, expected a number from 0 to 63"),
        ("monitor = [1, 2]", "monitor is [1, 2], expected a number from 0 to 63"),
        ("monitor = 0x" + "f" * 9000, "monitor is a huge number, expected a number"),
        ("mirror = true", "mirror is True, expected 0 or 2 or 3"),
        ("mirror = [2]", "mirror is [2], expected 0 or 2 or 3"),
        ('switch_on = "drop"', """switch_on is 'drop', expected "now" or "beat\""""),
        ("shuffle = 1", "shuffle is 1, expected true or false"),
        ('style = " "', "style is ' ', expected a name in quotes"),
        ("slots = [1]", "slots is [1], expected names in quotes"),
        ('slots = "kiln"', "slots is 'kiln', expected names in quotes"),
        ('fade = "4 bears"', "fade is '4 bears', expected a length above 0"),
        ("fade = 0", "fade is 0, expected a length above 0"),
        ("fade = true", "fade is True, expected a length above 0"),
        ('fade = "off"', "fade is 'off', expected a length above 0"),
        ("playlist = true", 'such as 2s, 8beats or 4bars, or "off"'),
        ("fade = 0x" + "f" * 9000, "fade is a huge number, expected a length"),
        ("fase = 2", "there is no 'fase'; did you mean fade?"),
        ("[colours]", "there is no 'colours'; known: scale, monitor, mirror"),
        # No TOML, each of these, but the lines around it are.
        ("fade = 2 s", "line 2, 'fade = 2 s', is not KEY = VALUE, with text in quotes"),
        ("style = kiln", "line 2, 'style = kiln', is not KEY = VALUE"),
        ("zoom = 1\nzoom = 2", "line 3 says again what zoom is"),
    ],
)
def test_a_wrong_line_is_named_and_the_others_count(
    path: Path, caplog: pytest.LogCaptureFixture, line: str, says: str
) -> None:
    kinds = {**KINDS, "zoom": number(0.25, 4.0), "first": TEXT}
    path.write_text(f'first = "kept"\n{line}\n')
    entries = read_entries(path, kinds)
    assert entries.pop("first") == "kept"
    assert entries == ({"zoom": 1.0} if "zoom" in line else {})
    (message,) = caplog.messages
    assert str(path) in message
    assert says in message
    assert len(message) < len(str(path)) + 250


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x04\x95pickled\n\x00\nthings",
        b"\xff\xfe\x00",
        b"once upon a time\nthere was a show\n",
        b"a = 1\n" + b"what is this?\n" * 1000,
        b"x = " + b"[" * 5000,
        b"#" * (MAX_BYTES + 1),
    ],
)
def test_what_is_no_settings_file_is_one_line_and_nothing_counts(
    path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    path.write_bytes(content)
    assert read_entries(path, KINDS) == {}
    assert len(caplog.messages) == 1
    assert str(path) in caplog.text


def test_a_folder_in_its_place_is_no_file(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.mkdir()
    assert read_entries(path, KINDS) == {}
    assert "cannot be read" in caplog.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.lists(
            st.tuples(st.sampled_from([*KINDS, "fase", "a.b", '""']), st.text(max_size=20)),
            max_size=5,
        ).map(lambda pairs: "\n".join(f"{k} = {v}" for k, v in pairs).encode("utf-8", "replace")),
    )
)
def test_whatever_a_file_holds_only_right_values_come_out(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    entries = read_entries(path, KINDS)
    assert set(entries) <= set(KINDS)
    assert 0.1 <= entries.get("scale", 1.0) <= 1.0
    assert set(entries.get("monitor", MonitorChoice()).numbers) <= set(range(64))
    assert isinstance(entries.get("fade", Span(1.0)), Span)


def test_what_is_written_is_read_again_and_none_is_left_out(path: Path) -> None:
    path = path.parent / "made" / "when needed" / "state.toml"
    entries = {
        "style": 'a "quoted" näme\\ \n\x07',
        "slots": ("kiln", "seed:7", "/media/stick/über.safetensors"),
        "fade": Span(4.0, "beats"),
        "playlist": None,
        "scale": 0.1 + 0.2,
        "shuffle": True,
        "mirror": 2,
    }
    write_entries(path, "a heading", entries)
    assert path.read_text(encoding="utf-8").startswith("# a heading\n")
    kept = {key: value for key, value in entries.items() if value is not None}
    assert read_entries(path, KINDS) == kept
    write_entries(path, "a heading", {"shuffle": False})
    assert read_entries(path, KINDS) == {"shuffle": False}
    assert [found.name for found in path.parent.iterdir()] == ["state.toml"]


def test_what_cannot_be_written_is_an_error_that_names_the_place(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ChladniError, match=r"cannot make .*file"):
        write_entries(tmp_path / "file" / "state.toml", "", {})
    (tmp_path / "state.toml").mkdir()
    with pytest.raises(ChladniError, match=r"cannot write .*state\.toml"):
        write_entries(tmp_path / "state.toml", "", {})
