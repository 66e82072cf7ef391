"""What ``chladni night`` says of a recorded night, and how it mends one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from visualizer.controls.script import read_script
from visualizer.errors import ChladniError, StyleError
from visualizer.night.asked import BY_NAME
from visualizer.night.events import Event, events
from visualizer.night.journal import STYLES, Journal
from visualizer.night.mending import mend
from visualizer.night.reader import read_night
from visualizer.night.script import ScriptLine, script_of
from visualizer.style.library import SEED_PREFIX, find_style, styles_folder
from visualizer.style.style import Style, style_sha256
from visualizer.system.files import check_target, replacing
from visualizer.system.used_files import check_apart, used

log = logging.getLogger(__name__)

HEADING = """\
# {night}, recorded {began}; it began with --style {style}
# TIME_S ACTION [ARG ...]; what stands behind a '#' only a show can do.
# Back into the night: chladni night {night} --actions THIS_FILE
"""


def list_night(folder: Path) -> list[Event]:
    """What happened. Raises ChladniError."""
    return list(events(read_night(folder)))


def edit_night(folder: Path, out: Path) -> None:
    """Write the night's actions as a script. Raises ChladniError."""
    journal = read_night(folder)
    _check_apart(folder, out)
    check_target(out, ChladniError)
    style = journal.notes[0].on if journal.notes else ""
    heading = HEADING.format(night=folder, began=journal.header.began, style=style)
    text = heading + "".join(f"{line}\n" for line in _script(journal))
    with replacing(out, ChladniError) as temporary:
        temporary.write_text(text, encoding="utf-8")


def mend_night(folder: Path, script: Path) -> None:
    """Put a script back into the night. Raises ChladniError, and changes nothing then."""
    journal = read_night(folder)
    timed = sorted(read_script(script), key=lambda pair: pair[0])
    lines = list(_script(journal))
    there = {style.name for style in journal.styles.values()}
    for time_s, action in timed:
        if action.name in BY_NAME and action.args[0] not in there:
            try:
                find_style(action.args[0], styles_folder())
            except StyleError as error:
                raise ChladniError(f"the action at {time_s:g} s: {error}") from error
    new, gone = mend(journal, lines, timed)
    log.info("%s: %d actions are new, %d are gone", folder, new, gone)


def _script(journal: Journal) -> Iterator[ScriptLine]:
    return script_of(journal, _spec_of(journal))


def _spec_of(journal: Journal) -> Callable[[str], str]:
    """How a script names a style of the night: as the library does, if that still has it."""
    specs: dict[str, str] = {}

    def spec(name: str) -> str:
        if name not in specs:
            specs[name] = _spec(journal.styles[name], journal.folder / STYLES / name)
        return specs[name]

    return spec


def _spec(style: Style, copy: Path) -> str:
    if style.prompt is None and style.name == f"seed-{style.seed}":
        return f"{SEED_PREFIX}{style.seed}"
    try:
        library = find_style(style.name, styles_folder())
    except StyleError:
        library = None
    is_there = library is not None and style_sha256(library) == style_sha256(style)
    return style.name if is_there else str(copy.absolute()) + ".safetensors"


def _check_apart(folder: Path, out: Path) -> None:
    files = used("a file of the night", *(folder.rglob("*") if folder.is_dir() else ()))
    check_apart(files, used("the script", out))
