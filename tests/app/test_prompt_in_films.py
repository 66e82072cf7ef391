"""A film is refused what only a show can carry out."""

from __future__ import annotations

import pytest

from visualizer.app.preflight import check_for_film
from visualizer.errors import ChladniError
from visualizer.types import Action


@pytest.mark.parametrize("action", [Action("prompt", ("a rose",)), Action("prompt-off")])
def test_a_training_is_refused_with_its_time(action: Action) -> None:
    with pytest.raises(ChladniError, match=rf"at 2.5 s is {action.name}, which a film"):
        check_for_film([(1.0, Action("next")), (2.5, action)])


def test_everything_else_may_be_filmed() -> None:
    check_for_film([(1.0, Action("next")), (2.5, Action("hud"))])
