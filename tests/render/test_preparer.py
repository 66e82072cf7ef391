"""Preparing off the loop: order, failures, and a clean end, with a fake renderer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest

from visualizer.errors import GraphicsError
from visualizer.render.preparer import PrepareNow, Preparer
from visualizer.style.procedural.seeds import seed_style
from visualizer.style.style import Style

WAIT_S = 20.0


class Recorder:
    """Notes in which thread each style was prepared, and fails for those it is told to."""

    def __init__(self, *failing: Style) -> None:
        self._failing = failing
        self.prepared: list[tuple[Style, str]] = []
        self.forgotten: list[tuple[Style, str]] = []
        self.started = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()

    def prepare(self, style: Style) -> None:
        self.started.set()
        assert self.go_on.wait(WAIT_S)
        if style in self._failing:
            raise GraphicsError("its program does not fit")
        self.prepared.append((style, threading.current_thread().name))

    def forget(self, style: Style) -> None:
        self.forgotten.append((style, threading.current_thread().name))


class Context:
    """A GL context that notes which thread it was current in."""

    def __init__(self, *, broken: bool = False) -> None:
        self._broken = broken
        self.entered_in = self.left_in = ""

    def __enter__(self) -> None:
        if self._broken:
            raise GraphicsError("no second context")
        self.entered_in = threading.current_thread().name

    def __exit__(self, *_: object) -> None:
        self.left_in = threading.current_thread().name


def preparer_of(
    recorder: Recorder, new_context: Callable[[], AbstractContextManager[object]]
) -> Preparer:
    return Preparer(recorder.prepare, recorder.forget, new_context)


@pytest.fixture(scope="module")
def styles() -> list[Style]:
    return [seed_style(n) for n in range(3)]


def wait_until_ready(preparer: Preparer, style: Style) -> None:
    pause = threading.Event()
    for _ in range(int(WAIT_S / 0.005)):
        if preparer.ready(style):
            return
        pause.wait(0.005)
    pytest.fail(f"{style.name} never got ready")


def test_styles_get_ready_in_order_in_another_thread_with_the_context(styles: list[Style]) -> None:
    renderer, context = Recorder(), Context()
    with preparer_of(renderer, lambda: context) as preparer:
        assert [preparer.ready(style) for style in styles] == [False, False, False]
        wait_until_ready(preparer, styles[2])
        assert all(preparer.ready(style) for style in styles)
    assert renderer.prepared == [(style, "preparer") for style in styles]
    assert (context.entered_in, context.left_in) == ("preparer", "preparer")


def test_a_style_is_not_ready_while_it_is_in_hand(styles: list[Style]) -> None:
    renderer = Recorder()
    renderer.go_on.clear()
    with preparer_of(renderer, nullcontext) as preparer:
        preparer.ready(styles[0])
        assert renderer.started.wait(WAIT_S)
        assert not preparer.ready(styles[0])
        renderer.go_on.set()
        wait_until_ready(preparer, styles[0])
    assert len(renderer.prepared) == 1


def test_a_failure_is_logged_once_and_the_next_style_gets_ready(
    styles: list[Style], caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = styles[:2]
    with caplog.at_level(logging.WARNING), preparer_of(Recorder(bad), nullcontext) as preparer:
        preparer.ready(bad)
        wait_until_ready(preparer, good)
        assert not preparer.ready(bad)
        assert not preparer.ready(bad)
    assert [record.message for record in caplog.records] == [
        f"{bad.name} cannot be made ready: its program does not fit"
    ]


def test_what_is_forgotten_leaves_in_the_same_thread_and_is_not_ready(styles: list[Style]) -> None:
    old, new, later = styles
    renderer = Recorder()
    with preparer_of(renderer, nullcontext) as preparer:
        for style in (old, new):
            preparer.ready(style)
            wait_until_ready(preparer, style)
        preparer.forget(old)
        wait_until_ready(preparer, later)
        assert renderer.forgotten == [(old, "preparer")]
        assert preparer.ready(new)
        # Asked for again, it is made ready again.
        assert not preparer.ready(old)
        wait_until_ready(preparer, old)
    assert [style for style, _ in renderer.prepared] == [old, new, later, old]


def test_what_is_forgotten_before_its_turn_is_never_prepared(styles: list[Style]) -> None:
    in_hand, waiting, last = styles
    renderer = Recorder()
    renderer.go_on.clear()
    with preparer_of(renderer, nullcontext) as preparer:
        for style in styles:
            preparer.ready(style)
        assert renderer.started.wait(WAIT_S)
        preparer.forget(in_hand)
        preparer.forget(waiting)
        renderer.go_on.set()
        wait_until_ready(preparer, last)
        assert preparer._ready == {last}
    assert [style for style, _ in renderer.prepared] == [in_hand, last]


def test_leaving_gives_up_what_still_waits(styles: list[Style]) -> None:
    renderer = Recorder()
    renderer.go_on.clear()
    with preparer_of(renderer, nullcontext) as preparer:
        for style in styles:
            preparer.ready(style)
        assert renderer.started.wait(WAIT_S)
        threading.Timer(0.05, renderer.go_on.set).start()
    assert len(renderer.prepared) <= 1
    assert "preparer" not in [thread.name for thread in threading.enumerate()]


def test_without_a_second_context_nothing_gets_ready_and_nothing_hangs(
    styles: list[Style], caplog: pytest.LogCaptureFixture
) -> None:
    with preparer_of(Recorder(), lambda: Context(broken=True)) as preparer:
        assert not preparer.ready(styles[0])
    assert "no style can be made ready during the show: no second context" in caplog.text


def test_for_a_film_a_style_is_prepared_on_the_spot(styles: list[Style]) -> None:
    renderer = Recorder(styles[1])
    now = PrepareNow(renderer.prepare, renderer.forget)
    assert now.ready(styles[0])
    assert renderer.prepared == [(styles[0], threading.current_thread().name)]
    with pytest.raises(GraphicsError):
        now.ready(styles[1])
