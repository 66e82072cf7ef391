"""A prompt becomes a style while the show goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

from visualizer.contracts import Frame, Readiness
from visualizer.controls.prompt.training import Sight, Standing, Training
from visualizer.controls.prompt.typed_line import TypedLine
from visualizer.errors import ChladniError
from visualizer.show.session import Session
from visualizer.show.style_pool import StylePool
from visualizer.style.style import Style
from visualizer.types import Action, Tick

log = logging.getLogger(__name__)

LOOK_S = 0.25
"""How often somebody looks how far the trainer is."""
MORPH = "3s"
"""From one checkpoint to the next; they come every five seconds and more."""
NEEDED = ("torch", "open_clip")


@dataclass(slots=True, eq=False)
class Run:
    """A training and what the show has of it.

    job: under way in the worker. waiting: a checkpoint that is not on yet. shown: the last that
    is.
    """

    training: Training
    job: Future[Sight | None] | None
    due_s: float = 0.0
    standing: Standing | None = None
    waiting: Style | None = None
    shown: Style | None = None
    has_ended: bool = False

    @property
    def newest(self) -> Style | None:
        """Its last checkpoint."""
        return self.waiting or self.shown


class Prompter:
    """A control and an observer: trains toward a sentence, one at a time, and shows it.

    The first checkpoint comes as a smooth change when the race has its winner, each further one
    as a morph from the one before; where the stage is another style's meanwhile, they only take
    their slot. What a checkpoint replaced leaves the GPU when the session has let go of it.

    line: opens where no sentence is given. submit: runs a job off the loop, in order: a thread
    pool's of one thread. folder: where the style goes in the end. options: further ones of the
    trainer's. kept: told of its file.
    """

    def __init__(  # noqa: PLR0913 - each is one thing that it works with
        self,
        line: TypedLine,
        pool: StylePool,
        readiness: Readiness,
        submit: Callable[..., Future[Any]],
        *,
        folder: Path,
        options: Sequence[str] = (),
        kept: Callable[[Path], object] = lambda _path: None,
    ) -> None:
        self._line = line
        self._pool = pool
        self._readiness = readiness
        self._submit = submit
        self._folder = folder
        self._options = tuple(options)
        self._kept = kept
        self._run: Run | None = None
        self._session: Session | None = None
        self._replaced: list[Style] = []
        self._asked: list[Action] = []
        self._leaving: list[Future[Path | None]] = []

    def __enter__(self) -> Self:
        """Nothing happens before somebody asks."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the training, and wait until its style is kept."""
        self._leave()
        wait(self._leaving)
        self._tell_kept()

    # --- what is asked for

    def begin(self, text: str = "") -> None:
        """Train toward ``text``, in place of what is trained now; without one, open the line."""
        if missing := missing_install():
            log.warning("%s", missing)
            self._asked.append(Action("hud", ("1",)))
            return
        if not text.strip():
            self._line.open()
            return
        self._leave()
        taken = [style.name for style in self._pool.styles]
        training = Training(text, self._options, self._folder, taken)
        self._run = Run(training, self._submit(training.start))

    def end(self) -> None:
        """End the training, and keep its style."""
        self._leave()

    # --- control

    def poll(self, tick: Tick) -> Sequence[Action]:
        """Look after the trainer, and ask for what is new of it."""
        asked, self._asked = self._asked, []
        self._tell_kept()
        run = self._run
        if run is None:
            return asked
        if run.job is not None and run.job.done():
            self._conclude(run, run.job)
            run.job = None
        if run.job is None and not run.has_ended and tick.time_s >= run.due_s:
            run.due_s = tick.time_s + LOOK_S
            run.job = self._submit(run.training.look)
        if run.waiting is not None and self._readiness.ready(run.waiting):
            asked += self._take_over(run, run.waiting)
        if run.has_ended and run.waiting is None:
            self._leave()
        return asked

    # --- observer

    def see(self, frame: Frame) -> None:
        """Give back what was replaced and is not in the session any more."""
        self._session = frame.session
        held = frame.session.held
        for style in [style for style in self._replaced if style not in held]:
            self._replaced.remove(style)
            self._readiness.forget(style)

    # --- for the HUD

    def reading(self) -> str:
        """How far it is; empty while nothing is trained."""
        return "" if self._run is None else reading(self._run.training.text, self._run.standing)

    # --- inside

    def _conclude(self, run: Run, job: Future[Sight | None]) -> None:
        """Take note of what the worker found."""
        try:
            sight = job.result()
        # A file or a system may make a library raise anything: the training is lost, not the show.
        except Exception as error:  # noqa: BLE001 - told right here
            sight = Sight(has_ended=True, problem=str(error))
        if sight is None:
            return
        run.standing = sight.standing or run.standing
        if sight.checkpoint is not None:
            if run.waiting is not None:
                # Overtaken before it could be shown.
                self._readiness.forget(run.waiting)
            run.waiting = sight.checkpoint
        run.has_ended = sight.has_ended
        if sight.problem:
            log.warning(
                "the training of %r ended, and the show goes on: %s",
                run.training.text,
                sight.problem,
            )

    def _take_over(self, run: Run, style: Style) -> Sequence[Action]:
        session, name = self._session, style.name
        if session is None:
            return ()
        how = Action("renewed", (name,))
        if run.shown is None:
            how = Action("fade", (name, str(session.fade)))
        elif session.asked.name == name and not session.locked:
            if session.crossing is not None or session.waiting is not None:
                return ()
            how = Action("morph", (name, MORPH))
        run.shown, run.waiting = style, None
        old = self._pool.renew(style)
        if old is not None:
            self._replaced.append(old)
        return (how,)

    def _leave(self) -> None:
        """End the run, if there is one; its style is kept in the worker."""
        run, self._run = self._run, None
        if run is None:
            return
        if run.waiting is not None:
            self._readiness.forget(run.waiting)
        training, newest = run.training, run.newest
        self._leaving.append(self._submit(lambda: _finish(training, newest)))

    def _tell_kept(self) -> None:
        for leaving in [leaving for leaving in self._leaving if leaving.done()]:
            self._leaving.remove(leaving)
            if (path := leaving.result()) is not None:
                self._kept(path)


def _finish(training: Training, newest: Style | None) -> Path | None:
    try:
        path = training.finish(newest)
    except ChladniError as error:
        log.warning("the style of %r is not kept: %s", training.text, error)
        return None
    if path is None:
        log.info("%r had shown nothing yet: no style is kept", training.text)
    else:
        log.info("%r is kept: %s", training.text, path)
    return path


def missing_install() -> str:
    """What must be done before anything can be trained; empty where all is there."""
    if all(find_spec(name) is not None for name in NEEDED):
        return ""
    return (
        "a prompt needs torch and open_clip, which are not installed here:"
        ' ./train.sh clip --check installs them, without a checkout pip install "chladni[train]"'
    )


def reading(text: str, standing: Standing | None) -> str:
    """Where a training stands, for people."""
    if standing is None:
        return f"“{text}”: the trainer starts"
    similarity = f"similarity {standing.similarity:.3f}"
    if not standing.has_winner:
        return f"“{text}”: race of {standing.racing}, {similarity}"
    at = f"“{text}”: iteration {standing.step} of {standing.total}, {similarity}"
    left_s = standing.seconds_left
    if left_s is None:
        return at
    left = f"{left_s:.0f} s" if left_s < 100.0 else f"{left_s / 60.0:.0f} min"
    return f"{at}, {left} left"
