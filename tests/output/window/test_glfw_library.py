"""The library that the glfw package brings is found without asking it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from visualizer.output.window.glfw_library import bundled_library


def test_it_is_the_file_of_its_variant_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "glfw" / "x11" / "libglfw.so"
    library.parent.mkdir(parents=True)
    library.touch()
    (tmp_path / "glfw" / "__init__.py").touch()
    monkeypatch.delitem(sys.modules, "glfw", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    assert bundled_library("x11") == str(library)
    assert bundled_library("wayland") == ""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the package looks by itself")
def test_the_package_that_is_installed_brings_one() -> None:
    assert Path(bundled_library("x11")).is_file()
