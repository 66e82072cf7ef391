"""How the networks of some styles are compiled for the GPU at hand."""

from __future__ import annotations

from collections.abc import Iterable

import moderngl

from visualizer.places import tunings_file
from visualizer.render.kept_tunings import KeptTunings, driver_key
from visualizer.render.layout import width_class
from visualizer.render.selftune import self_tune
from visualizer.render.tuning import Tunings
from visualizer.style import Style


def tuned(context: moderngl.Context, styles: Iterable[Style], *, tune: bool) -> Tunings | None:
    """What was measured on this driver, now or before; None is the table's.

    Measures where a width is new to the driver and ``tune`` asks for it, which takes seconds:
    before a show or a film, never during one. Raises GraphicsError.
    """
    if not tune:
        return None
    widths = {width_class(style.architecture.width) for style in styles}
    return self_tune(context, widths, KeptTunings(tunings_file(), driver_key(context)))
