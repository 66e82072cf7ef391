"""One whole run: from a request to NAME.safetensors, NAME.png and NAME.json.

A run leaves a checkpoint and a preview beside the output while it lasts. An interrupt is
taken between two iterations, so that a checkpoint never holds half a step.
"""

from __future__ import annotations

import json
import logging
import math
import platform
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from types import FrameType
from typing import Any

from trainer.clip.guide import Guide, has_bfloat16
from trainer.clip.judges import ClipModels, Judge, Judges
from trainer.clip.targets import Target
from trainer.files import candidates_path, preview_path
from trainer.measure.card import make_card
from trainer.request import TrainRequest
from trainer.runs.preview import save_picture, save_preview
from trainer.start.opening import open_run, reopen_run
from trainer.start.sheet import save_sheet
from trainer.training.checkpoint import Checkpoint, Notes, save_checkpoint
from trainer.training.cppn import CPPN
from trainer.training.optimize import Progress, optimize
from trainer.training.states import BundledStates, States, song_states
from visualizer import __version__
from visualizer.errors import ChladniError
from visualizer.style.style import Style
from visualizer.style.style_file import save_style
from visualizer.system.files import replacing

PREVIEW_S = 5.0
LOGGED = 100
"""Iterations of each resolution that the history keeps, about."""

_log = logging.getLogger(__name__)

Watch = Callable[[Progress], None]


def train_style(
    request: TrainRequest, judges: Judges | None = None, watch: Watch = lambda _: None
) -> dict[str, Any]:
    """Train and write a style; returns what NAME.json holds.

    judges: loaded before, when several runs share a guide. watch: told of every iteration.
    Raises ChladniError; KeyboardInterrupt once the best so far is saved.
    """
    judges = judges or ClipModels(request).judges_of(request.prompt)
    guide = guiding(judges.first.guide, request.precision)
    run = Run(request, Judge(guide, judges.first.target))
    with interrupt_noted() as noted:
        for progress in run.iterate(guide, judges.first.target):
            run.see(progress)
            watch(progress)
            if noted():
                run.stop(progress)
    return run.finish(judges)


def guiding(guide: Guide, precision: str) -> Guide:
    """The guide as it guides, in one of ``trainer.request.PRECISIONS``."""
    rounded = precision == "bfloat16" or (precision == "auto" and has_bfloat16(guide.device))
    return guide.in_bfloat16 if rounded else guide


