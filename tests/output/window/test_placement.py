"""Where windows go on monitors."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from visualizer.output.window.placement import Area, centred, nearest

LEFT = Area(0, 0, 1920, 1080)
RIGHT = Area(1920, 200, 1280, 800)
sides = st.integers(1, 10_000)


def test_a_window_goes_to_the_middle() -> None:
    assert centred(1280, 720, LEFT) == Area(320, 180, 1280, 720)
    assert centred(640, 360, RIGHT) == Area(2240, 420, 640, 360)


def test_a_window_too_large_shrinks_and_keeps_its_shape() -> None:
    assert centred(3840, 2160, RIGHT) == Area(1920, 240, 1280, 720)


@given(sides, sides, sides, sides)
def test_a_window_always_fits(width: int, height: int, room: int, high: int) -> None:
    area = centred(width, height, Area(7, -9, room, high))
    assert 1 <= area.width <= min(width, room)
    assert 1 <= area.height <= min(height, high)
    assert area.overlap(Area(7, -9, room, high)) == area.width * area.height


def test_a_window_belongs_to_the_monitor_that_shows_most_of_it() -> None:
    assert nearest([LEFT, RIGHT], Area(1500, 300, 600, 400)) == 0
    assert nearest([LEFT, RIGHT], Area(1800, 300, 600, 400)) == 1
    assert nearest([LEFT, RIGHT], Area(-5000, 0, 10, 10)) == 0
