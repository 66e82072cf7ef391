"""Which styles may become each other weight by weight.

Pairs are measured, never guessed: ``chladni train morphs`` walks between the styles of a folder
and keeps the result beside them.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

from visualizer.style.library import library_folders
from visualizer.style.style import Style, style_sha256
from visualizer.system.files import read_text

MORPHS = "morphs.json"
"""The file, in the styles' folder: ``pairs``, each with ``sha256`` of both styles and ``good``."""

log = logging.getLogger(__name__)


class Morphs:
    """The pairs that look good all the way from one to the other.

    pairs: of the two styles' sha256, so that a style that was trained anew is another one.
    """

    def __init__(self, pairs: frozenset[frozenset[str]] = frozenset()) -> None:
        self._pairs = pairs
        self._digests: dict[Style, str] = {}

    def allow(self, before: Style, after: Style) -> bool:
        """Whether the weights may go from one to the other."""
        if not self._pairs:
            return False
        return frozenset((self._digest(before), self._digest(after))) in self._pairs

    def _digest(self, style: Style) -> str:
        if style not in self._digests:
            self._digests[style] = style_sha256(style)
        return self._digests[style]


def read_morphs(folder: Path) -> Morphs:
    """What was measured of a folder's styles. An absent file gives none; a broken one is logged."""
    return Morphs(frozenset().union(*(_good(each / MORPHS) for each in library_folders(folder))))


def _good(path: Path) -> frozenset[frozenset[str]]:
    try:
        rows = json.loads(read_text(path))["pairs"]
        return frozenset(frozenset(row["sha256"]) for row in rows if row["good"] is True)
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("cannot use %s, no style of it will morph: %r", path, error)
        return frozenset()
