"""A show in a process of its own, on a private screen, seen from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LIMIT_S = 60.0
STATUS, LOG, WARNINGS = "status.jsonl", "log", "warnings"
"""Files in a show's folder."""
RUN_LIVE = """
import logging, sys
from visualizer.cli import run_live
heard = logging.FileHandler(sys.argv[1])
heard.setLevel(logging.WARNING)
logging.getLogger("visualizer").addHandler(heard)
sys.exit(run_live(sys.argv[2:]))
"""
"""``run_live.py``, with somebody who listens to the log as the HUD's recent_warnings do."""


class Show:
    """A running ``run_live.py``, seen from outside."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path, display: str) -> None:
        self.process = process
        self._folder = folder
        self._display = display

    def lines(self) -> list[dict[str, Any]]:
        """What it wrote into its status file, a line a second."""
        written = self._read(STATUS).splitlines(keepends=True)
        return [json.loads(line) for line in written if line[-1] == "\n"]

    def log(self) -> list[str]:
        """What it said to the terminal."""
        return self._read(LOG).splitlines()

    def warnings(self) -> list[str]:
        """What its HUD shows: the log's warnings and errors."""
        return self._read(WARNINGS).splitlines()

    def wait(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Until a new status line fulfils the condition."""
        seen = len(self.lines())
        limit_s = time.monotonic() + LIMIT_S
        while time.monotonic() < limit_s:
            for line in self.lines()[seen:]:
                if condition(line):
                    return line
            assert self.process.poll() is None, self.log()
            time.sleep(0.1)
        raise AssertionError(f"waited in vain; last: {self.lines()[-1:]}")

    def press_until(self, key: str, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Press a key until a status line fulfils the condition.

        Again and again: a style whose program is still being compiled is passed over.
        """
        limit_s = time.monotonic() + LIMIT_S
        while time.monotonic() < limit_s:
            seen = len(self.lines())
            self.press(key)
            while len(self.lines()) < seen + 3:
                if found := [line for line in self.lines()[seen:] if condition(line)]:
                    return found[0]
                assert self.process.poll() is None, self.log()
                time.sleep(0.1)
        raise AssertionError(f"pressed in vain; last: {self.lines()[-1:]}")

    def press(self, *keys: str) -> None:
        """Press keys, by X's names."""
        self.xdotool("windowfocus", "--sync", self.window())
        for key in keys:
            self.xdotool("key", "--window", self.window(), key)

    def window(self) -> str:
        """X's number of its window."""
        return self.xdotool("search", "--sync", "--name", "Chladni").split()[0]

    def capture_pids(self) -> list[int]:
        """Processes that the show started to listen."""
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        pids = [int(pid) for task in children for pid in task.read_text().split()]
        return [pid for pid in pids if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def xdotool(self, *words: str) -> str:
        """What a hand would do to the windows of its screen."""
        environment = os.environ | {"DISPLAY": self._display}
        return subprocess.run(
            ["xdotool", *words], env=environment, capture_output=True, text=True, check=True,
            timeout=30,
        ).stdout  # fmt: skip

    def _read(self, name: str) -> str:
        path = self._folder / name
        return path.read_text() if path.exists() else ""


@contextmanager
def show(display: str, folder: Path, *arguments: str) -> Iterator[Show]:
    """A show that writes into ``folder``."""
    line = ["--resolution", "96x54", "--fps", "20", "--status", str(folder / STATUS), *arguments]
    with (folder / LOG).open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", RUN_LIVE, str(folder / WARNINGS), *line],
            env=without_platform() | {
                "DISPLAY": display, "XDG_PICTURES_DIR": str(folder), "PYTHONPATH": str(ROOT),
            },
            stdout=log, stderr=log, cwd=folder,
        )  # fmt: skip
    try:
        yield Show(process, folder, display)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def without_platform() -> dict[str, str]:
    """This process's environment, but for what it decided about GL without a display."""
    return {name: value for name, value in os.environ.items() if name != "PYOPENGL_PLATFORM"}
