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
    "pyaudio", "rich", "safetensors", "supriya_midi", "tomlkit", "torch", "open_clip", "watchfiles",
}  # fmt: skip

NOTHING = set[str]()
ALLOWED = {
    "visualizer.types": NOTHING,
    "visualizer.errors": NOTHING,
    "visualizer.style.style": NOTHING,
    "visualizer.style.hue": NOTHING,
    "visualizer.style.mirrors": NOTHING,
    "visualizer.style.interpolate": NOTHING,
    "visualizer.style.network": NOTHING,
    "visualizer.show.modulation": NOTHING,
    "visualizer.show.beat_clock": NOTHING,
    "visualizer.show.clock_choice": NOTHING,
    "visualizer.controls.midi.control": {"supriya_midi"},
    "visualizer.controls.midi.encodings": NOTHING,
    "visualizer.controls.midi.pickup": NOTHING,
    "visualizer.controls.midi.wire.connections": {"supriya_midi"},
    "visualizer.controls.midi.wire.stamps": NOTHING,
    "visualizer.style.procedural.seeds": NOTHING,
    "visualizer.show.commands": NOTHING,
    "visualizer.show.session": NOTHING,
    "visualizer.show.transitions": NOTHING,
    "visualizer.show.smoothing": NOTHING,
    "visualizer.controls.playlist": NOTHING,
    "visualizer.render.scale_controller": NOTHING,
    "visualizer.style.measure.upscale_psnr": NOTHING,
    "visualizer.style.measure.cost": NOTHING,
    "visualizer.system.files": NOTHING,
    "visualizer.style.measure.min_scale": NOTHING,
    "visualizer.show.clock": NOTHING,
    "visualizer.show.scene_builder": NOTHING,
    "visualizer.app.deferred": NOTHING,
    "visualizer.loop": NOTHING,
    "visualizer.controls.script": NOTHING,
    "visualizer.show.style_pool": NOTHING,
    "visualizer.monitor.status": NOTHING,
    "visualizer.show.tap_tempo": NOTHING,
    "visualizer.monitor.latency": NOTHING,
    "visualizer.audio.source_switch": NOTHING,
    "visualizer.monitor.health": NOTHING,
    "visualizer.monitor.recent_warnings": NOTHING,
    "visualizer.system.watcher": {"watchfiles"},
    "visualizer.controls.hot_reload": {"safetensors"},
    "visualizer.audio.playback.song": {"av", "aubio", "pyaudio"},
    "visualizer.system.workers": NOTHING,
    "visualizer.style.style_file": {"safetensors"},
    "visualizer.style.library": {"safetensors"},
    "visualizer.app.preflight": {"safetensors", "platformdirs"},
    "visualizer.audio.capture.ring": NOTHING,
    "visualizer.audio.capture.timestamps": NOTHING,
    "visualizer.audio.analysis.framer": NOTHING,
    "visualizer.audio.analysis.listener": NOTHING,
    "visualizer.show.feature_fold": NOTHING,
    "visualizer.audio.analysis.gain": NOTHING,
    "visualizer.audio.analysis.follower": NOTHING,
    "visualizer.audio.playback.demo_track": NOTHING,
    "visualizer.audio.analysis.beat_tracker": NOTHING,
    "visualizer.audio.analysis.analyzer": {"aubio"},
    "visualizer.audio.capture.microphone": {"pyaudio"},
    "visualizer.audio.playback.player": {"pyaudio"},
    "visualizer.audio.capture.devices": {"pyaudio"},
    "visualizer.audio.file": {"av"},
    "visualizer.output.film.film": {"av"},
    "visualizer.output.film.encoder": {"av"},
    "visualizer.output.film.frame_hash": NOTHING,
    "visualizer.output.still": {"PIL"},
    "visualizer.output.window.glfw_library": NOTHING,
    "visualizer.output.window.window": {"glfw"},
    "visualizer.output.hud.hud": {"glfw"},
    "visualizer.monitor.frame_times": NOTHING,
    "visualizer.output.hud.readings": NOTHING,
    "visualizer.output.hud.gauges": NOTHING,
    "visualizer.controls.sliders": NOTHING,
    "visualizer.render.shader_text.source": NOTHING,
    "visualizer.render.shader_text.network_source": NOTHING,
    "visualizer.render.shader_text.compute_source": NOTHING,
    "visualizer.render.shader_text.uniforms": NOTHING,
    "visualizer.render.shader_text.layout": NOTHING,
    "visualizer.render.shader_text.neuron_layout": NOTHING,
    "visualizer.render.shader_text.tuning": NOTHING,
    "visualizer.app.features_dump": {"aubio", "av", "rich"},
    "visualizer.cli": {"click", "aubio", "safetensors"},
}
"""What may come along when a module is imported in a clean process."""

OWNERS = {
    "pyaudio": {
        *("audio/capture/capture.py", "audio/capture/devices.py", "audio/playback/player.py"),
    },
    "av": {
        *("audio/decoder.py", "audio/file.py", "output/film/encoder.py", "output/film/film.py"),
        "output/film/mp4_writer.py",
    },
    "glfw": {"output/window/display.py"},
    "supriya_midi": {"controls/midi/wire/messages.py", "controls/midi/wire/ports.py"},
    "tomlkit": {"config/toml_fields.py", "controls/midi/map_file.py"},
    "watchfiles": {"system/watcher.py"},
    "imgui_bundle": {
        *("output/hud/hud.py", "output/hud/canvas.py", "output/hud/key_table.py"),
        *("output/hud/marks.py", "output/hud/panel.py", "output/hud/theme.py"),
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
    assert "safetensors" in imported_with("visualizer.style.style_file")


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
    edges = {"visualizer.output", "visualizer.render", "visualizer.app"}
    files = [PACKAGE / "loop.py", *(PACKAGE / "show").glob("*.py")]
    for path in files:
        for name in names_in(path):
            assert not any(name.startswith(edge) for edge in edges), (path, name)


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
