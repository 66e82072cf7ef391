"""Folding keeps what was heard between two frames."""

from __future__ import annotations

from visualizer.show.feature_fold import fold
from visualizer.types import Features


def test_an_onset_in_any_hop_is_kept() -> None:
    hops = [
        Features(hop=4, level=0.1, pulse=0.2),
        Features(hop=5, level=0.2, pulse=0.9, onset=True, strength=1.5),
        Features(hop=6, level=0.3, pulse=0.8),
    ]
    folded = fold(hops, Features())
    assert folded == Features(hop=6, level=0.3, pulse=0.9, onset=True, strength=1.5)


def test_without_hops_the_frame_before_stays_but_its_onset_was_seen() -> None:
    before = Features(hop=3, level=0.5, onset=True, strength=2.0, pulse=0.7)
    assert fold([], before) == Features(hop=3, level=0.5, pulse=0.7)
