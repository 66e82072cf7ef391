from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.duration import Span


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
