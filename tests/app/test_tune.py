"""The first show on a computer begins at once, and measures after its end; or somebody asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.graphics import QUICK
from tests.running import LIMIT_S, show
from visualizer.app import tune
from visualizer.cli import run_live
from visualizer.errors import GraphicsError
from visualizer.render.autotune import autotune
from visualizer.render.shader_text.tuning import Compute
from visualizer.system.paths import tunings_file


@pytest.mark.slow
def test_a_new_gpu_is_measured_after_the_show(
    display: str, demo_song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with show(display, tmp_path, str(demo_song)) as running:
        running.wait(lambda line: line["frames"] > 5)
        # Nothing was measured before the first picture, nor while the show goes on.
        assert not tunings_file().exists()
        assert not any("measuring" in line for line in running.log())
        running.press("ctrl+q")
        running.process.wait(2 * LIMIT_S)
        assert any("the show is over; measuring" in line for line in running.log())
    (entries,) = json.loads(tunings_file().read_text()).values()
    assert set(entries) >= {"32"}


def test_tune_measures_anew_and_tells_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(autotune, "candidates", lambda *_: (QUICK, Compute(pixels=8, neurons=1)))
    monkeypatch.setattr(autotune, "SIZES", ((16, 8),))
    monkeypatch.setattr(autotune, "ROUNDS_S", 0.0)
    assert run_live(["tune", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    # The widths of the styles that ship.
    assert [row["width"] for row in rows] == [32, 64]
    assert {row["fastest"] for row in rows} <= {"compute", "fragments"}
    (entries,) = json.loads(tunings_file().read_text()).values()
    kinds = [entries[str(row["width"])]["kind"] for row in rows]
    assert kinds == [row["fastest"] for row in rows]


def test_a_show_that_went_well_is_not_spoilt_by_what_comes_after(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_widths: object) -> None:
        raise GraphicsError("no second window")

    monkeypatch.setattr(tune, "_measure", fail)
    with caplog.at_level("INFO"):
        tune.tune_after_show({64, 32})
    assert "networks 32 and 64 wide, for the next start; Ctrl-C" in caplog.messages[0]
    assert caplog.messages[1] == "not measured: no second window"
