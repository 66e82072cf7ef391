"""The trainer as a process of its own. Everything here blocks: call it in a worker's thread."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from visualizer.errors import ChladniError, StyleError
from visualizer.style.library import slug
from visualizer.style.style import Style
from visualizer.style.style_file import load_style, save_style
from visualizer.system.files import numbered, replacing

log = logging.getLogger(__name__)

NICENESS = 19
"""The least of all priorities: where the show wants a core, it has it."""
RACE = "race"
BESIDE = (".png", ".json")
"""What a finished run leaves beside its style."""
TAKES_A_NAME = (".safetensors", ".checkpoint", *BESIDE)
STATUS, LOG = "status.jsonl", "log"
"""Files in a run's folder; its style is the only other one that counts."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a run is, as ``trainer.cli.status`` writes it.

    stage: race, training or finish. racing: trainings left in the race. seconds_left: None
    where nobody knows.
    """

    stage: str
    racing: int
    step: int
    total: int
    similarity: float
    seconds_left: float | None

    @property
    def has_winner(self) -> bool:
        """Whether what is written now is what the run will become."""
        return self.stage != RACE


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen of a run. checkpoint: a new one. problem: why it ended, where not well."""

    standing: Standing | None = None
    checkpoint: Style | None = None
    has_ended: bool = False
    problem: str = ""


class Training:
    """One run. options: further ones of the trainer's. ``start`` first, ``finish`` last.

    folder: of the library, for a name that nobody has there. taken: names of other styles.
    """

    def __init__(
        self, text: str, options: Sequence[str], folder: Path, taken: Collection[str]
    ) -> None:
        self.text = text
        self._options = tuple(options)
        self._folder = folder
        self._taken = frozenset(taken)
        self._output = Path()
        self._process: subprocess.Popen[bytes] | None = None
        self._seen_ns = 0

    def start(self) -> None:
        """Begin the process. Raises OSError, and ValueError for a text that no process takes."""
        room = Path(tempfile.mkdtemp(prefix="chladni-prompt-"))
        self._output = room / self._free(slug(self.text)).name
        command = [
            *(sys.executable, "-m", "trainer", f"--prompt={self.text}"),
            *("--output", str(self._output), "--status", str(room / STATUS)),
            *("--live", "--tethered", *self._options),
        ]
        with (room / LOG).open("wb") as said:
            self._process = _begin(command, said)

    def look(self) -> Sight:
        """How far it is by now."""
        if self._process is None:
            return Sight()
        # Asked first: whatever it wrote before it ended is there then.
        code = self._process.poll()
        standing = read_standing(self._output.with_name(STATUS))
        checkpoint = None
        if standing is not None and standing.has_winner:
            checkpoint = self._new_checkpoint()
        return Sight(standing, checkpoint, code is not None, self._problem(code))

    def finish(self, last: Style | None) -> Path | None:
        """End the process, and keep the last checkpoint as a style of the library.

        Returns its file. Raises ChladniError where it cannot be written.
        """
        if self._process is None:
            return None
        is_whole = self._process.poll() == 0
        self._process.kill()
        self._process.wait()
        self._close_tether()
        try:
            return None if last is None else self._keep(last, is_whole=is_whole)
        finally:
            shutil.rmtree(self._output.parent, ignore_errors=True)

    def _keep(self, last: Style, *, is_whole: bool) -> Path:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ChladniError(f"cannot make {self._folder}: {error.strerror}") from error
        # The name may have been taken meanwhile.
        path = self._free(last.name, spared=last.name)
        for end in BESIDE if is_whole else ():
            source = self._output.with_suffix(end)
            if source.is_file():
                with replacing(path.with_suffix(end), ChladniError) as temporary:
                    shutil.copyfile(source, temporary)
        save_style(replace(last, name=path.stem), path)
        return path

    def _free(self, name: str, spared: str = "") -> Path:
        """A file for a style of this name, or of NAME-2 and so on: nobody's else."""
        return next(
            path
            for path in numbered(self._folder / f"{name}.safetensors")
            if (path.stem == spared or path.stem not in self._taken)
            and not any(path.with_suffix(end).exists() for end in TAKES_A_NAME)
        )

    def _new_checkpoint(self) -> Style | None:
        try:
            written_ns = self._output.stat().st_mtime_ns
            if written_ns == self._seen_ns:
                return None
            checkpoint = load_style(self._output)
        except (OSError, StyleError) as error:
            log.debug("no checkpoint yet: %s", error)
            return None
        self._seen_ns = written_ns
        return checkpoint

    def _problem(self, code: int | None) -> str:
        """Why the process ended, in words; empty where all is well."""
        if code is None or code == 0:
            return ""
        if code < 0:
            return f"somebody killed the trainer (signal {-code})"
        said = self._output.with_name(LOG).read_text(encoding="utf-8", errors="replace")
        return next(
            (
                line.removeprefix("error: ")
                for line in reversed(said.splitlines())
                if line.startswith("error: ")
            ),
            f"the trainer ended with code {code}",
        )

    def _close_tether(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()


def read_standing(path: Path) -> Standing | None:
    """The last whole line of a status file; None where there is none yet."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        whole = [line for line in lines if line.endswith("\n")]
        return Standing(**json.loads(whole[-1])) if whole else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        log.debug("%s: %s", path, error)
        return None


def _begin(command: Sequence[str], said: IO[bytes]) -> subprocess.Popen[bytes]:
    # Its standard input is a tether: it ends when nobody holds the other end, as when the show
    # is killed. A session of its own, for Ctrl-C reaches every process of a terminal.
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=said,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
    )
    if hasattr(os, "setpriority"):
        # From here, not between fork and exec: a show has threads. What it starts inherits it.
        os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    return process
