"""Films that flash, made and judged: the whole way, and what the command line says."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.flash_attacks import Attack, attack
from visualizer.app.flash_check import check_flashes
from visualizer.app.offline import render_film
from visualizer.cli import main, run_live
from visualizer.config.request import ALLOW, LIMIT, FilmRequest
from visualizer.output.film.film_reader import film_pictures

SEEDS = range(20)
BLACKOUTS = 11


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> tuple[Attack, Path, Path]:
    """Blackouts, ten a second and more: the attack, its film with the limit, and one without."""
    folder = tmp_path_factory.mktemp("flashes")
    tried = attack(BLACKOUTS, folder / "attack")
    held, free = tried.film(folder / "held.mp4", LIMIT), tried.film(folder / "free.mp4", ALLOW)
    return tried, held, free


@pytest.mark.slow
def test_no_attack_comes_through_and_most_would(tmp_path: Path) -> None:
    would = 0
    for seed in SEEDS:
        tried = attack(seed, tmp_path / str(seed))
        general, red = check_flashes(tried.film(tmp_path / "held.mp4", LIMIT))
        assert general.passes, tried.name
        assert red.passes, tried.name
        general, red = check_flashes(tried.film(tmp_path / "free.mp4", ALLOW))
        would += not (general.passes and red.passes)
    assert would > len(SEEDS) / 2


@pytest.mark.slow
def test_the_command_tells_a_film_that_flashes_from_one_that_does_not(
    films: tuple[Attack, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    _, held, free = films
    assert main(["flashes", str(held)]) == 0
    assert "general flashes: 3 in the worst second" in capsys.readouterr().out
    assert run_live(["flashes", str(free)]) == 1
    assert "frames end such a second" in capsys.readouterr().out
    assert main(["flashes", str(free), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["general"]["flashes"] > 3
    assert found["red"] == {"flashes": 0, "time_s": 0.0, "over": 0}


@pytest.mark.slow
def test_what_is_no_film_is_refused_in_a_sentence(
    tmp_path: Path, films: tuple[Attack, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("no film at all")
    for path in (tmp_path / "gone.mp4", text, films[0].song, tmp_path):
        assert main(["flashes", str(path)]) == 1
        assert f"{path} cannot be read as a film" in capsys.readouterr().err


def test_flashes_is_a_verb_and_a_song_of_that_name_is_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_live(["flashes"]) == 2
    assert "FILM" in capsys.readouterr().err
    # A song, though one that is not there.
    assert run_live(["./flashes", "out.mp4", "--resolution", "64x36"]) == 1
    assert "flashes" in capsys.readouterr().err


def part(tried: Attack, out: Path, start_s: float, length_s: float) -> dict[str, Any]:
    report = out.with_suffix(".json")
    render_film(
        FilmRequest(
            tried.song, out, tried.look, start_s=start_s, duration_s=length_s, report=report
        )
    )
    return dict(json.loads(report.read_text()))


@pytest.mark.slow
def test_a_part_of_a_film_that_is_held_is_the_same_part_and_its_frames_are_counted(
    tmp_path: Path,
) -> None:
    tried = attack(BLACKOUTS, tmp_path / "attack")
    tried = replace(tried, look=replace(tried.look, fps=Fraction(20)))
    whole = part(tried, tmp_path / "whole.mp4", 0.0, 2.0)
    late = part(tried, tmp_path / "late.mp4", 1.5, 0.5)
    again = part(tried, tmp_path / "again.mp4", 0.0, 2.0)
    assert whole["frames_sha256"] == again["frames_sha256"]
    assert 20 < whole["flashes_held"] < 40
    assert late["flashes_held"] == 10
    frames = [picture for _, picture in film_pictures(tmp_path / "whole.mp4")]
    ends = [picture for _, picture in film_pictures(tmp_path / "late.mp4")]
    # Encoded anew: alike within what compression leaves.
    assert np.abs(np.array(frames[30:], int) - np.array(ends)).mean() < 2.0