class Run:
    """The files of a run, and what is to be told about it."""

    def __init__(self, request: TrainRequest, judge: Judge) -> None:
        self.request = request
        self._states = _states(request)
        self._settings = request.describe()
        self._history: list[dict[str, Any]] = []
        self._seconds = 0.0
        self._begun_s = time.monotonic()
        if request.resume:
            checkpoint = Checkpoint(request.checkpoint, self._settings)
            self._opening = reopen_run(request, checkpoint, judge.guide.device)
            self._history, self._seconds = checkpoint.notes.history, checkpoint.notes.seconds
            self._begun_s -= self._seconds
        else:
            self._opening = open_run(request, judge)
        self._save_sheet()
        # The first iteration is shown at once: a run that starts wrong is seen at once.
        self._saved_s = -math.inf
        self._is_alone = False

    def iterate(self, guide: Guide, target: Target) -> Iterator[Progress]:
        """Race, then train the winner to the end; yields after every iteration."""
        race = self._opening.race
        yield from race.run(guide, target, self._states)
        self._save_sheet()
        training = race.winner.training
        yield from optimize(training, guide, target, states=self._states)

    def see(self, progress: Progress) -> None:
        """Log one iteration, and renew checkpoint and preview every few seconds."""
        self._seconds = time.monotonic() - self._begun_s
        every = max(progress.iterations // LOGGED, 1)
        logged = progress.iteration % every == 0 or progress.iteration in {1, progress.iterations}
        # The winner's history begins where it is alone; the race is told apart.
        if logged and progress.racing == 1:
            self._history.append(
                {
                    "resolution": progress.resolution,
                    "iteration": progress.iteration,
                    "similarity": progress.similarity,
                    **progress.parts,
                }
            )
        # So is the winner's first one alone: what the race showed before was anybody's.
        wins, self._is_alone = progress.racing == 1 and not self._is_alone, progress.racing == 1
        if wins or time.monotonic() - self._saved_s >= PREVIEW_S:
            self._save_checkpoint()
            save_preview(progress.network, preview_path(self.request.output))
            if self.request.live:
                save_style(self._style(progress.network), self.request.output)
            self._saved_s = time.monotonic()

    def stop(self, progress: Progress) -> None:
        """Save the best so far and the checkpoint, say how to go on, and end."""
        self._save_checkpoint()
        self._leave(self._opening.race.winner.training.best_network(), card=None)
        _log.warning(
            "stopped after %d of %d iterations; %s is the best so far, and the same command"
            " with --resume goes on",
            progress.step,
            progress.total,
            self.request.output,
        )
        raise KeyboardInterrupt

    def finish(self, judges: Judges) -> dict[str, Any]:
        """Measure the trained style and write all three files."""
        winner = self._opening.race.winner
        network = winner.training.network
        style = self._style(network)
        # Before the card, which takes a while with a large CLIP: a kill there loses nothing.
        self._save_checkpoint()
        begun = self.request.start.describe if winner.candidate is None else winner.candidate.name
        card = make_card(style, judges) | {"start": begun()}
        report = self._leave(network, card)
        for path in (self.request.checkpoint, preview_path(self.request.output)):
            path.unlink(missing_ok=True)
        return report

    def _save_checkpoint(self) -> None:
        race = self._opening.race
        notes = Notes(
            self._settings,
            self._history,
            self._seconds,
            field=[candidate.describe() for candidate in self._opening.field],
            entrants=[entrant.describe() for entrant in race.entrants],
            lost=race.lost,
        )
        trainings = [entrant.training for entrant in race.entrants]
        save_checkpoint(self.request.checkpoint, trainings, notes)

    def _save_sheet(self) -> None:
        opening = self._opening
        if opening.field:
            winner = None if opening.race.racing else opening.race.winner.candidate
            save_sheet(
                opening.field,
                opening.raced,
                winner,
                self.request.config.architecture,
                candidates_path(self.request.output),
            )

    def _style(self, network: CPPN) -> Style:
        config = self.request.config
        style = network.to_style(
            self.request.output.stem, prompt=self.request.prompt, seed=config.seed
        )
        return replace(style, audio_scale=config.audio_scale)

    def _leave(self, network: CPPN, card: dict[str, Any] | None) -> dict[str, Any]:
        output = self.request.output
        report = {
            "prompt": self.request.prompt,
            "settings": self._settings,
            "versions": versions(),
            "seed": self.request.config.seed,
            "seconds": round(self._seconds, 1),
            "race": self._race_told(),
            "history": self._history,
            "card": card,
        }
        save_style(self._style(network), output)
        save_picture(network, output.with_suffix(".png"))
        with replacing(output.with_suffix(".json"), ChladniError) as temporary:
            temporary.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        return report

    def _race_told(self) -> dict[str, Any] | None:
        """Who ran, and who is left; None where there was nothing to choose."""
        if not self._opening.field:
            return None
        race = self._opening.race
        left = [entrant.describe() for entrant in race.entrants]
        return {"looked_at": len(self._opening.field), "left": left, "lost": race.lost}


def versions() -> dict[str, str]:
    """Of all that decides a run's last bits."""
    packages = ("torch", "open_clip_torch", "numpy")
    return {
        "chladni": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
    }


@contextmanager
def interrupt_noted() -> Iterator[Callable[[], bool]]:
    """Take the first Ctrl-C as a wish, told by the function given; the second one ends at once."""
    wishes: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        if wishes:
            raise KeyboardInterrupt
        wishes.append(number)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(wishes)
    finally:
        signal.signal(signal.SIGINT, before)


def _states(request: TrainRequest) -> States:
    scale = request.config.audio_scale
    return BundledStates(scale) if request.song is None else song_states(request.song, scale)
