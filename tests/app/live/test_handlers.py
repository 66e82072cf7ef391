from __future__ import annotations

import re
from typing import Any

import pytest

from tests.fakes import make_frame
from visualizer.app.live.handlers import Handlers
from visualizer.show.beat.beat_clock import OBEYED
from visualizer.show.commands import BY_NAME, CARRIED_OUT, COMMANDS
from visualizer.types import Action


def test_each_command_changes_the_session_or_the_beat_or_has_a_handler() -> None:
    changing = {command.name for command in COMMANDS if command.change is not None}
    sets = (changing, set(OBEYED), set(CARRIED_OUT))
    assert set.union(*sets) == set(BY_NAME)
    assert sum(map(len, sets)) == len(COMMANDS)


def test_each_action_goes_to_its_handler_with_its_arguments() -> None:
    done: list[tuple[Any, ...]] = []

    def noting(name: str) -> Any:
        return lambda *args: done.append((name, *args))

    handlers = Handlers({name: noting(name) for name in CARRIED_OUT})
    handlers.see(make_frame("next", "keep", Action("drop", ("a b.flac",)), "tap", "keep"))
    assert done == [("keep",), ("drop", "a b.flac"), ("keep",)]


@pytest.mark.parametrize(
    ("names", "wrong"),
    [(CARRIED_OUT - {"drop"}, "drop"), (CARRIED_OUT | {"dropp"}, "dropp"), ({"next"}, "next")],
)
def test_a_command_without_a_handler_is_refused_before_the_show(
    names: set[str], wrong: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(wrong)):
        Handlers(dict.fromkeys(names, lambda: None))
