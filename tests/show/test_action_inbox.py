from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visualizer.errors import UsageError
from visualizer.show.action_inbox import LONGEST_REST_S, ActionInbox
from visualizer.show.commands import COMMANDS, check_action
from visualizer.types import Action, Tick


class Saying:
    """Asks for whatever ``say`` returns."""

    def __init__(self, say: Callable[[Tick], Any]) -> None:
        self._say = say

    def poll(self, tick: Tick) -> Sequence[Action]:
        said: Sequence[Action] = self._say(tick)
        return said


class Failing:
    """Raises while ``broken``, and counts how often it is asked."""

    def __init__(self) -> None:
        self.broken = True
        self.polls_s: list[float] = []

    def poll(self, tick: Tick) -> Sequence[Action]:
        self.polls_s.append(tick.time_s)
        if self.broken:
            raise OSError("the cable is out")
        return (Action("tap"),)


def tick(time_s: float) -> Tick:
    return Tick(round(time_s * 10), time_s, 0.1)


NOW = tick(0.0)
GOOD = Saying(lambda _: [Action("next")])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Action("nxt"), "control Saying is not heard: there is no action 'nxt'; known: next"),
        (Action("zoom"), "zoom got 0 arguments, expected 'zoom X|up|down'"),
        (Action("zoom", ("nan",)), "zoom got 'nan', expected a number from 0.25 to 4"),
        (Action("zoom", (2.0,)), "whose name and arguments are texts"),  # type: ignore[arg-type]
        (Action(["zoom"]), "whose name and arguments are texts"),  # type: ignore[arg-type]
        ("blackout", "expected an action"),
        (None, "expected an action"),
    ],
)
def test_what_cannot_be_done_is_a_warning_and_the_others_play_on(
    asked: object, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = ActionInbox((Saying(lambda _: [Action("tap"), asked, Action("seed")]), GOOD))
    assert inbox.poll(NOW) == (Action("tap"), Action("seed"), Action("next"))
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert said in record.getMessage()
    assert "\n" not in record.getMessage()


@pytest.mark.parametrize("said", [None, 7, [None], Action("tap")])
def test_a_control_may_return_anything(said: object) -> None:
    assert ActionInbox((Saying(lambda _: said), GOOD)).poll(NOW) == (Action("next"),)


def test_a_flood_is_said_once_a_second_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    inbox = ActionInbox((Saying(lambda _: [Action("nxt")] * 50),))
    for n in range(30):
        assert inbox.poll(tick(n / 10)) == ()
    warned = [record.getMessage() for record in caplog.records]
    assert len(warned) == 3
    assert [" (and" in text for text in warned] == [False, True, True]
    assert warned[1].endswith("(and 499 times before)")


def test_a_control_that_fails_rests_longer_each_time_and_comes_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failing = Failing()
    inbox = ActionInbox((failing, GOOD))
    for n in range(10 * 200):
        assert inbox.poll(tick(n / 10)) == (Action("next"),)
    assert failing.polls_s == [0, 1, 3, 7, 15, 31, 63, 95, 127, 159, 191]
    assert failing.polls_s[-1] - failing.polls_s[-2] == LONGEST_REST_S
    assert "control Failing failed, and rests for 1 s: OSError: the cable" in caplog.text

    failing.broken = False
    assert inbox.poll(tick(223.0)) == (Action("tap"), Action("next"))
    failing.broken = True
    inbox.poll(tick(224.0))
    inbox.poll(tick(224.9))
    inbox.poll(tick(225.0))
    assert failing.polls_s[-3:] == [223.0, 224.0, 225.0]


def is_taken(action: Action) -> bool:
    try:
        check_action(action)
    except UsageError:
        return False
    return True


NAMES = st.sampled_from([command.name for command in COMMANDS]) | st.text()
ACTIONS = st.builds(Action, NAMES, st.lists(st.text(), max_size=3).map(tuple))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTIONS | st.integers() | st.none() | st.binary(), max_size=8))
def test_only_what_a_command_takes_comes_in(asked: list[Any]) -> None:
    def is_one(action: object) -> bool:
        return isinstance(action, Action) and is_taken(action)

    assert list(ActionInbox((Saying(lambda _: asked),)).poll(NOW)) == list(filter(is_one, asked))
