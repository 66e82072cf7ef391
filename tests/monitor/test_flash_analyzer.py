from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from visualizer.monitor.flash_analyzer import Finding, FlashAnalyzer
from visualizer.types import Image

ROWS, COLUMNS = 20, 40


def findings(
    image_at: Callable[[float], Image], fps: float = 60.0, length_s: float = 3.0
) -> tuple[Finding, Finding]:
    analyzer = FlashAnalyzer()
    for index in range(round(fps * length_s)):
        analyzer.see(image_at(index / fps), index / fps)
    return analyzer.general, analyzer.red


def is_on(time_s: float, rate_hz: float) -> bool:
    return (time_s * rate_hz + 1e-9) % 1.0 < 0.5


def strobe(
    rate_hz: float, low: int = 0, high: int = 255, columns: slice = slice(None)
) -> Callable[[float], Image]:
    """Part of a grey picture goes on and off."""

    def image_at(time_s: float) -> Image:
        image = np.full((ROWS, COLUMNS, 3), 100, np.uint8)
        image[:, columns] = high if is_on(time_s, rate_hz) else low
        return image

    return image_at


@pytest.mark.parametrize("fps", [24.0, 25.0, 30.0, 50.0, 60.0])
def test_a_strobe_is_counted_in_flashes_a_second(fps: float) -> None:
    for rate_hz in (1.0, 2.0, 3.0, 4.0, 6.0, 10.0):
        general, red = findings(strobe(rate_hz), fps)
        # Two changes are a flash: a second of a strobe holds its rate in them, or half a one more.
        assert general.flashes in {int(rate_hz), int(rate_hz + 0.5)}
        assert general.passes == (rate_hz <= 3.0)
        assert (general.over > 0) == (not general.passes)
        assert red == Finding()


def test_the_worst_second_is_told_by_its_end() -> None:
    def image_at(time_s: float) -> Image:
        return strobe(5.0)(time_s if 2.0 <= time_s < 3.0 else 0.0)

    general, _ = findings(image_at, length_s=6.0)
    assert general.flashes == 5
    assert 2.5 < general.time_s <= 3.0


def test_a_quarter_of_the_picture_may_flash_as_it_likes() -> None:
    quarter = strobe(8.0, columns=slice(0, COLUMNS // 4))
    assert findings(quarter)[0] == Finding()
    more = strobe(8.0, columns=slice(0, COLUMNS // 4 + 1))
    assert findings(more)[0].flashes == 8
    scattered = strobe(8.0, columns=slice(None, None, 3))
    assert findings(scattered)[0].flashes == 8


def test_small_changes_and_changes_among_bright_states_are_no_flashes() -> None:
    # 89 is .1 of the light of white, within a hair; 231 is .80.
    assert findings(strobe(8.0, 0, 88))[0] == Finding()
    assert findings(strobe(8.0, 0, 90))[0].flashes == 8
    assert findings(strobe(8.0, 232, 255))[0] == Finding()
    assert findings(strobe(8.0, 230, 255))[0].flashes == 8


def test_halves_in_opposition_and_halves_by_turns_flash() -> None:
    def opposed(time_s: float) -> Image:
        image = np.zeros((ROWS, COLUMNS, 3), np.uint8)
        half = is_on(time_s, 5.0)
        image[:, half * COLUMNS // 2 : COLUMNS // 2 + half * COLUMNS // 2] = 255
        return image

    def by_turns(time_s: float) -> Image:
        image = np.zeros((ROWS, COLUMNS, 3), np.uint8)
        half = int(time_s * 5.0 + 1e-9) % 2
        start = half * COLUMNS // 2
        image[:, start : start + COLUMNS // 2] = 255 * is_on(time_s, 5.0)
        return image

    assert findings(opposed)[0].flashes == 5
    assert findings(by_turns)[0].flashes == 5


def test_a_pattern_that_moves_is_not_a_flash() -> None:
    """Stripes drift: every pixel goes on and off, but only some at any one time."""
    x = np.arange(COLUMNS) / COLUMNS

    def image_at(time_s: float) -> Image:
        row = np.where((4.0 * x + 3.0 * time_s) % 1.0 < 0.5, 255, 0)
        return np.broadcast_to(row[None, :, None], (ROWS, COLUMNS, 3)).astype(np.uint8)

    assert findings(image_at)[0].passes


def test_saturated_red_flashes_where_its_luminance_does_not() -> None:
    def image_at(time_s: float) -> Image:
        # 70 is .061 of red: 19.6 and 20.2 of WCAG's units for 70 and 71, luminance of .013.
        return np.full((ROWS, COLUMNS, 3), [high * is_on(time_s, 8.0), 0, 0], np.uint8)

    high = 70
    assert findings(image_at) == (Finding(), Finding())
    high = 71
    general, red = findings(image_at)
    assert (general, red.flashes) == (Finding(), 8)


def test_red_that_is_not_saturated_does_not_count() -> None:
    def image_at(time_s: float) -> Image:
        colour = [120, 70, 0] if is_on(time_s, 8.0) else [80, 46, 0]
        return np.full((ROWS, COLUMNS, 3), colour, np.uint8)

    assert findings(image_at)[1] == Finding()


def test_only_the_way_from_peak_to_valley_counts() -> None:
    """A staircase is one change, and what trembles on its steps is none."""
    steps = [0, 60, 62, 60, 120, 118, 120, 180, 178, 180, 255]

    def image_at(time_s: float) -> Image:
        return np.full((ROWS, COLUMNS, 3), steps[round(20.0 * time_s) % len(steps)], np.uint8)

    assert findings(image_at, 20.0, len(steps) / 20.0)[0].flashes == 0
    assert findings(image_at, 20.0, 2.0 * len(steps) / 20.0)[0].flashes == 1
