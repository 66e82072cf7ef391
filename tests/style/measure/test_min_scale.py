from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest

from tests.styles import random_style
from visualizer.style.measure import min_scale
from visualizer.style.measure.min_scale import UNKNOWN, Bearable, StyleScales
from visualizer.style.style import Architecture, Style, style_sha256

STYLE = random_style(Architecture(8, 2, "tanh", feature_waves=1, warp_waves=1), name="comet")
CARD = {"sha256": style_sha256(STYLE), "scale_50db": 0.6, "scale_40db": 0.25}
MEASURED = (0.4, 0.3)


class Later:
    """Jobs that wait until the test lets them run."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Callable[[], Bearable], Future[Bearable]]] = []

    def submit(self, job: Callable[[], Bearable]) -> Future[Bearable]:
        future: Future[Bearable] = Future()
        self._waiting.append((job, future))
        return future

    def work(self) -> int:
        done = len(self._waiting)
        for job, future in self._waiting:
            future.set_result(job())
        self._waiting.clear()
        return done


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the styles that had to be measured."""
    names: list[str] = []

    def measure(style: Style, _bounds_db: tuple[float, ...]) -> tuple[float, ...]:
        names.append(style.name)
        return MEASURED

    monkeypatch.setattr(min_scale, "bearable_scales", measure)
    return names


def found(tmp_path: Path) -> Bearable:
    later = Later()
    scales = StyleScales(tmp_path / "styles", tmp_path / "cache", later.submit)
    assert scales.of(STYLE) == UNKNOWN
    assert scales.of(STYLE) == UNKNOWN
    assert later.work() == 1
    return scales.of(STYLE)


def write_card(tmp_path: Path, text: str) -> None:
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles" / "comet.json").write_text(text)


def test_a_card_is_believed(tmp_path: Path, measured: list[str]) -> None:
    write_card(tmp_path, json.dumps({"card": CARD}))
    assert found(tmp_path) == Bearable(0.6, 0.25)
    assert measured == []


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        "{}",
        json.dumps({"card": None}),
        json.dumps({"card": CARD | {"sha256": "of another style"}}),
        json.dumps({"card": CARD | {"scale_40db": 0.0}}),
        json.dumps({"card": CARD | {"scale_40db": "small"}}),
    ],
)
def test_a_card_that_cannot_be_believed_is_measured_anew(
    text: str, tmp_path: Path, measured: list[str]
) -> None:
    write_card(tmp_path, text)
    assert found(tmp_path) == Bearable(*MEASURED)
    assert measured == ["comet"]


def test_what_was_measured_is_kept_for_the_next_show(tmp_path: Path, measured: list[str]) -> None:
    assert found(tmp_path) == found(tmp_path) == Bearable(*MEASURED)
    assert measured == ["comet"]


def test_a_cache_that_cannot_be_written_ends_nothing(tmp_path: Path, measured: list[str]) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    assert found(tmp_path) == Bearable(*MEASURED)
    assert measured == ["comet"]


def test_a_style_needs_its_rows_however_many_the_screen_has() -> None:
    bearable = Bearable(0.9, 0.6)
    assert [bearable.floor(rows) for rows in (90, 180, 720)] == [1.0, 0.6, pytest.approx(0.15)]
    assert Bearable(1.0, 1.0).floor(720) == pytest.approx(0.4)
