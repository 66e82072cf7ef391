"""Who may import whom: one row a folder, over every import of every file, in one parse."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MOST_FILES, MOST_LINES = 16, 300
"""Of a folder, and of a file."""

BASE = "base"
"""The files beside the folders of a package: values, contracts, errors."""
FREE = {"numpy"}
"""Libraries that every room may name."""


@dataclass(frozen=True, slots=True)
class Room:
    """What the files of a folder may import: rooms of the same package, and foreign libraries."""

    knows: frozenset[str]
    owns: frozenset[str] = frozenset()


def room(knows: str = "", owns: str = "") -> Room:
    return Room(frozenset(knows.split()), frozenset(owns.split()))


CORE = "base system style show controls"
EDGES = f"{CORE} audio night render monitor config output loop"
VISUALIZER = {
    "base": room(),
    "system": room("base", "platformdirs rich watchfiles"),
    "style": room("base system", "safetensors"),
    "show": room("base system style"),
    "controls": room(
        "base system style show", "pythonosc link segno supriya_midi tomlkit websockets"
    ),
    "loop": room("base show"),
    "audio": room("base system", "aubio av pyaudio safetensors"),
    "night": room("base system style show audio", "safetensors"),
    "render": room("base system style", "moderngl OpenGL"),
    "monitor": room("base system"),
    "config": room("base system style show", "tomlkit"),
    "output": room(f"{CORE} monitor", "av glfw imgui_bundle PIL"),
    "app": room(EDGES),
    "cli": room(f"{EDGES} app", "click"),
}
CLOSED = {
    "render/shader_text": "moderngl OpenGL",
    "audio/analysis": "av pyaudio",
    "output/hud": "av PIL",
    "output/film": "glfw imgui_bundle",
    "output/window": "av PIL imgui_bundle",
}
"""Inner folders, and what of their room's libraries they do not get."""
PLAYER = "base system style show"
"""What the trainer may take from the player, besides what a row names."""
TRAINER = {
    "clip": (room("", "torch torchvision open_clip safetensors PIL"), PLAYER),
    "base": (room("clip", "PIL safetensors"), PLAYER),
    "training": (room("base clip", "torch safetensors"), f"{PLAYER} audio"),
    "measure": (room("base clip training", "torch PIL"), f"{PLAYER} audio"),
    "start": (room("base clip training measure", "torch PIL"), PLAYER),
    "runs": (room("base clip training measure start", "torch safetensors PIL"), PLAYER),
    "importing": (room("base clip training measure", "torch PIL"), PLAYER),
    "compare": (room("base clip training measure"), f"{PLAYER} audio"),
    "ear": (room("", "torch safetensors mido"), f"{PLAYER} audio"),
    "cli": (
        room("base clip training measure start runs importing compare ear", "click rich"),
        f"{PLAYER} audio output cli",
    ),
}


FOR_TYPES_ALONE = {"visualizer/contracts.py", "trainer/clip/judges.py"}
"""Contracts speak of what others hand to each other. Such imports never run."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import statement. path, name: who names what. typing_only: it never runs."""

    path: str
    line: int
    name: str
    typing_only: bool

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.name}"


def imports_of(path: str, text: str) -> Iterator[Import]:
    """Every import of a file, wherever it stands; of packages, what is taken from them."""
    tree = ast.parse(text)
    typed = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            yield Import(path, node.lineno, name, id(node) in typed)


def read_all() -> dict[str, str]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for package in ("visualizer", "trainer")
        for path in sorted((ROOT / package).rglob("*.py"))
    }


TEXTS = read_all()
IMPORTS = [each for path, text in TEXTS.items() for each in imports_of(path, text)]


def room_of(path: str) -> str:
    """``visualizer/audio/file.py`` lies in audio, ``visualizer/loop.py`` is a room of its own."""
    _, *inside = path.removesuffix(".py").split("/")
    if len(inside) > 1:
        return inside[0]
    return {"loop": "loop", "__main__": "cli"}.get(inside[0], BASE)


def target_of(name: str, files: Mapping[str, str]) -> str | None:
    """The file that a dotted name leads to; None where it is nobody's here."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        stem = "/".join(parts[:end])
        for path in (f"{stem}.py", f"{stem}/__init__.py"):
            if path in files:
                return path
    return None


def violations(imports: list[Import], files: Mapping[str, str]) -> list[str]:
    """Every import that its folder's row does not allow."""
    return [f"{each}: {why}" for each in imports if (why := forbidden(each, files))]


