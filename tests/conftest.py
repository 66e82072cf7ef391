"""What every test shares."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from importlib.metadata import version
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from tests.pulse import SoundServer, required_sound_server
from tests.screen import required_screen
from visualizer.audio.playback.demo_track import DemoTrack, compose
from visualizer.render.autotune.tuning_cache import KeptTunings, driver_key
from visualizer.render.gl.context import driver_of, standalone
from visualizer.render.shader_text.tuning import table
from visualizer.system.paths import tunings_file

# Speed is measured in benchmarks/, never asserted: these machines may be slow.
settings.register_profile("chladni", deadline=None)
settings.load_profile("chladni")

# As in the trainer, which some tests import after torch: threads that wait sleep.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

SHOWN = ("numpy", "moderngl", "aubio-ledfx", "av", "torch")


NEEDS = {"display": "x11", "server": "sound"}
"""Markers of those who ask for a fixture, themselves or through another."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a display or a sound server, before ``-m`` chooses."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        for marker in (marker for fixture, marker in NEEDS.items() if fixture in fixtures):
            item.add_marker(marker)


def pytest_report_header() -> str:
    """The versions that matter, and whether a skipped check is a failure."""
    versions = ", ".join(f"{name} {version(name)}" for name in SHOWN)
    return f"{versions}; CI={os.environ.get('CI', '')}"


@pytest.fixture(autouse=True)
def _loud_numbers() -> Iterator[None]:
    # An overflow or a NaN that is made silently is a bug that shows on a stage.
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        yield


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    # A command sets the process's log up; whoever comes next begins without.
    root, ours = logging.getLogger(), [logging.getLogger(n) for n in ("visualizer", "trainer")]
    handlers, levels = root.handlers[:], [log.level for log in (root, *ours)]
    yield
    for handler in [handler for handler in root.handlers if handler not in handlers]:
        root.removeHandler(handler)
    for log, level in zip((root, *ours), levels, strict=True):
        log.setLevel(level)


@pytest.fixture(scope="session", autouse=True)
def _known_driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Folders in which the driver is known already: no test waits for a measurement.

    For what lives longer than a test; each test gets its own settings and last night.
    """
    # Mesa's compiled shaders stay where they are.
    cache = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MESA_SHADER_CACHE_DIR", os.environ.get("MESA_SHADER_CACHE_DIR", cache))
        for kind in ("CACHE", "CONFIG", "STATE"):
            patch.setenv(f"XDG_{kind}_HOME", str(tmp_path_factory.mktemp(kind.lower())))
        tunings_file().parent.mkdir()
        with standalone() as context:
            usual = table(*driver_of(context))
            KeptTunings(tunings_file(), driver_key(context)).keep(usual)
        yield


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that are not there yet, one a test: pytest's own look through all before."""
    root = tmp_path_factory.mktemp("homes")
    return (root / str(number) for number in count())


@pytest.fixture(autouse=True)
def _private_folders(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    # Nobody's own slots, settings and last night may change what a test sees.
    home = next(homes)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """A private screen with no window on it; its name, such as ``:3``."""
    with required_screen() as name:
        yield name


@pytest.fixture(scope="module")
def server() -> Iterator[SoundServer]:
    """A private sound server with one stereo sink. Some modules have one with more."""
    with required_sound_server() as running:
        yield running


@pytest.fixture(scope="session")
def demo_track() -> DemoTrack:
    """The built-in music, composed once."""
    return compose()


@pytest.fixture(scope="session")
def demo_song(demo_track: DemoTrack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file. Nobody may write to it."""
    path = tmp_path_factory.mktemp("demo") / "demo.wav"
    demo_track.write(path)
    return path
