"""What was found out about a driver, in a file for the next start."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import moderngl

from visualizer.errors import ChladniError
from visualizer.render.gl.context import driver_of
from visualizer.render.shader_text.layout import SLAB_QUADS, WIDTH_CLASSES
from visualizer.render.shader_text.source import shader_folder
from visualizer.render.shader_text.tuning import MAX_TILE, Compute, Tuning, Tunings, table
from visualizer.system.files import check_target, read_object, replacing
from visualizer.system.paths import tunings_file

log = logging.getLogger(__name__)

_KINDS: Mapping[str, type[Tuning | Compute]] = {"fragments": Tuning, "compute": Compute}


class KeptTunings:
    """The tunings of one driver, by width. Others' in the same file are left as they are.

    path: a JSON file, which need not be there. driver: as ``driver_key`` tells it.
    """

    def __init__(self, path: Path, driver: str) -> None:
        self._path = path
        self._driver = driver

    def read(self) -> Tunings:
        """All that can be used."""
        entries = read_object(self._path).get(self._driver)
        if not isinstance(entries, dict):
            return {}
        return tunings_in(entries)

    def can_keep(self) -> bool:
        """Whether what is found could be read by the next start."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            check_target(self._path, ChladniError)
        except (ChladniError, OSError) as error:
            log.debug("tunings are not kept: %s", error)
            return False
        return True

    def keep(self, tunings: Tunings) -> None:
        """Write them beside what there is. Raises ChladniError where that cannot be."""
        content = read_object(self._path)
        content[self._driver] = entries_of(tunings)
        with replacing(self._path, ChladniError) as temporary:
            temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def kept_for(context: moderngl.Context) -> KeptTunings:
    """The user's, for the context's driver."""
    return KeptTunings(tunings_file(), driver_key(context))


def known_tunings(context: moderngl.Context, kept: KeptTunings) -> Tunings:
    """What was measured so far, and the table's of all other widths."""
    return {**table(*driver_of(context)), **kept.read()}


def driver_key(context: moderngl.Context) -> str:
    """The driver and the shaders that it compiles: what is tuned for one may not suit another."""
    digest = hashlib.sha256()
    for path in sorted(shader_folder().rglob("*.*")):
        digest.update(path.read_bytes())
    renderer, version = driver_of(context)
    return f"{renderer}; {version}; shaders {digest.hexdigest()[:12]}"


def entries_of(tunings: Tunings) -> dict[str, dict[str, Any]]:
    """Tunings as JSON has them, by width."""
    kinds = {kind: name for name, kind in _KINDS.items()}
    return {
        str(width): {"kind": kinds[type(tuning)], **asdict(tuning)}
        for width, tuning in sorted(tunings.items())
    }


def tunings_in(entries: Mapping[str, Any]) -> Tunings:
    """All that can be used of what ``entries_of`` wrote."""
    found = {width: _tuning(entries.get(str(width)), width) for width in WIDTH_CLASSES}
    return {width: tuning for width, tuning in found.items() if tuning is not None}


def _tuning(entry: object, width: int) -> Tuning | Compute | None:
    """None for what this program did not write."""
    if not isinstance(entry, dict):
        return None
    kind = _KINDS.get(str(entry.get("kind")))
    if kind is None or set(entry) != {"kind", *(field.name for field in fields(kind))}:
        return None
    values = {name: value for name, value in entry.items() if name != "kind"}
    # bool is an int to isinstance, and 1 would do as True.
    types = {field.name: {"int": int, "bool": bool}[str(field.type)] for field in fields(kind)}
    if any(type(value) is not types[name] for name, value in values.items()):
        return None
    tuning = kind(**values)
    return tuning if _fits(tuning, width) else None


def _fits(tuning: Tuning | Compute, width: int) -> bool:
    if isinstance(tuning, Compute):
        lanes, rest = divmod(width, max(1, tuning.neurons))
        pixels = tuning.pixels
        return pixels > 0 == pixels % 4 and tuning.neurons > 0 == rest and lanes >= pixels
    return 1 <= tuning.tile <= MAX_TILE and tuning.rows > 0 == SLAB_QUADS % tuning.rows
