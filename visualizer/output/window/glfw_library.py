"""Which of glfw's libraries is loaded, found before the package is."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def bundled_library(variant: str) -> str:
    """The file for "x11" or "wayland" that the glfw package brings; empty where it brings none."""
    spec = find_spec("glfw")
    folders = (spec and spec.submodule_search_locations) or ()
    libraries = (Path(folder) / variant / "libglfw.so" for folder in folders)
    return next((str(library) for library in libraries if library.is_file()), "")
