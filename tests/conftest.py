"""What every test shares."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.metadata import version

import numpy as np
import pytest
from hypothesis import settings

# Speed is measured in benchmarks/, never asserted: these machines may be slow.
settings.register_profile("chladni", deadline=None)
settings.load_profile("chladni")

# As in the trainer, which some tests import after torch: threads that wait sleep.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

SHOWN = ("numpy", "moderngl", "aubio-ledfx", "av", "torch")


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
def _private_folders(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody's own slots, settings and last night may change what a test sees.
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
