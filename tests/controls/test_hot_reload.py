"""Styles that come during a show: frames are simulated, and jobs run when the test says so."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import Ready, make_frame, some_styles
from visualizer.contracts import Frame
from visualizer.controls.hot_reload import SETTLE_S, Attempt, HotReload
from visualizer.show.commands import apply
from visualizer.show.session import Session
from visualizer.show.style_pool import StylePool, at_once
from visualizer.style.procedural.seeds import seed_style
from visualizer.style.style import Style, style_sha256
from visualizer.style.style_file import save_style, style_bytes
from visualizer.types import Action, Features, Tick

STYLES = some_styles(3)
SEEDS = {seed: seed_style(seed) for seed in (77, 78)}
"""What files hold."""
NAMES = [style.name for style in STYLES]


class Preparing(Ready):
    """Remembers what was forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self.forgotten: list[Style] = []
        self.all_ready = True

    def ready(self, style: Style) -> bool:
        self.asked.append(style)
        return self.all_ready

    def forget(self, style: Style) -> None:
        self.forgotten.append(style)


class Show:
    """A show of one frame after the other, ten a second."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.preparer = Preparing()
        self.pool = StylePool(
            STYLES, self.preparer, random=np.random.default_rng(1), submit=at_once
        )
        self.hot_reload = HotReload(self.pool, self.preparer, self._submit)
        self.session = Session(STYLES[0], last=STYLES[1])
        self.waiting: list[tuple[Callable[[], Attempt], Future[Attempt]]] = []
        self.is_lazy = False
        self._index = 0

    def _submit(self, job: Callable[[], Attempt]) -> Future[Attempt]:
        future: Future[Attempt] = Future()
        self.waiting.append((job, future))
        if not self.is_lazy:
            self.work()
        return future

    def work(self) -> None:
        """What the thread would do."""
        for job, future in self.waiting:
            future.set_result(job())
        self.waiting.clear()

    def frame(self) -> list[Action]:
        """One frame; ``renewed`` does to the session what the loop does."""
        tick = Tick(self._index, self._index / 10, 0.1)
        self._index += 1
        actions = list(self.hot_reload.poll(tick))
        for action in actions:
            if action.name == "renewed":
                self.session = apply(action, self.session, self.pool)
        self.hot_reload.see(Frame(tick, (), Features(), self.session, tuple(actions)))
        return actions

    def frames(self, count: int) -> list[Action]:
        return [action for _ in range(count) for action in self.frame()]

    def write(self, name: str, seed: int) -> Path:
        path = self.folder / f"{name}.safetensors"
        save_style(replace(SEEDS[seed], name=name), path)
        return path


@pytest.fixture
def show(tmp_path: Path) -> Show:
    return Show(tmp_path)


def test_a_changed_file_takes_its_slot_and_the_stage_in_one_frame(show: Show) -> None:
    show.hot_reload.expect(show.write(NAMES[0], 77))
    assert show.frames(3) == [Action("renewed", (NAMES[0],))]
    new = show.pool.styles[0]
    assert style_sha256(new) == style_sha256(SEEDS[77])
    assert show.session.style is new
    assert show.pool.slot(1) is show.pool.named(NAMES[0]) is new
    assert show.pool.neighbour(new, 1) is STYLES[1]
    assert [style.name for style in show.pool.styles] == NAMES


def test_a_new_file_goes_behind_the_last_slot(show: Show, caplog: pytest.LogCaptureFixture) -> None:
    show.hot_reload.expect(show.write("comet", 78))
    with caplog.at_level(logging.INFO):
        assert show.frames(3) == [Action("renewed", ("comet",))]
    assert [style.name for style in show.pool.styles] == [*NAMES, "comet"]
    assert show.pool.slot(4) is show.pool.named("comet")
    assert show.session.style is STYLES[0]
    assert caplog.messages == ["comet is new, in the last slot"]


def test_what_a_script_calls_by_a_path_is_renewed_with_its_file() -> None:
    pool = StylePool(
        STYLES, Ready(), random=np.random.default_rng(1), submit=at_once,
        named={"styles/first.safetensors": STYLES[0], "other/first.safetensors": STYLES[2]},
    )  # fmt: skip
    new = replace(SEEDS[77], name=NAMES[0])
    assert pool.renew(new) is STYLES[0]
    assert pool.named("styles/first.safetensors") is new
    assert pool.named("other/first.safetensors") is STYLES[2]


def test_another_thread_may_go_through_the_paths_while_styles_come(show: Show) -> None:
    before = show.hot_reload.paths
    path = show.write("comet", 78)
    show.hot_reload.expect(path)
    show.frames(3)
    assert before == {}
    assert show.hot_reload.paths == {"comet": path}


def test_nothing_is_asked_for_before_the_style_can_be_drawn(show: Show) -> None:
    show.preparer.all_ready = False
    show.hot_reload.expect(show.write(NAMES[0], 77))
    assert show.frames(50) == []
    assert show.pool.styles == STYLES
    show.preparer.all_ready = True
    assert show.frames(1) == [Action("renewed", (NAMES[0],))]


def test_a_dropped_style_is_shown_after_it_is_on_the_shelf(show: Show) -> None:
    show.hot_reload.expect(show.write("comet", 78), shown=True)
    assert show.frames(3) == [Action("renewed", ("comet",)), Action("style", ("comet",))]


def test_half_a_file_is_waited_for_and_nothing_is_said(
    show: Show, caplog: pytest.LogCaptureFixture
) -> None:
    whole = style_bytes(replace(SEEDS[77], name=NAMES[0]))
    path = show.folder / f"{NAMES[0]}.safetensors"
    steps = int(SETTLE_S * 10)
    for part in (1, 2, 3):
        path.write_bytes(whole[: part * len(whole) // 4])
        if part == 1:
            show.hot_reload.expect(path)
        assert show.frames(steps) == []
    path.write_bytes(whole)
    assert show.frames(2 * steps) == [Action("renewed", (NAMES[0],))]
    assert caplog.messages == []


def test_a_broken_file_is_named_once_and_the_last_good_style_stays(
    show: Show, caplog: pytest.LogCaptureFixture
) -> None:
    path = show.folder / f"{NAMES[0]}.safetensors"
    path.write_bytes(b"no style at all")
    show.hot_reload.expect(path)
    assert show.frames(int(SETTLE_S * 10) - 1) == []
    assert caplog.messages == []
    assert show.frames(100) == []
    assert len(caplog.messages) == 1
    assert f"{path} is not a style that can be played" in caplog.text
    assert show.session.style is show.pool.styles[0] is STYLES[0]
    show.hot_reload.expect(show.write(NAMES[0], 77))
    assert show.frames(3) == [Action("renewed", (NAMES[0],))]


def test_a_deleted_file_stays_in_the_show_and_a_dropped_one_is_missed(
    show: Show, caplog: pytest.LogCaptureFixture
) -> None:
    show.hot_reload.expect(show.folder / f"{NAMES[0]}.safetensors")
    assert show.frames(30) == []
    assert caplog.messages == []
    show.hot_reload.expect(show.folder / "gone.safetensors", shown=True)
    assert show.frames(30) == []
    assert "gone.safetensors: No such file" in caplog.text
    assert show.pool.styles == STYLES


def test_a_file_that_changes_while_it_is_read_is_read_again(show: Show) -> None:
    show.is_lazy = True
    path = show.write(NAMES[0], 77)
    show.hot_reload.expect(path, shown=True)
    show.frame()
    show.work()
    show.write(NAMES[0], 78)
    show.hot_reload.expect(path)
    assert show.frame() == []
    show.work()
    assert [action.name for action in show.frames(2)] == ["renewed", "style"]
    assert style_sha256(show.session.style) == style_sha256(SEEDS[78])


def test_an_hour_of_training_keeps_one_style_and_forgets_all_before_it(show: Show) -> None:
    shown = [STYLES[0]]
    for number in range(20):
        show.hot_reload.expect(show.write(NAMES[0], 77 + number % 2))
        show.frames(5)
        shown.append(show.session.style)
    assert len(set(shown)) == 21
    assert show.preparer.forgotten == shown[:-1]


def test_one_that_is_overtaken_before_it_could_be_drawn_is_forgotten_too(show: Show) -> None:
    show.preparer.all_ready = False
    for seed in (77, 78):
        show.hot_reload.expect(show.write(NAMES[0], seed), shown=seed == 77)
        show.frames(3)
    (overtaken,) = show.preparer.forgotten
    assert style_sha256(overtaken) == style_sha256(SEEDS[77])
    show.preparer.all_ready = True
    assert [action.name for action in show.frames(1)] == ["renewed", "style"]
    assert style_sha256(show.session.style) == style_sha256(SEEDS[78])


def test_a_replaced_style_is_kept_as_long_as_the_session_holds_it(show: Show) -> None:
    show.hot_reload.expect(show.write(NAMES[1], 77))
    held = replace(show.session, last=STYLES[1])
    (action,) = [action for _ in range(3) for action in show.hot_reload.poll(Tick(0, 0.0, 0.1))]
    assert action == Action("renewed", (NAMES[1],))
    frame = make_frame(session=held)
    show.hot_reload.see(frame)
    assert show.preparer.forgotten == []
    show.hot_reload.see(replace(frame, session=replace(held, last=None)))
    assert show.preparer.forgotten == [STYLES[1]]


def test_whatever_reading_raises_the_show_goes_on(
    show: Show, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(path: Path) -> Style:
        raise MemoryError(f"no room for {path.name}")

    monkeypatch.setattr("visualizer.controls.hot_reload.load_style", broken)
    show.hot_reload.expect(show.write("comet", 77))
    assert show.frames(30) == []
    assert caplog.messages == ["no room for comet.safetensors"]
