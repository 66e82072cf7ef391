"""How the networks of some styles are compiled for the GPU at hand."""

from __future__ import annotations

from collections.abc import Iterable

import moderngl

from visualizer.render.autotune.autotune import self_tune
from visualizer.render.autotune.tuning_cache import KeptTunings, driver_key
from visualizer.render.shader_text.layout import width_class
from visualizer.render.shader_text.tuning import Tunings
from visualizer.style.style import Style
from visualizer.system.paths import tunings_file


def tuned(context: moderngl.Context, styles: Iterable[Style], *, tune: bool) -> Tunings | None:
    """What was measured on this driver, now or before; None is the table's.

    Measures where a width is new to the driver and ``tune`` asks for it, which takes seconds:
    before a show or a film, never during one. Raises GraphicsError.
    """
    if not tune:
        return None
    widths = {width_class(style.architecture.width) for style in styles}
    return self_tune(context, widths, KeptTunings(tunings_file(), driver_key(context)))
