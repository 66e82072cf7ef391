"""What the first picture need not wait for, done after it."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from visualizer.app.live.controls import LiveControls
from visualizer.app.live.graphics import LiveGraphics
from visualizer.contracts import Frame
from visualizer.output.hud.hud import Hud
from visualizer.style.library import library_folders


class Deferred:
    """An observer that does one job a frame, in their order, from the second frame on."""

    def __init__(self, *jobs: Callable[[], object]) -> None:
        self._jobs = deque(jobs)

    def see(self, frame: Frame) -> None:
        """Do the next job, if there is one."""
        if frame.tick.index > 0 and self._jobs:
            self._jobs.popleft()()


def open_later(
    graphics: LiveGraphics, hud: Hud, controls: LiveControls, library: Path, closing: ExitStack
) -> Deferred:
    """All that opens after the first picture. library: the styles' folder."""
    # Closed after what writes down how the show ended: a driver that compiles takes its time.
    late = closing.enter_context(ExitStack())
    return Deferred(
        graphics.renderer.warm_up_crossings,
        lambda: late.enter_context(graphics.preparer),
        graphics.pool.get_ready,
        lambda: late.enter_context(hud),
        lambda: watch_library(library, controls.hot_reload.expect, late),
        _resume_garbage_collection,
        *controls.rig.jobs,
    )


def pause_garbage_collection(closing: ExitStack) -> None:
    """What is loaded until the first picture stays: to look for garbage in it takes .04 s."""
    gc.disable()
    closing.callback(gc.enable)


def _resume_garbage_collection() -> None:
    """From now on, and never in what is here already: all of it at once takes two frames."""
    gc.freeze()
    gc.enable()


def watch_library(library: Path, tell: Callable[[Path], None], closing: ExitStack) -> None:
    """Look out for styles that are new or change, in folders that may be new too."""
    # The library that watches takes .01 s to load: the first picture comes without.
    from visualizer.system.watcher import Watcher  # noqa: PLC0415 - as above

    for each in library_folders(library):
        # The user's own folder is not there before the first style is trained. One that cannot be
        # made cannot be watched, which is said then.
        with suppress(OSError):
            each.mkdir(parents=True, exist_ok=True)
        closing.enter_context(Watcher(each, tell))
