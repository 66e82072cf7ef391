"""A race for the prompt: some iterations each, the weaker half drops out, and so on.

Successive halving (Jamieson & Talwalkar, 2016). What a candidate can become does not show in
it: of six, twenty iterations told the two that ended ahead from the four that did not, where
CLIP's view of the untrained pictures had two of them third and fifth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from trainer.clip.guide import Guide
from trainer.clip.targets import Target
from trainer.start.candidates import Candidate
from trainer.training.optimize import Progress, Training, iterate
from trainer.training.states import States

LARGEST_SHARE = 1.0 / 3.0
"""Of a run's iterations before its finish, what a race may take."""
LEAST_RUNG = 8
MOST_RUNG = 20
"""Iterations between two halvings: fewer tell too little, more tell no more."""
SIZES = (12, 8, 6, 4, 3, 2)


@dataclass(slots=True, eq=False)
class Entrant:
    """One training in the race; candidate is None where there was nothing to choose.

    centred: the mean cosine of each iteration so far.
    """

    candidate: Candidate | None
    training: Training
    centred: list[float] = field(default_factory=list)

    def describe(self) -> dict[str, Any]:
        """As JSON values."""
        candidate = None if self.candidate is None else self.candidate.describe()
        return {"candidate": candidate, "centred": self.centred}


class Race:
    """The entrants that are left, in the order of the field. Over when there is one."""

    def __init__(
        self, entrants: list[Entrant], rung: int, lost: Sequence[dict[str, Any]] = ()
    ) -> None:
        self.entrants = entrants
        self.rung = rung
        self.lost = list(lost)
        """Who dropped out: candidates with ``iterations`` and ``centred`` when they did."""

    @property
    def winner(self) -> Entrant:
        """Who leads; the only one once the race is over."""
        return max(self.entrants, key=self._recent)

    @property
    def racing(self) -> bool:
        """Whether more than one is left."""
        return len(self.entrants) > 1

    def run(self, guide: Guide, target: Target, states: States) -> Iterator[Progress]:
        """Iterate all in turn until one is left; yields after every iteration."""
        while self.racing:
            entrant = min(self.entrants, key=lambda one: one.training.step)
            progress = iterate(entrant.training, guide, target, states)
            entrant.centred.append(progress.parts["centred"])
            racing = len(self.entrants)
            self._halve()
            yield replace(progress, racing=racing)

    def _halve(self) -> None:
        steps = {entrant.training.step for entrant in self.entrants}
        if len(steps) > 1 or steps.pop() % self.rung:
            return
        ranked = sorted(self.entrants, key=self._recent, reverse=True)
        staying = ranked[: (len(ranked) + 1) // 2]
        self.lost += [
            {
                **(one.candidate.describe() if one.candidate else {}),
                "iterations": one.training.step,
                "centred": self._recent(one),
            }
            for one in ranked[len(staying) :]
        ]
        self.entrants = [one for one in self.entrants if one in staying]

    def _recent(self, entrant: Entrant) -> float:
        """The mean of the last half rung: before it, the rate is still going up."""
        recent = entrant.centred[-max(self.rung // 2, 1) :]
        return sum(recent) / max(len(recent), 1)


def plan_race(iterations: int, candidates: int) -> tuple[int, int]:
    """(entrants, iterations of a rung): the most that a run of so many iterations can afford."""
    budget = int(iterations * LARGEST_SHARE)
    for size in SIZES:
        rung = budget // race_iterations(size, 1)
        if size <= candidates and rung >= LEAST_RUNG:
            return size, min(rung, MOST_RUNG)
    return 1, LEAST_RUNG


def race_iterations(size: int, rung: int) -> int:
    """Iterations of all entrants together; the winner's are not lost."""
    total = 0
    while size > 1:
        total += size * rung
        size = (size + 1) // 2
    return total
