"""The choice of the fastest way of compiling, and the file that keeps it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Self

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.graphics import QUICK
from visualizer.errors import ChladniError, GraphicsError
from visualizer.render import selftune
from visualizer.render.context import standalone
from visualizer.render.kept_tunings import KeptTunings, driver_key
from visualizer.render.layout import WIDTH_CLASSES
from visualizer.render.renderer import Renderer
from visualizer.render.selftune import Trial, fastest, self_tune
from visualizer.render.tuning import (
    COMPUTE,
    GPU,
    LLVMPIPE,
    OTHER_MESA,
    Compute,
    Tuning,
    Tunings,
    candidates,
)
from visualizer.tuned import tuned

COMPUTE_16 = Compute(pixels=8, neurons=1)
JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists)


class Gpu:
    """A clock that only drawing moves: by the drawn tuning's own time."""

    def __init__(self, **frame_s: float) -> None:
        self.now_s = 0.0
        self.drawn: list[str] = []
        self._frame_s = frame_s

    def trial(self, name: str, tuning: Tuning | Compute) -> Trial:
        def draw() -> None:
            self.drawn.append(name)
            self.now_s += self._frame_s[name]

        return Trial(tuning, draw, lambda: None)


@pytest.mark.parametrize(
    ("usual_s", "other_s", "winner"),
    [(0.1, 0.05, COMPUTE_16), (0.1, 0.094, COMPUTE_16), (0.1, 0.096, QUICK), (0.1, 0.2, QUICK)],
)
def test_what_is_not_clearly_faster_does_not_replace_the_tables(
    usual_s: float, other_s: float, winner: Tuning | Compute
) -> None:
    gpu = Gpu(usual=usual_s, other=other_s)
    trials = [gpu.trial("usual", QUICK), gpu.trial("other", COMPUTE_16)]
    assert fastest(trials, clock=lambda: gpu.now_s) == winner


def test_candidates_take_turns() -> None:
    gpu = Gpu(a=0.3, b=0.4, c=0.5)
    trials = [gpu.trial(name, QUICK) for name in "abc"]
    fastest(trials, clock=lambda: gpu.now_s)
    assert "".join(gpu.drawn) == "abc" * (len(gpu.drawn) // 3)
    assert len(gpu.drawn) >= 3 * 4


@pytest.mark.parametrize("width", WIDTH_CLASSES)
@pytest.mark.parametrize("driver", [("llvmpipe", "Mesa"), ("AMD", "Mesa"), ("NVIDIA", "4.6")])
def test_what_is_tried_can_be_kept(tmp_path: Path, driver: tuple[str, str], width: int) -> None:
    kept = KeptTunings(tmp_path / "tunings.json", "a driver")
    for tuning in candidates(*driver, width):
        kept.keep({width: tuning})
        assert kept.read() == {width: tuning}


def test_drivers_do_not_touch_each_other(tmp_path: Path) -> None:
    path = tmp_path / "tunings.json"
    first, second = KeptTunings(path, "one"), KeptTunings(path, "two")
    first.keep({16: QUICK, 64: COMPUTE[64]})
    second.keep({16: GPU})
    assert first.read() == {16: QUICK, 64: COMPUTE[64]}
    assert second.read() == {16: GPU}


@given(entry=JSON)
def test_a_hostile_file_is_no_tuning(
    tmp_path_factory: pytest.TempPathFactory, entry: object
) -> None:
    path = tmp_path_factory.mktemp("hostile") / "tunings.json"
    for content in (entry, {"d": entry}, {"d": {"16": entry}}, {"d": {"16": {"kind": entry}}}):
        path.write_text(json.dumps(content), encoding="utf-8")
        assert KeptTunings(path, "d").read() == {}
    KeptTunings(path, "d").keep({16: QUICK})
    assert KeptTunings(path, "d").read() == {16: QUICK}


@pytest.mark.parametrize(
    "change",
    [
        {"pixels": 6},
        {"pixels": 0},
        {"pixels": 32},
        {"neurons": 0},
        {"neurons": 3},
        {"neurons": True},
        {"tile": 2},
        {"kind": "fragments"},
    ],
)
def test_what_would_not_compile_is_no_tuning(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "tunings.json"
    entry = {"kind": "compute", "pixels": 8, "neurons": 1, **change}
    path.write_text(json.dumps({"d": {"16": entry}}), encoding="utf-8")
    assert KeptTunings(path, "d").read() == {}


def test_a_driver_is_measured_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "cache" / "tunings.json"
    tried: list[tuple[str, str, int]] = []

    def choice(renderer: str, version: str, width: int) -> tuple[Tuning | Compute, ...]:
        tried.append((renderer, version, width))
        return (QUICK, COMPUTE_16)

    monkeypatch.setattr(selftune, "candidates", choice)
    monkeypatch.setattr(selftune, "SIZE", (16, 8))
    monkeypatch.setattr(selftune, "ROUNDS_S", 0.0)
    with standalone() as context:
        kept = KeptTunings(path, driver_key(context))
        found = self_tune(context, [16], kept)
        assert found[16] in (QUICK, COMPUTE_16)
        assert found[64] == LLVMPIPE
        assert self_tune(context, [16], kept) == found
    assert len(tried) == 1
    assert kept.read() == {16: found[16]}


def test_other_colours_and_what_does_not_compile_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong, broken = Tuning(4, 1, bounded=True), Tuning(8, 1, bounded=True)

    class Painter(Renderer):
        def __enter__(self) -> Self:
            if self._tunings[16] == broken:
                raise GraphicsError("it does not compile")
            super().__enter__()
            return self

        def read_network(self, layer: int = 0) -> NDArray[np.float32]:
            shift = np.float32(0.01 if self._tunings[16] == wrong else 0.0)
            return super().read_network(layer) + shift

    def only_the_first(trials: list[Trial]) -> Tuning | Compute:
        assert [trial.tuning for trial in trials] == [QUICK, COMPUTE_16]
        return trials[0].tuning

    monkeypatch.setattr(selftune, "Renderer", Painter)
    monkeypatch.setattr(selftune, "fastest", only_the_first)
    monkeypatch.setattr(selftune, "candidates", lambda *_: (QUICK, wrong, broken, COMPUTE_16))
    with standalone() as context:
        self_tune(context, [16], KeptTunings(tmp_path / "t.json", "d"))


def test_nothing_is_measured_that_cannot_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selftune, "candidates", None)
    (tmp_path / "file").write_text("")
    with standalone() as context:
        found = self_tune(context, [16], KeptTunings(tmp_path / "file" / "t.json", "d"))
    assert found[16] == LLVMPIPE


def test_no_tune_takes_the_tables() -> None:
    with standalone() as context:
        assert tuned(context, (), tune=False) is None


def test_a_driver_that_is_known_costs_no_candidate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftune, "candidates", None)
    with standalone() as context:
        found: Tunings | None = tuned(context, (), tune=True)
    assert found is not None
    assert set(found) == set(WIDTH_CLASSES)
    assert OTHER_MESA not in found.values()


def test_a_full_disk_ends_no_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Full(KeptTunings):
        def keep(self, tunings: Tunings) -> None:
            raise ChladniError(f"cannot write {len(tunings)} tunings: no space left on device")

    monkeypatch.setattr(selftune, "candidates", lambda *_: (QUICK,))
    with standalone() as context:
        assert self_tune(context, [16], Full(tmp_path / "t.json", "d"))[16] == QUICK
    assert "no space left" in caplog.text
