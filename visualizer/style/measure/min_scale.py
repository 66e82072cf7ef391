"""The smallest scale that each style bears: from its card, or measured once, off the loop."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from visualizer.errors import ChladniError
from visualizer.style.measure.upscale_psnr import SCALE_SIZE, bearable_scales
from visualizer.style.style import Style, style_sha256
from visualizer.system.files import read_object, replacing

log = logging.getLogger(__name__)

FINEST = 1.6
"""What is taken for a style that needs all rows of the measured picture, and maybe more: the
finest that ships needs so many times as many."""


@dataclass(frozen=True, slots=True)
class Bearable:
    """scale_50db: nobody sees it. scale_40db: softer, and still the same picture.

    Both of a picture of ``bearable.SCALE_SIZE``.
    """

    scale_50db: float
    scale_40db: float

    def floor(self, height: int) -> float:
        """The scale that a picture of so many rows bears.

        A style needs its rows, however many the screen has: what was measured is their
        share of the measured picture's.
        """
        share = self.scale_40db if self.scale_40db < 1.0 else FINEST
        return min(1.0, share * SCALE_SIZE[1] / height)


UNKNOWN = Bearable(0.5, 0.35)
"""What is taken for a style until it is known: most bear less."""


class StyleScales:
    """Knows, or finds out, how coarsely a style may be drawn.

    folder: of styles, with their cards. cache: a folder for what had to be measured.
    submit: runs a job off the loop, such as a thread pool's.
    """

    def __init__(
        self,
        folder: Path,
        cache: Path,
        submit: Callable[[Callable[[], Bearable]], Future[Bearable]],
    ) -> None:
        self._folder = folder
        self._cache = cache
        self._submit = submit
        self._asked: dict[Style, Future[Bearable]] = {}

    def of(self, style: Style) -> Bearable:
        """What is known by now; asking sees to it that it will be. Never blocks."""
        asked = self._asked.get(style)
        if asked is None:
            asked = self._asked[style] = self._submit(lambda: self._find_out(style))
        return asked.result() if asked.done() else UNKNOWN

    def _find_out(self, style: Style) -> Bearable:
        digest = style_sha256(style)
        cached = self._cache / f"{digest}.json"
        card = read_object(self._folder / f"{style.name}.json").get("card")
        known = _bearable(card, digest) or _bearable(read_object(cached), digest)
        if known is not None:
            return known
        measured = Bearable(*bearable_scales(style, (50.0, 40.0)))
        log.debug("%s bears a scale of %g", style.name, measured.scale_40db)
        _keep(cached, {"sha256": digest, **asdict(measured)})
        return measured


def _bearable(card: object, digest: str) -> Bearable | None:
    """What a card says; None where it is another style's, or says nothing that can be used."""
    if not isinstance(card, dict) or card.get("sha256") != digest:
        return None
    scales: list[Any] = [card.get("scale_50db"), card.get("scale_40db")]
    if not all(isinstance(scale, float | int) and 0.0 < scale <= 1.0 for scale in scales):
        return None
    return Bearable(*scales)


def _keep(path: Path, content: dict[str, object]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path, ChladniError) as temporary:
            temporary.write_text(json.dumps(content) + "\n", encoding="utf-8")
    except (ChladniError, OSError) as error:
        # It is measured again the next time.
        log.debug("%s: %s", path, error)
