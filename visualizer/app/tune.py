"""How this GPU draws fastest, measured while nobody looks: before the doors, or after a show."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from visualizer.errors import ChladniError
from visualizer.output.window.display import (
    SharedContext,
    connect,
    create_window,
    disconnect,
    display,
)
from visualizer.render.autotune.autotune import Finding, measure, widths_of
from visualizer.render.autotune.tuning_cache import kept_for
from visualizer.render.gl.context import attach, standalone
from visualizer.render.shader_text.tuning import Compute
from visualizer.style.library import open_library, read_slots, styles_folder
from visualizer.system.paths import slots_file, tunings_file
from visualizer.system.progress import StepBar, progress

log = logging.getLogger(__name__)


def tune(folder: Path | None) -> list[dict[str, Any]]:
    """Measure every width of a library's styles anew, and keep what is found; a row for each.

    Raises ChladniError.
    """
    styles = open_library(folder or styles_folder(), read_slots(slots_file())).styles
    return [_row(finding) for finding in _measure(widths_of(styles))]


def tune_after_show(widths: Collection[int]) -> None:
    """Measure what the show was drawn without knowing. A failure is a warning: it is over."""
    named = " and ".join(map(str, sorted(widths)))
    log.info(
        "the show is over; measuring how this GPU draws networks %s wide, for the next start;"
        " Ctrl-C leaves that out",
        named,
    )
    try:
        _measure(widths)
    except ChladniError as error:
        log.warning("not measured: %s", error)


def _measure(widths: Collection[int]) -> list[Finding]:
    with ExitStack() as opened, progress() as bar:
        # As a show's context where there is a display, without one as a film's.
        if opened.enter_context(display()):
            opened.enter_context(_hidden_window())
            context = opened.enter_context(attach())
        else:
            context = opened.enter_context(standalone())
        kept = kept_for(context)
        if not kept.can_keep():
            raise ChladniError(f"{tunings_file()} cannot be written, where what is found is kept")
        return measure(context, widths, kept, StepBar(bar, "measuring").reach)


@contextmanager
def _hidden_window() -> Iterator[None]:
    """A window that nobody sees; its context is current."""
    connect()
    try:
        with SharedContext(create_window(1, 1, "")):
            yield
    finally:
        disconnect()


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "width": finding.width,
        "fastest": "compute" if isinstance(finding.tuning, Compute) else "fragments",
        "ms": _rounded(finding.ms),
        "usual_ms": _rounded(finding.usual_ms),
    }


def _rounded(ms: float | None) -> float | None:
    return None if ms is None else round(ms, 2)
