"""How a night was drawn, and is again."""

from __future__ import annotations

import logging

from visualizer.contracts import Picture, Scene
from visualizer.night.journal import Header
from visualizer.night.replaying.cursor import Cursor
from visualizer.render.autotune.tuning_cache import tunings_in
from visualizer.render.renderer import Renderer
from visualizer.render.shader_text.tuning import Tunings

log = logging.getLogger(__name__)


class SightedRenderer:
    """Draws every scene at the scale at which it was drawn, and in its size.

    size: of all pictures, where it is to be another.
    """

    def __init__(
        self, renderer: Renderer, cursor: Cursor, size: tuple[int, int] | None = None
    ) -> None:
        self._renderer = renderer
        self._cursor = cursor
        self._size = size

    def draw(self, scene: Scene) -> Picture:
        """Draw one scene."""
        sight = self._cursor.note.sight
        self._renderer.resize(*(self._size or sight.size))
        # A journal that was mended may ask for more than there is room for.
        self._renderer.set_scale(min(sight.scale, self._renderer.most_scale))
        return self._renderer.draw(scene)


def recorded_tunings(header: Header) -> Tunings | None:
    """The shader's forms of the night; None where they cannot be read: then this GPU's usual."""
    found = tunings_in(header.tunings)
    if not found or len(found) != len(header.tunings):
        log.warning("the night does not say how networks were compiled: pictures may differ")
        return None
    return found
