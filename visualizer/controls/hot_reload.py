"""Files that come during the show: styles that changed or are new, and whatever was dropped."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from visualizer.contracts import Frame, Readiness
from visualizer.show.style_pool import StylePool
from visualizer.style.style import Style, style_sha256
from visualizer.style.style_file import load_style
from visualizer.types import Action, Tick

log = logging.getLogger(__name__)

SETTLE_S = 1.0
"""A file that cannot be read is tried again after so long, as long as it changes meanwhile.

File managers copy into the open, so that half a file is seen before the whole one.
"""
STYLE_SUFFIXES = frozenset({".safetensors", ".pth", ".pt", ".pkl", ".ckpt"})
"""Torch's are refused where styles are read, with a word on how to convert them."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """How reading a file went. state: its time and size before that; None if it is not there."""

    state: tuple[int, int] | None
    result: Style | Exception


@dataclass(frozen=True, slots=True)
class Expected:
    """A file that is to be read. due_s: when. shown: go to the style once it is there.

    attempt: under way. before: how the last one found the file.
    """

    due_s: float
    shown: bool
    attempt: Future[Attempt] | None = None
    before: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A style that waits until it is ready to be drawn."""

    path: Path
    style: Style
    shown: bool


class HotReload:
    """A control and an observer: takes style files over when they can be drawn at once.

    A ``renewed NAME`` is asked for in the frame in which the pool has the new style, and
    ``style NAME`` after it for one that was dropped. What a style replaced leaves the GPU when
    the session has let go of it, so that an hour of training takes no more memory than a minute.
    A broken file is one line in the log, and nothing changes.

    submit: runs a job off the loop, in order: a thread pool's of one thread.
    """

    def __init__(
        self,
        pool: StylePool,
        readiness: Readiness,
        submit: Callable[[Callable[[], Attempt]], Future[Attempt]],
    ) -> None:
        self._pool = pool
        self._readiness = readiness
        self._submit = submit
        self._told: queue.SimpleQueue[tuple[Path, bool]] = queue.SimpleQueue()
        self._expected: dict[Path, Expected] = {}
        self._loaded: dict[str, Loaded] = {}
        self._replaced: list[Style] = []
        self.paths: dict[str, Path] = {}
        """Where each style that was taken over came from, by its name. Replaced, never changed:
        other threads may go through it."""

    def expect(self, path: Path, *, shown: bool = False) -> None:
        """Take over the style in this file, now or when it is whole. From any thread.

        shown: go to it, as for one that was dropped.
        """
        self._told.put((path, shown))

    def note_path(self, path: Path) -> None:
        """The pool's style of this name has its file here now."""
        self.paths = {**self.paths, path.stem: path}

    def poll(self, tick: Tick) -> Sequence[Action]:
        """Put what is ready into the pool, and ask for it."""
        self._note_told(tick.time_s)
        for path, expected in list(self._expected.items()):
            self._go_on(path, expected, tick.time_s)
        ready = [new for new in self._loaded.values() if self._readiness.ready(new.style)]
        return [action for new in ready for action in self._take_over(new)]

    def see(self, frame: Frame) -> None:
        """Give back what was replaced and is not in the session any more."""
        held = frame.session.held
        for style in [style for style in self._replaced if style not in held]:
            self._replaced.remove(style)
            self._readiness.forget(style)

    def _note_told(self, now_s: float) -> None:
        while not self._told.empty():
            path, shown = self._told.get()
            # Begun anew, also while it is being read: that may be what the file was before.
            before = self._expected.get(path)
            shown = shown or (before is not None and before.shown)
            self._expected[path] = Expected(now_s, shown)

    def _go_on(self, path: Path, expected: Expected, now_s: float) -> None:
        attempt = expected.attempt
        if attempt is None:
            if now_s >= expected.due_s:
                begun = self._submit(lambda: _attempt(path))
                self._expected[path] = Expected(now_s, expected.shown, begun, expected.before)
        elif attempt.done():
            del self._expected[path]
            self._conclude(path, expected, attempt.result(), now_s)

    def _conclude(self, path: Path, expected: Expected, found: Attempt, now_s: float) -> None:
        if isinstance(found.result, Style):
            if not expected.shown and self._has(found.result):
                self.note_path(path)
                return
            self._make_ready(Loaded(path, found.result, expected.shown))
        elif found.state is None and not expected.shown:
            # Renamed or deleted meanwhile: the style stays in the show.
            log.debug("%s is gone", path)
        elif found.state in {None, expected.before}:
            log.warning("%s", found.result)
        else:
            later = Expected(now_s + SETTLE_S, expected.shown, before=found.state)
            self._expected[path] = later

    def _has(self, style: Style) -> bool:
        """Whether the pool has the very same weights under this name, as of a style just kept."""
        named = (other for other in self._pool.styles if other.name == style.name)
        return any(style_sha256(other) == style_sha256(style) for other in named)

    def _make_ready(self, new: Loaded) -> None:
        before = self._loaded.get(new.style.name)
        if before is not None:
            # Overtaken before it could be shown.
            self._readiness.forget(before.style)
            new = replace(new, shown=new.shown or before.shown)
        self._loaded[new.style.name] = new

    def _take_over(self, new: Loaded) -> Sequence[Action]:
        name = new.style.name
        del self._loaded[name]
        self.paths = {**self.paths, name: new.path}
        old = self._pool.renew(new.style)
        if old is None:
            log.info("%s is new, in the last slot", name)
        else:
            log.debug("%s is renewed", name)
            self._replaced.append(old)
        renewed = Action("renewed", (name,))
        return [renewed, Action("style", (name,))] if new.shown else [renewed]


class Drops:
    """Hands what was dropped onto the window to who takes it over.

    show_style, play_song: called with the path; neither blocks, and both say in the log why
    they cannot. Whatever does not look like a style is taken for a song.
    """

    def __init__(
        self, show_style: Callable[[Path], None], play_song: Callable[[Path], None]
    ) -> None:
        self._show_style = show_style
        self._play_song = play_song

    def take(self, name: str) -> None:
        """Look at the path of a ``drop PATH``."""
        path = Path(name)
        is_style = path.suffix.lower() in STYLE_SUFFIXES
        (self._show_style if is_style else self._play_song)(path)


def _attempt(path: Path) -> Attempt:
    state: tuple[int, int] | None = None
    # A file may make a library raise anything: it is lost then, not the show.
    try:
        if path.exists():
            state = (path.stat().st_mtime_ns, path.stat().st_size)
        return Attempt(state, load_style(path))
    except Exception as error:  # noqa: BLE001 - logged by who asked
        return Attempt(state, error)
