"""The choice of the fastest way of compiling, and the file that keeps it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.graphics import QUICK
from tests.styles import random_style
from visualizer.errors import ChladniError, GraphicsError
from visualizer.render.autotune import autotune
from visualizer.render.autotune.autotune import (
    SIZES,
    Finding,
    Trial,
    fastest,
    grow,
    measure,
    self_tune,
    tunings_for_film,
    widths_of,
)
from visualizer.render.autotune.tuning_cache import KeptTunings, driver_key
from visualizer.render.gl.context import standalone
from visualizer.render.renderer import Renderer
from visualizer.render.shader_text.layout import WIDTH_CLASSES
from visualizer.render.shader_text.tuning import (
    COMPUTE,
    GPU,
    LLVMPIPE,
    OTHER_MESA,
    WRITTEN_OUT_WIDTH,
    Compute,
    Tuning,
    Tunings,
    candidates,
)
from visualizer.style.style import Architecture, Style

COMPUTE_16 = Compute(pixels=8, neurons=1)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
DRIVERS = [("llvmpipe", "Mesa"), ("AMD", "Mesa"), ("NVIDIA", "4.6")]


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

    def slow_down(self, ratio: float) -> None:
        self._frame_s = {name: ratio * frame_s for name, frame_s in self._frame_s.items()}


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
@pytest.mark.parametrize("driver", DRIVERS)
def test_what_is_tried_can_be_kept(tmp_path: Path, driver: tuple[str, str], width: int) -> None:
    kept = KeptTunings(tmp_path / "tunings.json", "a driver")
    for tuning in candidates(*driver, width):
        kept.keep({width: tuning})
        assert kept.read() == {width: tuning}


@pytest.mark.parametrize("width", [width for width in WIDTH_CLASSES if width > WRITTEN_OUT_WIDTH])
@pytest.mark.parametrize("driver", DRIVERS)
def test_wide_networks_are_written_out_only_where_the_table_has_them_so(
    driver: tuple[str, str], width: int
) -> None:
    _, *others = candidates(*driver, width)
    assert others
    assert not any(isinstance(other, Tuning) and other.unrolled for other in others)


@pytest.mark.parametrize(
    ("frame_s", "size"),
    [(0.06, SIZES[0]), (0.05, SIZES[0]), (0.04, SIZES[1]), (0.01, SIZES[2]), (1e-5, SIZES[-1])],
)
def test_the_picture_grows_until_it_takes_a_while(frame_s: float, size: tuple[int, int]) -> None:
    gpu, sizes = Gpu(smallest=frame_s), [SIZES[0]]

    def resize(columns: int, rows: int) -> None:
        sizes.append((columns, rows))
        gpu.slow_down(columns * rows / np.prod(sizes[-2]))

    grow(gpu.trial("smallest", QUICK), resize, lambda: gpu.now_s)
    assert sizes == list(SIZES[: SIZES.index(size) + 1])


def test_drivers_do_not_touch_each_other(tmp_path: Path) -> None:
    path = tmp_path / "tunings.json"
    first, second = KeptTunings(path, "one"), KeptTunings(path, "two")
    first.keep({16: QUICK, 64: COMPUTE[64]})
    second.keep({16: GPU})
    assert first.read() == {16: QUICK, 64: COMPUTE[64]}
    assert second.read() == {16: GPU}


@settings(max_examples=30)
@given(entry=JSON, start=st.binary(max_size=8))
def test_a_hostile_file_is_no_tuning(
    tmp_path_factory: pytest.TempPathFactory, entry: object, start: bytes
) -> None:
    # One file for all examples: a folder for each would take longer than the test.
    path = tmp_path_factory.getbasetemp() / "hostile.json"
    whole = (entry, {"d": entry}, {"d": {"16": entry}}, {"d": {"16": {"kind": entry}}})
    texts = [json.dumps(content).encode() for content in whole]
    for text in (*texts, start, start + texts[-1], texts[-1][: -1 - len(start)]):
        path.write_bytes(text)
        kept = KeptTunings(path, "d")
        assert kept.read() == {}
        kept.keep({16: QUICK})
        assert kept.read() == {16: QUICK}


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

    monkeypatch.setattr(autotune, "candidates", choice)
    monkeypatch.setattr(autotune, "SIZES", ((16, 8), (20, 10), (24, 12)))
    monkeypatch.setattr(autotune, "ROUNDS_S", 0.0)
    with standalone() as context:
        kept = KeptTunings(path, driver_key(context))
        found = self_tune(context, [16], kept)
        # It would be blamed on the show's first style.
        assert context.error == "GL_NO_ERROR"
        assert found[16] in (QUICK, COMPUTE_16)
        assert found[64] == LLVMPIPE
        assert self_tune(context, [16], kept) == found
    assert len(tried) == 1
    assert kept.read() == {16: found[16]}


class Painter(Renderer):
    """Knows ways of compiling that go wrong, and ones that take long."""

    WRONG = Tuning(tile=1, rows=2, bounded=True, unrolled=False)
    NAN = Tuning(tile=2, rows=1, bounded=True, unrolled=False)
    BROKEN = Tuning(8, 1, bounded=True)
    SLOW = Tuning(tile=1, rows=1, bounded=True, unrolled=False)
    SLOW_BROKEN = Tuning(8, 2, bounded=True)
    now_s = 0.0

    def prepare(self, style: Style) -> None:
        tuning = self._tunings[16]
        if tuning in {self.SLOW, self.SLOW_BROKEN}:
            Painter.now_s += 60.0
        if tuning in {self.BROKEN, self.SLOW_BROKEN}:
            raise GraphicsError("it does not compile")
        super().prepare(style)

    def read_network(self, layer: int = 0) -> NDArray[np.float32]:
        colours = super().read_network(layer)
        if self._tunings[16] == self.WRONG:
            colours += 0.01
        if self._tunings[16] == self.NAN:
            colours[0, 0, 0] = np.nan
        return colours


@pytest.mark.parametrize(
    ("choice", "raced"),
    [
        ((QUICK, Painter.WRONG, COMPUTE_16), (QUICK, COMPUTE_16)),
        ((QUICK, Painter.NAN, COMPUTE_16), (QUICK, COMPUTE_16)),
        ((QUICK, Painter.BROKEN, COMPUTE_16), (QUICK, COMPUTE_16)),
        # A slow one is the last, unless it is the table's.
        ((QUICK, COMPUTE_16, Painter.SLOW, Painter.WRONG), (QUICK, COMPUTE_16, Painter.SLOW)),
        ((QUICK, COMPUTE_16, Painter.SLOW_BROKEN, Painter.SLOW), (QUICK, COMPUTE_16)),
        ((Painter.SLOW, COMPUTE_16), (Painter.SLOW, COMPUTE_16)),
        ((Painter.SLOW_BROKEN, COMPUTE_16, QUICK), (COMPUTE_16, QUICK)),
        # Nobody to race against.
        ((QUICK, Painter.BROKEN), ()),
        ((Painter.BROKEN, QUICK), ()),
        ((QUICK,), ()),
    ],
)
def test_who_races(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    choice: tuple[Tuning | Compute, ...],
    raced: tuple[Tuning | Compute, ...],
) -> None:
    races: list[tuple[Tuning | Compute, ...]] = []

    def last(trials: list[Trial], _: object) -> Tuning | Compute:
        races.append(tuple(trial.tuning for trial in trials))
        return trials[-1].tuning

    monkeypatch.setattr(autotune, "Renderer", Painter)
    monkeypatch.setattr(autotune, "SIZES", ((16, 8),))
    monkeypatch.setattr(autotune, "fastest", last)
    monkeypatch.setattr(autotune, "candidates", lambda *_: choice)
    with standalone() as context:
        kept = KeptTunings(tmp_path / "t.json", "d")
        found = self_tune(context, [16], kept, clock=lambda: Painter.now_s)
    assert races == ([raced] if raced else [])
    assert found[16] == (raced[-1] if raced else QUICK)


def test_nothing_is_measured_that_cannot_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autotune, "candidates", None)
    (tmp_path / "file").write_text("")
    with standalone() as context:
        found = self_tune(context, [16], KeptTunings(tmp_path / "file" / "t.json", "d"))
    assert found[16] == LLVMPIPE


def nobody(_done: int, _total: int) -> None:
    """Hears how far it is."""


def test_what_is_measured_is_told_and_each_width_kept_as_it_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autotune, "candidates", lambda *_: (QUICK, Painter.BROKEN, COMPUTE_16))
    monkeypatch.setattr(autotune, "Renderer", Painter)
    monkeypatch.setattr(autotune, "SIZES", ((16, 8),))
    monkeypatch.setattr(autotune, "ROUNDS_S", 0.0)
    steps: list[tuple[int, int]] = []
    with standalone() as context:
        kept = KeptTunings(tmp_path / "t.json", "d")
        kept.keep({16: GPU, 256: GPU})
        found = measure(context, {32, 16}, kept, lambda *step: steps.append(step))
    # Three candidates and their race, twice; what is left out counts too.
    assert steps == [(n, 8) for n in (0, 1, 2, 4, 4, 5, 6, 8)]
    assert [finding.width for finding in found] == [16, 32]
    assert all((finding.ms or 0.0) > 0.0 for finding in found)
    assert all((finding.usual_ms or 0.0) >= (finding.ms or 0.0) for finding in found)
    # Measured anew, also what was known.
    assert kept.read() == {256: GPU, **{finding.width: finding.tuning for finding in found}}


def test_without_a_race_there_is_nothing_to_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autotune, "candidates", lambda *_: (QUICK,))
    monkeypatch.setattr(autotune, "SIZES", ((16, 8),))
    with standalone() as context:
        found = measure(context, {16}, KeptTunings(tmp_path / "t.json", "d"))
    assert found == [Finding(16, QUICK)]


def test_widths_are_those_that_programs_are_made_for() -> None:
    styles = [random_style(Architecture(width, 2, "tanh", 1, 1)) for width in (8, 16, 20)]
    assert widths_of(styles) == {16, 32}


def test_no_tune_takes_the_tables() -> None:
    with standalone() as context:
        assert tunings_for_film(context, (), tune=False, told=nobody) is None


def test_a_driver_that_is_known_costs_no_candidate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autotune, "candidates", None)
    with standalone() as context:
        found: Tunings | None = tunings_for_film(context, (), tune=True, told=nobody)
    assert found is not None
    assert set(found) == set(WIDTH_CLASSES)
    assert OTHER_MESA not in found.values()


def test_a_full_disk_ends_no_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Full(KeptTunings):
        def keep(self, tunings: Tunings) -> None:
            raise ChladniError(f"cannot write {len(tunings)} tunings: no space left on device")

    monkeypatch.setattr(autotune, "candidates", lambda *_: (QUICK,))
    with standalone() as context:
        assert self_tune(context, [16], Full(tmp_path / "t.json", "d"))[16] == QUICK
    assert "no space left" in caplog.text
