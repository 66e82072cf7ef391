"""The prompter beside a show of single frames; the trainer is one that the test plays."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fakes import Ready, some_styles
from visualizer.contracts import Frame
from visualizer.controls.prompt import prompter as module
from visualizer.controls.prompt.prompter import Prompter, missing_install, reading
from visualizer.controls.prompt.training import Sight, Standing
from visualizer.controls.prompt.typed_line import TypedLine
from visualizer.duration import Span
from visualizer.show.commands import apply, check_action
from visualizer.show.session import Session
from visualizer.show.style_pool import StylePool, at_once
from visualizer.show.transitions import advance
from visualizer.style.procedural.seeds import seed_style
from visualizer.style.style import Style
from visualizer.types import Action, Beat, Features, Tick

STYLES = some_styles(3)
GROWING = replace(seed_style(77), name="a-rose")
RACING = Standing("race", 6, 8, 70, 0.2, None)
TRAINED = Standing("training", 1, 40, 70, 0.25, 130.0)


def checkpoint() -> Style:
    """Another one of the same training."""
    return replace(GROWING)


class FakeTraining:
    """Is seen as the test says."""

    def __init__(
        self, text: str, options: Sequence[str], folder: Path, taken: Sequence[str]
    ) -> None:
        self.text, self.options, self.folder, self.taken = text, options, folder, taken
        self.sight: Sight | Exception = Sight()
        self.finished: list[Style | None] = []

    def start(self) -> None:
        if self.text == "no process":
            raise OSError("no more processes")

    def look(self) -> Sight:
        if isinstance(self.sight, Exception):
            raise self.sight
        seen, self.sight = self.sight, replace(self.sight, checkpoint=None)
        return seen

    def finish(self, last: Style | None) -> Path | None:
        self.finished.append(last)
        return None if last is None else self.folder / f"{last.name}.safetensors"


class Show:
    """A show of ten frames a second."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.readiness = Ready()
        self.forgotten: list[Style] = []
        monkeypatch.setattr(self.readiness, "forget", self.forgotten.append)
        self.pool = StylePool(
            STYLES, self.readiness, random=np.random.default_rng(1), submit=at_once
        )
        self.line = TypedLine()
        self.kept: list[Path] = []
        self.trainings: list[FakeTraining] = []
        monkeypatch.setattr(module, "Training", self._begun)
        monkeypatch.setattr(module, "missing_install", str)
        self.prompter = Prompter(
            self.line, self.pool, self.readiness, self._submit,
            folder=folder, options=["--preset", "quick"], kept=self.kept.append,
        )  # fmt: skip
        self.session = Session(STYLES[0], fade=Span(0.5, "s"))
        self._index = 0

    def _begun(self, *arguments: Any) -> FakeTraining:
        self.trainings.append(FakeTraining(*arguments))
        return self.trainings[-1]

    @staticmethod
    def _submit(job: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(job())
        except Exception as error:  # noqa: BLE001 - as a thread pool does
            future.set_exception(error)
        return future

    @property
    def training(self) -> FakeTraining:
        return self.trainings[-1]

    def frames(self, count: int, *asked: Action) -> list[Action]:
        """What the prompter asks for; ``asked`` by somebody else in the first frame."""
        said: list[Action] = []
        for number in range(count):
            tick = Tick(self._index, self._index / 10, 0.1)
            self._index += 1
            actions = list(self.prompter.poll(tick))
            said += actions
            for action in actions:
                check_action(action)
            for action in (*actions, *(asked if number == 0 else ())):
                self.session = apply(action, self.session, self.pool)
            self.session = advance(self.session, 0.1, Beat(), Beat())
            self.prompter.see(Frame(tick, (), Features(), self.session, tuple(actions)))
        return said

    def train(self) -> Style:
        """Begin, and let the first checkpoint come onto the stage."""
        self.prompter.begin("a rose")
        first = checkpoint()
        self.training.sight = Sight(TRAINED, first)
        assert self.frames(12) == [Action("fade", ("a-rose", "0.5s"))]
        assert self.session.style is first
        assert self.session.crossing is None
        return first


@pytest.fixture
def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Show:
    return Show(tmp_path, monkeypatch)


def test_without_a_sentence_the_line_opens(show: Show) -> None:
    show.prompter.begin()
    assert show.line.is_open
    assert show.trainings == []


def test_the_trainer_is_told_what_settings_say_and_which_names_are_taken(show: Show) -> None:
    show.prompter.begin("a rose")
    assert show.training.text == "a rose"
    assert show.training.options == ("--preset", "quick")
    assert show.training.taken == [style.name for style in STYLES]


def test_nothing_comes_before_the_race_has_its_winner(show: Show) -> None:
    show.prompter.begin("a rose")
    show.training.sight = Sight(RACING)
    assert show.frames(20) == []
    assert show.prompter.reading() == "“a rose”: race of 6, similarity 0.200"


def test_the_first_picture_crosses_and_each_further_one_morphs(show: Show) -> None:
    first = show.train()
    second = checkpoint()
    show.training.sight = Sight(TRAINED, second)
    assert show.frames(5) == [Action("morph", ("a-rose", "3s"))]
    crossing = show.session.crossing
    assert crossing is not None
    assert (show.session.base, crossing.target, crossing.morph) == (first, second, True)
    assert [layer.toward for layer in show.session.layers] == [second]
    show.frames(40)
    assert show.session.style is second
    assert [style.name for style in show.pool.styles].count("a-rose") == 1


def test_a_checkpoint_waits_for_the_morph_before_it_and_is_overtaken_by_the_next(
    show: Show,
) -> None:
    show.train()
    second, third, fourth = checkpoint(), checkpoint(), checkpoint()
    asked: list[Action] = []
    for new in (second, third, fourth):
        show.training.sight = Sight(TRAINED, new)
        asked += show.frames(6)
    assert asked == [Action("morph", ("a-rose", "3s"))]
    assert show.forgotten == [third]
    show.frames(70)
    assert show.session.style is fourth


def test_who_went_to_another_style_stays_there(show: Show) -> None:
    show.train()
    show.frames(1, Action("slot", ("2",)))
    second = checkpoint()
    show.training.sight = Sight(TRAINED, second)
    assert show.frames(5) == [Action("renewed", ("a-rose",))]
    assert show.session.style is STYLES[1]
    assert show.session.last is second
    assert show.pool.styles[-1] is second


def test_nothing_comes_before_it_can_be_drawn(show: Show) -> None:
    show.prompter.begin("a rose")
    first = checkpoint()
    show.readiness.waiting.append(first)
    show.training.sight = Sight(TRAINED, first)
    assert show.frames(20) == []
    show.readiness.waiting.clear()
    assert show.frames(1) == [Action("fade", ("a-rose", "0.5s"))]


def test_an_hour_of_training_keeps_no_more_than_what_the_session_holds(show: Show) -> None:
    shown = [show.train()]
    for _ in range(10):
        shown.append(checkpoint())
        show.training.sight = Sight(TRAINED, shown[-1])
        show.frames(40)
    # The one before is where ``last`` leads.
    assert show.forgotten == shown[:-2]


def test_a_run_that_ends_keeps_its_last_checkpoint(show: Show, tmp_path: Path) -> None:
    show.train()
    last = checkpoint()
    show.training.sight = Sight(TRAINED, last, has_ended=True)
    show.frames(10)
    assert show.session.asked is last
    assert show.training.finished == [last]
    assert show.kept == [tmp_path / "a-rose.safetensors"]
    assert show.prompter.reading() == ""


def test_ended_by_hand_it_keeps_what_is_on(show: Show) -> None:
    first = show.train()
    show.prompter.end()
    show.frames(1)
    assert show.training.finished == [first]
    show.prompter.end()
    assert len(show.kept) == 1


def test_another_prompt_ends_the_one_before(show: Show) -> None:
    first = show.train()
    show.prompter.begin("a tree")
    assert [training.text for training in show.trainings] == ["a rose", "a tree"]
    assert show.trainings[0].finished == [first]
    assert "a-rose" in show.training.taken


def test_the_end_of_the_show_keeps_the_newest_also_where_nobody_saw_it(show: Show) -> None:
    with show.prompter:
        show.train()
        unseen = checkpoint()
        show.readiness.waiting.append(unseen)
        show.training.sight = Sight(TRAINED, unseen)
        show.frames(5)
    assert show.training.finished == [unseen]
    assert len(show.kept) == 1


@pytest.mark.parametrize("problem", [Sight(TRAINED, has_ended=True, problem="killed"), OSError(5)])
def test_when_the_trainer_dies_the_show_goes_on_and_says_so_once(
    show: Show, problem: Sight | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    first = show.train()
    show.training.sight = problem
    show.frames(20)
    warnings = [line for line in caplog.messages if "the show goes on" in line]
    assert len(warnings) == 1
    assert "'a rose'" in warnings[0]
    assert show.session.style is first
    assert show.training.finished == [first]


def test_a_process_that_cannot_begin_is_a_warning(
    show: Show, caplog: pytest.LogCaptureFixture
) -> None:
    show.prompter.begin("no process")
    assert show.frames(10) == []
    assert "no more processes" in caplog.text
    assert show.kept == []


def test_without_torch_one_sentence_names_the_command(
    show: Show, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    monkeypatch.setattr(module, "missing_install", missing_install)
    with caplog.at_level(logging.WARNING):
        show.prompter.begin()
    assert not show.line.is_open
    assert "./train.sh" in caplog.messages[0]
    assert show.frames(2) == [Action("hud", ("1",))]
    assert show.session.hud_shown


def test_the_reading_tells_iteration_similarity_and_time_left() -> None:
    assert reading("x", None) == "“x”: the trainer starts"
    assert reading("x", TRAINED) == "“x”: iteration 40 of 70, similarity 0.250, 2 min left"
    soon = replace(TRAINED, seconds_left=9.4)
    assert reading("x", soon).endswith("similarity 0.250, 9 s left")
