"""Choose, then move: what becomes of choices and touches."""

from __future__ import annotations

import pytest

from tests.controls.midi.fakes import DESK, touch
from visualizer.controls.midi.bindings import Binding, Place
from visualizer.controls.midi.learner import Learner, Lesson
from visualizer.controls.midi.wire.messages import Touch
from visualizer.types import Action


class Lessons:
    """A learner that has begun, and what it has taught."""

    def __init__(self) -> None:
        self.bound: dict[Place, Binding] = {}
        self.learner = Learner(self.bound.get)
        self.learner.toggle()

    def choose(self, action: str) -> None:
        name, *args = action.split()
        self.learner.choose(Action(name, tuple(args)))

    def touch(self, *touches: Touch) -> Lesson | None:
        lessons = [
            lesson
            for one in touches
            if (lesson := self.learner.touch(Place(DESK, one.source), one)) is not None
        ]
        for lesson in lessons:
            if lesson.binding is None:
                self.bound.pop(lesson.place)
            else:
                self.bound[lesson.place] = lesson.binding
        return lessons[0] if lessons else None

    def said(self) -> str | None:
        """What was learned last, as the map says it."""
        *_, (place, binding) = self.bound.items()
        return f"{place.source} = {binding.does}, {binding.how}"


def turn(source: str, *values: int) -> list[Touch]:
    return [touch(source, value) for value in values]


def test_a_prompt_leads_through() -> None:
    lessons = Lessons()
    assert lessons.learner.prompt.startswith("choose a command by its key or slider, then move")
    lessons.choose("slot 3")
    assert lessons.learner.prompt == "slot 3: now move or press its control"
    lessons.touch(touch("note 1/36", 100))
    assert lessons.learner.prompt.startswith("note 1/36 of Desk is slot 3; choose")
    lessons.learner.toggle()
    assert not lessons.learner.is_on
    assert lessons.learner.prompt == ""


@pytest.mark.parametrize(
    ("chosen", "touches", "learned"),
    [
        ("slot 3", turn("note 1/36", 100), "note 1/36 = slot 3, trigger"),
        ("slot 3", turn("note 1/36", 0, 100), "note 1/36 = slot 3, trigger"),
        ("slot 3", turn("cc 1/20", 127), "cc 1/20 = slot 3, trigger"),
        ("slot 3", turn("program 1/4", 127), "program 1/4 = slot 3, trigger"),
        ("zoom 1.5", turn("note 1/36", 100), "note 1/36 = zoom 1.5, trigger"),
        ("zoom up", turn("cc 1/20", 127, 0), "cc 1/20 = zoom up, trigger"),
        ("zoom up", turn("cc 1/13", *range(40, 49)), "cc 1/13 = zoom, pickup"),
        ("hue 0.2", turn("cc 1/13", 1, 1, 2, 1, 127, 127, 126, 127), "cc 1/13 = hue, twos"),
        ("hue 0.2", turn("cc 1/13", 65, 65, 66, 65, 63, 63, 62, 63), "cc 1/13 = hue, offset"),
        ("hue 0.2", turn("cc 1/13", 1, 1, 2, 1, 65, 65, 66, 65), "cc 1/13 = hue, sign"),
        ("dimmer down", [touch("bend 1", 9000, 16383)], "bend 1 = dimmer, pickup"),
        ("dimmer down", [touch("nrpn 1/300", 64)], "nrpn 1/300 = dimmer, pickup"),
        ("cross right", turn("cc 1/8", *range(9)), "cc 1/8 = cross, pickup"),
    ],
)
def test_what_is_learned(chosen: str, touches: list[Touch], learned: str) -> None:
    lessons = Lessons()
    lessons.choose(chosen)
    assert lessons.touch(*touches)
    assert lessons.said() == learned


def test_a_pair_of_controllers_is_learned_as_one() -> None:
    lessons = Lessons()
    lessons.choose("zoom up")
    for value in range(8):
        lessons.touch(
            touch("cc 1/7", 40 + value),
            touch("cc 1/39", 16 * value),
            touch("cc14 1/7", (40 + value) * 128 + 16 * value, 16383),
        )
    assert lessons.said() == "cc14 1/7 = zoom, pickup"
    assert len(lessons.bound) == 1


def test_an_encoder_is_asked_for_both_ways() -> None:
    lessons = Lessons()
    lessons.choose("hue 0.1")
    assert lessons.touch(*turn("cc 1/13", *[1] * 12)) is None
    assert lessons.learner.prompt == "hue 0.1: keep turning, to the right and to the left"
    assert lessons.touch(*turn("cc 1/13", 127)) is not None


def test_without_a_choice_nothing_is_learned() -> None:
    lessons = Lessons()
    assert lessons.touch(*turn("note 1/36", 100)) is None
    lessons.choose("next")
    assert lessons.touch(*turn("note 1/36", 100))
    assert lessons.touch(*turn("note 1/37", 100)) is None


def test_the_same_again_is_unlearned() -> None:
    lessons = Lessons()
    for _ in range(2):
        lessons.choose("next")
        lesson = lessons.touch(*turn("note 1/36", 100))
    assert lesson == Lesson(Place(DESK, touch("note 1/36", 1).source), None)
    assert not lessons.bound


def test_another_command_takes_the_control_over() -> None:
    lessons = Lessons()
    for command in ("next", "blackout"):
        lessons.choose(command)
        lessons.touch(*turn("note 1/36", 100))
    assert lessons.said() == "note 1/36 = blackout, trigger"


def test_clearing_forgets_what_is_touched() -> None:
    lessons = Lessons()
    lessons.choose("next")
    lessons.touch(*turn("note 1/36", 100, 0))
    lessons.learner.forget()
    assert lessons.touch(*turn("note 1/37", 100, 0)) is None
    assert "does nothing" in lessons.learner.prompt
    assert lessons.touch(*turn("note 1/36", 100))
    assert not lessons.bound
    assert lessons.touch(*turn("note 1/36", 100)) is None
