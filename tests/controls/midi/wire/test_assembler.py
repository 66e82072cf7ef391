"""Pairs of controllers and numbered parameters, put together from their messages."""

from __future__ import annotations

from visualizer.controls.midi.wire.assembler import Assembler
from visualizer.controls.midi.wire.messages import FINE_TOP, Source, Touch


def feed(
    *ccs: tuple[int, int], channel: int = 1, assembler: Assembler | None = None
) -> list[Touch]:
    assembler = assembler or Assembler()
    return [
        whole
        for number, value in ccs
        for whole in assembler.feed(Touch(Source("cc", channel, number), value))
    ]


def test_a_pair_of_controllers_is_touched_with_all_its_bits() -> None:
    assert feed((7, 100), (39, 5)) == [
        Touch(Source("cc", 1, 7), 100),
        Touch(Source("cc", 1, 39), 5),
        Touch(Source("cc14", 1, 7), 100 * 128 + 5, FINE_TOP),
    ]


def test_a_low_half_alone_keeps_the_high_one_and_is_nothing_before_it() -> None:
    assert feed((39, 5)) == [Touch(Source("cc", 1, 39), 5)]
    assert feed((7, 100), (39, 5), (39, 6))[-1].value == 100 * 128 + 6


def test_channels_have_pairs_of_their_own() -> None:
    assembler = Assembler()
    feed((7, 100), assembler=assembler)
    assert len(feed((39, 5), channel=2, assembler=assembler)) == 1


def test_a_parameter_is_known_by_its_number_and_has_seven_bits_until_it_shows_more() -> None:
    assembler = Assembler()
    parameter = Source("nrpn", 1, 2 * 128 + 44)
    assert feed((99, 2), (98, 44), (6, 64), assembler=assembler) == [Touch(parameter, 64)]
    assert feed((38, 9), assembler=assembler) == [Touch(parameter, 64 * 128 + 9, FINE_TOP)]
    assert feed((6, 65), assembler=assembler) == [Touch(parameter, 65 * 128, FINE_TOP)]


def test_without_a_parameter_data_entry_is_a_controller_like_any_other() -> None:
    assert feed((6, 1)) == [Touch(Source("cc", 1, 6), 1)]
    assert feed((99, 2), (98, 44), (99, 127), (98, 127), (6, 1)) == [Touch(Source("cc", 1, 6), 1)]
    assert feed((99, 2), (98, 44), (101, 0), (100, 0), (6, 1)) == [Touch(Source("cc", 1, 6), 1)]


def test_other_kinds_pass() -> None:
    note = Touch(Source("note", 1, 36), 100)
    assert Assembler().feed(note) == (note,)
