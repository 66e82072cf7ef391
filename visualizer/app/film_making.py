"""A show on its way into a film, with its progress and its report."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from visualizer.contracts import Observer, Sink
from visualizer.output.film.container import container_of
from visualizer.output.film.encoder import Encoding, check_encoder
from visualizer.output.film.film import Film
from visualizer.output.film.frame_hash import FrameHash
from visualizer.output.film.report import Notes, TimedRenderer, film_report
from visualizer.render.tap import rgba_tap
from visualizer.style.style import Style
from visualizer.system.files import replacing
from visualizer.system.progress import FrameBar, progress

log = logging.getLogger(__name__)


class FilmedShow(Protocol):
    """What can be filmed: a song, or a night. scale: of the network."""

    scale: float

    @property
    def style(self) -> Style:
        """The style that it begins with."""
        ...

    @property
    def holding(self) -> bool:
        """Whether the frame at hand is dimmed, so that it does not flash."""
        ...

    def play(
        self, frames: int, sinks: Sequence[Sink], observers: Sequence[Observer] = ()
    ) -> TimedRenderer:
        """Run the first ``frames`` frames; the sinks choose which of them are drawn."""
        ...


def checked_encoding(out: Path, encoder: str | None, crf: int, size: tuple[int, int]) -> Encoding:
    """How ``out`` is encoded. encoder: None is what its kind of file holds. Raises ChladniError."""
    container = container_of(out)
    encoder = encoder or container.encoder
    check_encoder(encoder, container.kinds, *size)
    return Encoding(encoder, crf)


def make_film(show: FilmedShow, film: Film, report: Path | None) -> None:
    """Film a show that is open. report: a JSON file to write. Raises ChladniError."""
    with _partial_told(film), progress() as bar:
        counter = FrameBar(bar, film.path.name, film.first, film.frames)
        if report is None:
            with film:
                show.play(film.first + film.frames, (film,), (counter,))
        else:
            _reported(show, film, counter, report)


def _reported(show: FilmedShow, film: Film, counter: FrameBar, path: Path) -> None:
    """Make the film, and say how that went."""
    notes = Notes(film.first, lambda: show.holding)
    with rgba_tap() as tap:
        frame_hash = FrameHash(tap, film.wants)
        with frame_hash, film:
            sinks = (film, frame_hash)
            projector = show.play(film.first + film.frames, sinks, (notes, counter))
    report = film_report(film, frame_hash, notes, projector, show.style, show.scale)
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


@contextmanager
def _partial_told(film: Film) -> Iterator[None]:
    """Say where the unfinished film lies, whatever ended it."""
    try:
        yield
    except BaseException:
        if film.partial_path is not None:
            log.warning("not finished; what there is can be played: %s", film.partial_path)
        raise
