"""No control knows another: each can be taken out, or fail, and the others play on."""

from __future__ import annotations

import ast
from pathlib import Path

import visualizer.controls

FOLDER = Path(visualizer.controls.__file__).parent


def unit_of(parts: tuple[str, ...]) -> str:
    """The file or folder of ``visualizer/controls/`` that a module belongs to."""
    return parts[0].removesuffix(".py")


def controls() -> dict[str, set[str]]:
    """Each unit that polls, and the units that its files import."""
    polls, imports = set(), dict[str, set[str]]()
    for path in FOLDER.rglob("*.py"):
        unit = unit_of(path.relative_to(FOLDER).parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name == "poll":
                polls.add(unit)
            if isinstance(node, ast.ImportFrom) and node.module:
                _, found, rest = node.module.partition("visualizer.controls.")
                if found:
                    imports.setdefault(unit, set()).add(rest.split(".")[0])
    return {unit: imports.get(unit, set()) - {unit} for unit in polls}


def test_no_control_imports_another() -> None:
    known = controls()
    assert {"script", "playlist", "hot_reload", "midi", "osc"} <= set(known)
    assert {
        unit: others & set(known) for unit, others in known.items() if others & set(known)
    } == {}
