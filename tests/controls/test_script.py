from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.controls.script import Script, frame_of_quit, read_script
from visualizer.errors import ChladniError
from visualizer.types import Action, Tick


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_lines_become_timed_actions(tmp_path: Path) -> None:
    text = (
        "# a set\n12.5 style organic\n\n20 next  # on the drop\n31 blackout 1\n"
        "0 style 'two words'\n"
    )
    assert read_script(write(tmp_path / "a.txt", text)) == (
        (12.5, Action("style", ("organic",))),
        (20.0, Action("next")),
        (31.0, Action("blackout", ("1",))),
        (0.0, Action("style", ("two words",))),
    )


def test_actions_come_once_in_order_and_never_early() -> None:
    a, b, c = Action("next"), Action("previous"), Action("last")
    script = Script([(2.0, c), (1.0, a), (1.0, b)])
    assert list(script.poll(Tick(0, 0.99, 0.0))) == []
    assert list(script.poll(Tick(1, 1.0, 0.01))) == [a, b]
    assert list(script.poll(Tick(2, 1.5, 0.5))) == []
    assert list(script.poll(Tick(3, 9.0, 7.5))) == [c]
    assert list(script.poll(Tick(4, 99.0, 90.0))) == []


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("next", "'next' is not a time in seconds"),
        ("-1 next", "'-1' is not a time in seconds"),
        ("nan next", "'nan' is not a time in seconds"),
        ("1e999 next", "'1e999' is not a time in seconds"),
        ("1:75 next", "'1:75' is not a time in seconds"),
        ("3", "the action is missing"),
        ("3 nxt", "there is no action 'nxt'"),
        ("3 slot", "slot got 0 arguments"),
        ("3 style 'open", "No closing quotation"),
    ],
)
def test_a_wrong_line_is_named_by_its_number(tmp_path: Path, line: str, why: str) -> None:
    path = write(tmp_path / "set.txt", f"0 next\n\n{line}\n")
    with pytest.raises(ChladniError, match=re.escape("line 3: " + why)):
        read_script(path)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ChladniError, match="cannot read the actions file"):
        read_script(tmp_path / "none.txt")
    (tmp_path / "latin.txt").write_bytes(b"1 style \xff\n")
    with pytest.raises(ChladniError, match="cannot read the actions file"):
        read_script(tmp_path / "latin.txt")


@given(st.text())
def test_any_text_is_actions_or_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("s") / "any.txt"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        timed = read_script(path)
    except ChladniError as error:
        refusal = str(error)
        assert str(path) in refusal
    else:
        assert all(time_s >= 0.0 for time_s, _ in timed)


@given(
    st.floats(0.0, 5000.0),
    st.sampled_from([Fraction(24), Fraction(30), Fraction(60), Fraction(30000, 1001)]),
)
def test_the_frame_of_quit_is_the_one_in_which_the_script_asks_for_it(
    time_s: float, fps: Fraction
) -> None:
    timed = ((time_s + 1.0, Action("quit")), (0.0, Action("next")), (time_s, Action("quit")))
    found = frame_of_quit(timed, fps)
    assert found is not None
    for index, ends in ((found - 1, False), (found, True)):
        polled = Script(timed).poll(Tick(index, float(index / fps), 0.0))
        assert (Action("quit") in polled) is ends


def test_a_script_without_quit_ends_nothing() -> None:
    assert frame_of_quit(((1.0, Action("next")),), Fraction(30)) is None


def test_times_may_be_written_as_on_a_clock(tmp_path: Path) -> None:
    path = write(tmp_path / "set.txt", "1:30 next\n1:02:03.5 next\n12.5 next\n")
    assert [time_s for time_s, _ in read_script(path)] == [90.0, 3723.5, 12.5]
