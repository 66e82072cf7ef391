"""The styles that a show can switch to, whether they are ready to be drawn or not yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future

import numpy as np

from visualizer.contracts import Readiness
from visualizer.style.interpolate import fits
from visualizer.style.morph_pairs import Morphs
from visualizer.style.procedural.seeds import seed_style
from visualizer.style.style import Style


class StylePool:
    """Switching between the library's styles, those a script names, and fresh seeds.

    styles: in slot order. named: what else a script may name. random: draws random
    styles and seeds; seeded, so that a film repeats. submit: where seeds are grown: a thread
    pool's ``submit`` for a show, ``at_once`` for a film. morphs: pairs that may morph.
    """

    def __init__(  # noqa: PLR0913 - each is one thing that a film has otherwise
        self,
        styles: Sequence[Style],
        readiness: Readiness,
        *,
        random: np.random.Generator,
        submit: Callable[[Callable[[], Style]], Future[Style]],
        named: Mapping[str, Style] | None = None,
        morphs: Morphs | None = None,
    ) -> None:
        self._styles = tuple(styles)
        self._readiness = readiness
        self._random = random
        self._submit = submit
        self._named = {style.name: style for style in reversed(self._styles)} | dict(named or {})
        self._morphs = morphs or Morphs()
        self._growing: Future[Style] | None = None

    @property
    def styles(self) -> tuple[Style, ...]:
        """The styles in slot order: slot 1 is ``styles[0]``."""
        return self._styles

    def renew(self, style: Style) -> Style | None:
        """Put ``style`` in the place of the one of its name, or behind the last slot.

        Returns the one that it replaced, None where it is new.
        """
        old = next((other for other in self._styles if other.name == style.name), None)
        if old is None:
            self._styles += (style,)
        else:
            self._styles = tuple(style if other is old else other for other in self._styles)
        # What a script called the old one by, a path say, means the new one from now on.
        self._named = {spec: style if s is old else s for spec, s in self._named.items()}
        self._named[style.name] = style
        return old

    def get_ready(self) -> None:
        """Ask for everything ahead of the show."""
        for style in (*self._styles, *self._named.values()):
            self._readiness.ready(style)
        self._grow()

    def is_ready(self, style: Style) -> bool:
        """Whether it can be drawn now; asking sees to it that it will be."""
        return self._readiness.ready(style)

    def failed(self, style: Style) -> bool:
        """Whether it can never be drawn."""
        return self._readiness.failed(style)

    def neighbour(self, style: Style, step: int) -> Style | None:
        """The next style that did not fail, going round; from one of no slot, the first or last."""
        count = len(self._styles)
        place = self._place(style, step)
        for turn in range(1, count + 1):
            other = self._styles[(place + turn * step) % count]
            if other is not style and not self.failed(other):
                return other
        return None

    def any_other(self, style: Style) -> Style | None:
        """A random style that is not ``style``: one that is ready, if there is any."""
        able = [other for other in self._styles if other is not style and not self.failed(other)]
        others = [other for other in able if self.is_ready(other)] or able
        return others[int(self._random.integers(len(others)))] if others else None

    def slot(self, number: int) -> Style | None:
        """The style in slot ``number``, from 1, if there is one."""
        return self._styles[number - 1] if 1 <= number <= len(self._styles) else None

    def named(self, spec: str) -> Style | None:
        """A style by the name it has in the library or in the script."""
        return self._named.get(spec)

    def can_morph(self, before: Style, after: Style) -> bool:
        """Whether weights between these two look good all the way: measured, never guessed.

        But of one name are two checkpoints of one training: each came from the one before it.
        """
        grew = before.name == after.name and fits(before, after)
        return grew or self._morphs.allow(before, after)

    def fresh_seed(self) -> Style | None:
        """An untrained style that was grown ahead, None while it grows; the next starts growing."""
        growing = self._growing or self._grow()
        if not growing.done():
            return None
        style = growing.result()
        self._grow()
        return style

    def _grow(self) -> Future[Style]:
        seed = int(self._random.integers(1_000_000))

        def grow() -> Style:
            style = seed_style(seed)
            self._readiness.ready(style)
            return style

        self._growing = self._submit(grow)
        return self._growing

    def _place(self, style: Style, step: int) -> int:
        if style in self._styles:
            return self._styles.index(style)
        return -1 if step > 0 else 0


def at_once(grow: Callable[[], Style]) -> Future[Style]:
    """Grow a seed before returning: for films, where nothing may depend on time."""
    future: Future[Style] = Future()
    future.set_result(grow())
    return future
