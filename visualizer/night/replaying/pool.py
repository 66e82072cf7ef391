"""The styles of a night: each question is answered as it was."""

from __future__ import annotations

from collections.abc import Mapping

from visualizer.contracts import Pool
from visualizer.night.replaying.cursor import Cursor
from visualizer.style.style import Style


class NightPool:
    """Says what was said then. What nobody asked then, an edited night asks ``others``."""

    def __init__(self, cursor: Cursor, styles: Mapping[str, Style], others: Pool) -> None:
        self._cursor = cursor
        self._styles = styles
        self._others = others
        self._unready: set[Style] = set()
        self._seed_grows = False

    def is_ready(self, style: Style) -> bool:
        """As in ``Pool``: what was not ready then comes when it came then."""
        known, answer = self._answer("is_ready")
        if not known:
            # Asked more often than then, at a higher rate: nothing has changed since.
            return style not in self._unready and self._others.is_ready(style)
        if answer:
            self._unready.discard(style)
        else:
            self._unready.add(style)
        return bool(answer)

    def failed(self, style: Style) -> bool:
        """As in ``Pool``."""
        known, answer = self._answer("failed")
        return bool(answer) if known else self._others.failed(style)

    def neighbour(self, style: Style, step: int) -> Style | None:
        """As in ``Pool``."""
        known, answer = self._style("neighbour", step)
        return answer if known else self._others.neighbour(style, step)

    def any_other(self, style: Style) -> Style | None:
        """As in ``Pool``."""
        known, answer = self._style("any_other")
        return answer if known else self._others.any_other(style)

    def slot(self, number: int) -> Style | None:
        """As in ``Pool``."""
        known, answer = self._style("slot", number)
        return answer if known else self._others.slot(number)

    def named(self, spec: str) -> Style | None:
        """As in ``Pool``."""
        known, answer = self._style("named", spec)
        return answer if known else self._others.named(spec)

    def can_morph(self, before: Style, after: Style) -> bool:
        """As in ``Pool``."""
        known, answer = self._answer("can_morph")
        return bool(answer) if known else self._others.can_morph(before, after)

    def fresh_seed(self) -> Style | None:
        """As in ``Pool``."""
        known, answer = self._style("fresh_seed")
        if not known:
            return None if self._seed_grows else self._others.fresh_seed()
        self._seed_grows = answer is None
        return answer

    def _style(self, *question: str | int) -> tuple[bool, Style | None]:
        known, answer = self._answer(*question)
        return known, self._styles[answer] if isinstance(answer, str) else None

    def _answer(self, *question: str | int) -> tuple[bool, str | bool | None]:
        """Whether this was asked in the ticks that are due, and what was said; each counts once."""
        for said in self._cursor.answers:
            if said.question == question:
                self._cursor.answers.remove(said)
                return True, said.answer
        return False, None
