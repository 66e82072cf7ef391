"""Who may import whom, checked in clean processes: walls that nobody can lean through."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "visualizer"
FOREIGN = {
    "aubio", "av", "click", "glfw", "imgui_bundle", "moderngl", "OpenGL", "PIL", "platformdirs",
    "pyaudio", "rich", "safetensors", "tomlkit", "torch", "open_clip", "watchfiles",
}  # fmt: skip

NOTHING = set[str]()
ALLOWED = {
    "visualizer.types": NOTHING,
    "visualizer.errors": NOTHING,
    "visualizer.style": NOTHING,
    "visualizer.hue": NOTHING,
    "visualizer.mirrors": NOTHING,
    "visualizer.morph": NOTHING,
    "visualizer.network": NOTHING,
    "visualizer.mapping": NOTHING,
    "visualizer.metronome": NOTHING,
    "visualizer.seeds": NOTHING,
    "visualizer.controls": NOTHING,
    "visualizer.session": NOTHING,
    "visualizer.crossing": NOTHING,
    "visualizer.hands": NOTHING,
    "visualizer.playlist": NOTHING,
    "visualizer.autoscale": NOTHING,
    "visualizer.bearable": NOTHING,
    "visualizer.cost": NOTHING,
    "visualizer.json_file": NOTHING,
    "visualizer.style_scales": NOTHING,
    "visualizer.clock": NOTHING,
    "visualizer.director": NOTHING,
    "visualizer.later": NOTHING,
    "visualizer.loop": NOTHING,
    "visualizer.script": NOTHING,
    "visualizer.shelf": NOTHING,
    "visualizer.status": NOTHING,
    "visualizer.taps": NOTHING,
    "visualizer.stopwatch": NOTHING,
    "visualizer.ears": NOTHING,
    "visualizer.drops": NOTHING,
    "visualizer.faults": NOTHING,
    "visualizer.notices": NOTHING,
    "visualizer.watcher": {"watchfiles"},
    "visualizer.newcomers": {"safetensors"},
    "visualizer.song": {"av", "aubio", "pyaudio"},
    "visualizer.handover": NOTHING,
    "visualizer.style_file": {"safetensors"},
    "visualizer.library": {"safetensors"},
    "visualizer.stage": {"safetensors", "platformdirs"},
    "visualizer.audio.ring": NOTHING,
    "visualizer.audio.stamps": NOTHING,
    "visualizer.audio.framer": NOTHING,
    "visualizer.audio.listener": NOTHING,
    "visualizer.audio.fold": NOTHING,
    "visualizer.audio.gain": NOTHING,
    "visualizer.audio.follower": NOTHING,
    "visualizer.audio.demo_track": NOTHING,
    "visualizer.audio.tempo": NOTHING,
    "visualizer.audio.analysis": {"aubio"},
    "visualizer.audio.microphone": {"pyaudio"},
    "visualizer.audio.player": {"pyaudio"},
    "visualizer.audio.devices": {"pyaudio"},
    "visualizer.audio.file": {"av"},
    "visualizer.sinks.film": {"av"},
    "visualizer.sinks.encoder": {"av"},
    "visualizer.sinks.frame_hash": NOTHING,
    "visualizer.sinks.still": {"PIL"},
    "visualizer.sinks.glfw_library": NOTHING,
    "visualizer.sinks.window": {"glfw"},
    "visualizer.sinks.hud": {"glfw"},
    "visualizer.frame_times": NOTHING,
    "visualizer.readings": NOTHING,
    "visualizer.gauges": NOTHING,
    "visualizer.faders": NOTHING,
    "visualizer.render.glsl": NOTHING,
    "visualizer.render.uniforms": NOTHING,
    "visualizer.render.layout": NOTHING,
    "visualizer.render.neurons": NOTHING,
    "visualizer.render.tuning": NOTHING,
    "visualizer.transcript": {"aubio", "av", "rich"},
    "visualizer.cli": {"click", "aubio", "safetensors"},
}
"""What may come along when a module is imported in a clean process."""

OWNERS = {
    "pyaudio": {"audio/capture.py", "audio/devices.py", "audio/player.py"},
    "av": {"audio/file.py", "sinks/encoder.py", "sinks/film.py", "sinks/partial.py"},
    "glfw": {"sinks/display.py"},
    "tomlkit": {"entries.py"},
    "watchfiles": {"watcher.py"},
    "imgui_bundle": {
        *("sinks/hud.py", "sinks/hud_canvas.py", "sinks/hud_marks.py"),
        *("sinks/hud_panel.py", "sinks/hud_theme.py"),
    },
}
"""The only files that may name a library."""


def imported_with(module: str) -> set[str]:
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return {name.split(".")[0] for name in json.loads(done.stdout)}


@pytest.mark.parametrize("module", ALLOWED)
def test_a_module_brings_its_own_library_and_no_other(module: str) -> None:
    assert imported_with(module) & FOREIGN <= ALLOWED[module]


def test_the_check_sees_a_library_that_comes_along() -> None:
    assert "numpy" in imported_with("visualizer.types")
    assert "safetensors" in imported_with("visualizer.style_file")


def names_in(path: Path) -> set[str]:
    """Every module that a file names in an import statement, wherever it stands."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_file_reaches_over_a_wall(path: Path) -> None:
    place = path.relative_to(PACKAGE).as_posix()
    names = names_in(path)
    tops = {name.split(".")[0] for name in names}
    assert not tops & {"torch", "torchvision", "open_clip", "trainer"}
    for library, owners in OWNERS.items():
        assert library not in tops or place in owners


def test_the_loop_knows_no_edge() -> None:
    edges = {"visualizer.sinks", "visualizer.render", "visualizer.live", "visualizer.offline"}
    for module in ("loop", "director", "controls", "changes", "crossing", "clock", "mapping"):
        for name in names_in(PACKAGE / f"{module}.py"):
            assert not any(name.startswith(edge) for edge in edges), (module, name)


def test_no_globals_no_silent_excepts_no_prints() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            assert not isinstance(node, ast.Global), where
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, where
                assert not all(isinstance(line, ast.Pass) for line in node.body), where
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"print", "eval", "exec"}, where