def forbidden(each: Import, files: Mapping[str, str]) -> str | None:
    """Why an import may not be; None where it may."""
    if each.typing_only and each.path in FOR_TYPES_ALONE:
        return None
    package, here = each.path.split("/")[0], room_of(each.path)
    own, other = (VISUALIZER[here], "") if package == "visualizer" else TRAINER[here]
    target = target_of(each.name, files)
    if target is not None:
        there = room_of(target)
        if target.split("/")[0] != package:
            return None if there in other.split() else f"{here} takes no {there} of the other's"
        return None if there == here or there in own.knows else f"{here} may not know {there}"
    library = each.name.split(".")[0]
    if library in sys.stdlib_module_names or library in FREE:
        return None
    if library not in own.owns:
        return f"{here} does not own {library}"
    inner = "/".join(each.path.split("/")[1:3])
    if package == "visualizer" and library in CLOSED.get(inner, "").split():
        return f"{inner} does without {library}"
    return None


def graph(imports: list[Import], files: Mapping[str, str]) -> dict[str, set[str]]:
    """Which file needs which, imports inside functions too, those for types alone not."""
    needs: dict[str, set[str]] = {path: set() for path in files}
    for each in imports:
        target = target_of(each.name, files)
        if target is not None and not each.typing_only and target != each.path:
            needs[each.path].add(target)
    return needs


def test_every_folder_has_a_row() -> None:
    for package, rows in (("visualizer", VISUALIZER), ("trainer", TRAINER)):
        folders = {room_of(path) for path in TEXTS if path.startswith(package)}
        assert folders == set(rows)


def test_no_import_breaks_its_folders_row() -> None:
    assert violations(IMPORTS, TEXTS) == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("visualizer/show/session.py", "from visualizer.render.renderer import Renderer"),
        ("visualizer/show/session.py", "def f():\n    import moderngl"),
        ("visualizer/loop.py", "from visualizer.output.window.window import Window"),
        ("visualizer/style/style.py", "from visualizer.show import session"),
        ("visualizer/render/shader_text/source.py", "import moderngl"),
        ("visualizer/errors.py", "from visualizer import loop"),
        ("visualizer/audio/file.py", "import torch"),
        ("visualizer/cli/verbs.py", "from trainer.cli.main import main"),
        ("trainer/training/losses.py", "from trainer.cli.main import main"),
        ("trainer/clip/guide.py", "from visualizer.render.renderer import Renderer"),
    ],
)
def test_a_forbidden_import_is_seen(path: str, line: str) -> None:
    assert len(violations(list(imports_of(path, line)), TEXTS)) == 1


def test_no_file_needs_itself_around_a_corner() -> None:
    tuple(TopologicalSorter(graph(IMPORTS, TEXTS)).static_order())


def test_a_circle_is_seen() -> None:
    files = {"visualizer/a.py": "import visualizer.b", "visualizer/b.py": "import visualizer.a"}
    circle = [each for path, text in files.items() for each in imports_of(path, text)]
    with pytest.raises(CycleError):
        tuple(TopologicalSorter(graph(circle, files)).static_order())


def test_folders_and_files_fit_in_the_head() -> None:
    for path, text in TEXTS.items():
        assert len(text.splitlines()) <= MOST_LINES, path
    for folder in {str(Path(path).parent) for path in TEXTS}:
        count = sum(str(Path(path).parent) == folder for path in TEXTS)
        assert count <= MOST_FILES, folder


def test_nothing_is_imported_by_a_string() -> None:
    for each in IMPORTS:
        assert "import_module" not in each.name, each
    for path, text in TEXTS.items():
        assert "importlib.import_module" not in text, path
        assert "__import__" not in text, path


def test_the_limit_of_flashes_and_its_judge_share_no_code() -> None:
    judge = {each.name for each in IMPORTS if each.path == "visualizer/monitor/flash_analyzer.py"}
    ours = {name for name in judge if name.startswith("visualizer")}
    assert ours == {"visualizer.types.Image"}


def test_no_globals_no_silent_excepts_no_prints() -> None:
    for path, text in TEXTS.items():
        for node in ast.walk(ast.parse(text)):
            where = f"{path}:{getattr(node, 'lineno', 0)}"
            assert not isinstance(node, ast.Global), where
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, where
                assert not all(isinstance(line, ast.Pass) for line in node.body), where
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"print", "eval", "exec"}, where
