from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.duration import Span, parse_seconds


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2", Span(2.0, "s")),
        ("2.5s", Span(2.5, "s")),
        ("8b", Span(8.0, "beats")),
        ("8 beats", Span(8.0, "beats")),
        ("1beat", Span(1.0, "beats")),
        ("4bars", Span(4.0, "bars")),
        (" 1 BAR ", Span(1.0, "bars")),
        ("0.000001", Span(0.000001, "s")),
    ],
)
def test_lengths_are_read_as_performers_write_them(text: str, span: Span) -> None:
    assert Span.parse(text) == span
    assert Span.parse(str(span)) == span


@given(st.text(max_size=12))
def test_whatever_is_read_can_be_written_and_read_again(text: str) -> None:
    try:
        span = Span.parse(text)
    except ValueError:
        return
    assert 0.0 < span.value <= 3600.0
    assert Span.parse(str(span)) == span


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "1e3", "3601", "2 m", ""])
def test_what_is_no_length(text: str) -> None:
    with pytest.raises(ValueError, match="a length above 0"):
        Span.parse(text)


def test_beats_and_bars_follow_the_tempo_and_seconds_do_not() -> None:
    assert Span(2.0).seconds(90.0) == 2.0
    assert Span(8.0, "beats").seconds(120.0) == 4.0
    assert Span(2.0, "bars").seconds(160.0) == 3.0
    assert Span(2.0, "beats").seconds(None) == 1.0
    assert Span(2.0).beats is None
    assert Span(2.0, "bars").beats == 8.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0), ("12.5", 12.5), ("1e3", 1000.0), ("1:30", 90.0), ("01:05.25", 65.25),
        ("0:07", 7.0), ("90:00", 5400.0), ("1:02:03.5", 3723.5), ("10:00:00", 36_000.0),
        (" 1:30 ", 90.0), ("-1", -1.0),
    ],
)  # fmt: skip
def test_times_are_read_as_seconds_or_on_a_clock(text: str, seconds: float) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "x", "1:", ":30", "1:60", "1:75:00", "1:2:3:4", "-1:30", "1:30s", "1:-5", "1:3e1"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_seconds(text)


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59_999))
def test_every_time_of_a_clock_is_its_seconds(hours: int, minutes: int, ms: int) -> None:
    text = f"{hours}:{minutes:02d}:{ms / 1000:06.3f}"
    assert parse_seconds(text) == pytest.approx(3600 * hours + 60 * minutes + ms / 1000)
