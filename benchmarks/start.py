"""How long a show takes to begin: from the command to the first picture.

::

    python -m benchmarks.start
    python -m benchmarks.start --runs 9 --json

Starts ``run_live.py`` on a private screen (Xvfb) with a private microphone (PulseAudio), again
and again, with caches as they are after a start, and from a clone that was set up on a computer
that has never seen the program: Mesa's and our own caches are empty. The first start, which fills
the caches, is not counted. Seconds from the start of the process until
the window's buffers were swapped, and those that the process's threads had a core for: other
programs change these less. Then what importing the live path costs (``-X importtime``): all of it,
and the modules with most time of their own.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from tests.pulse import sound_server
from tests.screen import screen
from visualizer.output.window.window import FIRST_PICTURE

ROOT = Path(__file__).parent.parent
LIVE_PATH = "visualizer.cli", "visualizer.app.live.live", "OpenGL.GL"
SLOWEST = 10
LIMIT_S = 120.0
CACHED = {"PYTHONDONTWRITEBYTECODE": ""}
"""Lets Python keep what it compiles, where somebody's environment forbids that."""
IMPORT_LINE = re.compile(r"import time:\s*(\d+) \|\s*(\d+) \|\s*(\S+)")


@dataclass(frozen=True, slots=True)
class FirstPicture:
    """When it came. cpu_s: of all threads of the process until then."""

    wall_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Start:
    """What was measured. import_s: of the whole live path. slowest: own seconds by module."""

    known: list[FirstPicture]
    never_seen: list[FirstPicture]
    import_s: float
    slowest: dict[str, float]


def first_picture(
    root: Path, environment: Mapping[str, str], options: Sequence[str]
) -> FirstPicture:
    """Start a checkout's show, and end it after its first picture."""
    line = [sys.executable, str(root / "run_live.py"), *options, "--debug"]
    began_s = time.perf_counter()
    with subprocess.Popen(line, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None  # noqa: S101 - it is a pipe
            for said in process.stderr:
                if FIRST_PICTURE in said:
                    return FirstPicture(time.perf_counter() - began_s, cpu_s(process.pid))
        finally:
            process.terminate()
    raise RuntimeError(f"{' '.join(line)} ended without a picture")


def cpu_s(pid: int) -> float:
    """What all threads of a process have had of cores so far."""
    # Its name stands before them in brackets, and may hold anything.
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    user, system = map(int, fields[11:13])
    return (user + system) / os.sysconf("SC_CLK_TCK")


@contextmanager
def never_seen() -> Iterator[tuple[Path, dict[str, str]]]:
    """A clone that is set up, and variables that name folders in which nothing is kept yet."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "clone")
        shutil.copytree(ROOT / "visualizer", root / "visualizer")
        compileall.compile_dir(str(root), quiet=1)  # as scripts/setup.sh does
        shutil.copy(ROOT / "run_live.py", root)
        for name in ("shaders", "styles"):
            (root / name).symlink_to(ROOT / name)
        caches = str(root.with_name("caches"))
        yield (
            root,
            {"XDG_CACHE_HOME": caches, "MESA_SHADER_CACHE_DIR": caches, "PYTHONPATH": str(root)},
        )


def imports() -> tuple[float, dict[str, float]]:
    """Seconds of the live path's imports, and of the modules that take most."""
    code = "import " + ", ".join(LIVE_PATH)
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code],
        cwd=ROOT,
        env=os.environ | CACHED,
        capture_output=True,
        text=True,
        check=True,
        timeout=LIMIT_S,
    ).stderr
    own_s = {name: int(own) / 1e6 for own, _, name in IMPORT_LINE.findall(told)}
    slowest = sorted(own_s, key=own_s.__getitem__, reverse=True)[:SLOWEST]
    return sum(own_s.values()), {name: own_s[name] for name in slowest}


def measure(runs: int, options: Sequence[str]) -> Start:
    """Start a show so many times each way, in turns, and once more before."""
    with tempfile.TemporaryDirectory() as folder, screen() as display, sound_server() as server:
        # What somebody's last night was must not decide.
        private = {"DISPLAY": display, "XDG_CONFIG_HOME": folder, "XDG_STATE_HOME": folder}
        environment = os.environ | CACHED | server.environment | private
        first_picture(ROOT, environment, options)
        known, unknown = [], []
        for _ in range(runs):
            known.append(first_picture(ROOT, environment, options))
            with never_seen() as (root, empty):
                unknown.append(first_picture(root, environment | empty, options))
    imports()
    import_s, slowest = imports()
    return Start(known, unknown, import_s, slowest)


def told(pictures: Sequence[FirstPicture]) -> str:
    """Median and range, in words."""
    times_s = sorted(picture.wall_s for picture in pictures)
    cpu = median(picture.cpu_s for picture in pictures)
    return f"{median(times_s):.2f} s ({times_s[0]:.2f} to {times_s[-1]:.2f}), {cpu:.2f} s of CPU"


def main() -> None:
    """Read the command line and print what was measured."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, metavar="N")
    parser.add_argument("--json", action="store_true", help="an object, alone on stdout")
    parser.add_argument("--resolution", default="1280x720", metavar="WxH", help="of the window")
    options = parser.parse_args()
    start = measure(options.runs, ("--resolution", options.resolution))
    if options.json:
        print(json.dumps(asdict(start), indent=2))
        return
    print(f"first picture after {told(start.known)}")
    print(f"where it was never seen after {told(start.never_seen)}")
    print(f"imports {start.import_s:.3f} s, of which on their own:")
    for name, own_s in start.slowest.items():
        print(f"  {1e3 * own_s:5.1f} ms  {name}")


if __name__ == "__main__":
    main()
