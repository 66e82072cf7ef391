"""Bytes and what they say, by the MIDI 1.0 specification's own examples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.controls.midi.wire.messages import (
    FINE_TOP,
    Source,
    Touch,
    Transport,
    decode,
    encode,
)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ((0xB0, 13, 64), Touch(Source("cc", 1, 13), 64)),
        ((0x99, 36, 100), Touch(Source("note", 10, 36), 100)),
        ((0x99, 36, 0), Touch(Source("note", 10, 36), 0)),
        ((0x89, 36, 64), Touch(Source("note", 10, 36), 0)),
        ((0xE2, 0x00, 0x40), Touch(Source("bend", 3), 8192, FINE_TOP)),
        ((0xCF, 5), Touch(Source("program", 16, 5), 127)),
        ((0xF8,), Transport("clock")),
        ((0xFA,), Transport("start")),
        ((0xFB,), Transport("continue")),
        ((0xFC,), Transport("stop")),
        # The low seven bits come first: eight sixteenths, and 130.
        ((0xF2, 0x08, 0x00), Transport("position", 8)),
        ((0xF2, 0x02, 0x01), Transport("position", 130)),
        ((0xFE,), None),
        ((0xD0, 5), None),
        ((0xF0, 0x7E, 0xF7), None),
        ((), None),
        ((0x40, 1, 2), None),
        ((0xB0, 1), None),
        ((0xB0, 1, 200), None),
    ],
)
def test_what_bytes_say(data: tuple[int, ...], said: Touch | Transport | None) -> None:
    assert decode(data) == said


@given(st.lists(st.integers(0, 255), max_size=8))
def test_no_bytes_raise(data: list[int]) -> None:
    decode(data)


@given(
    st.sampled_from(["cc", "note"]), st.integers(1, 16), st.integers(0, 127), st.integers(0, 127)
)
def test_what_is_shown_is_what_was_sent(kind: str, channel: int, number: int, value: int) -> None:
    source = Source(kind, channel, number)
    (message,) = encode(source, value / 127)
    assert decode(message) == Touch(source, value)


@given(st.integers(1, 16), st.integers(0, FINE_TOP))
def test_a_wheel_is_shown_with_all_its_bits(channel: int, value: int) -> None:
    (message,) = encode(Source("bend", channel), value / FINE_TOP)
    assert decode(message) == Touch(Source("bend", channel), value, FINE_TOP)


@pytest.mark.parametrize("text", ["cc 1/7", "note 10/36", "cc14 16/31", "nrpn 1/16383", "bend 2"])
def test_a_control_is_written_as_it_is_read(text: str) -> None:
    assert str(Source.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("knob 1/7", "KIND CHANNEL/NUMBER"),
        ("cc 17/7", "KIND CHANNEL/NUMBER"),
        ("cc 1", "KIND CHANNEL/NUMBER"),
        ("bend 1/3", "KIND CHANNEL/NUMBER"),
        ("cc ٣/7", "KIND CHANNEL/NUMBER"),
        ("cc 1/128", "at most 127"),
        ("cc14 1/32", "at most 31"),
    ],
)
def test_what_is_no_control_is_refused(text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        Source.parse(text)
