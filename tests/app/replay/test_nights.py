"""Nights that were really drawn, verified and filmed by the commands."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import pytest

from tests import graphics
from tests.night.shows import Drawn, Show, acted, drums, uneven_times_s
from visualizer.cli import main

pytestmark = pytest.mark.slow

ACTIONS = {4: acted("next 1s"), 10: acted("mirror 3"), 20: acted("zoom 2", "slot 3")}


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nights")
    with graphics.renderer(64, 36, tuning=graphics.QUICK) as renderer:
        drawn = Drawn(renderer, scales=(1.0, 0.5, 0.75))
        times_s = uneven_times_s(40)
        Show(folder, times_s=times_s, actions=ACTIONS, sound=drums(3.0), drawn=drawn).play()
    return next(folder.iterdir())


def test_what_is_equal_is_counted_and_ends_with_0(
    night: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(night), "--ticks", "recorded", "--verify"]) == 0
    assert capsys.readouterr().out == "40 of 40 scenes equal\n40 of 40 frames equal\n"


def test_what_differs_is_named_and_ends_with_1(
    night: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.night"
    other.mkdir()
    for name in ("styles", "sound.flac"):
        (other / name).symlink_to(night / name)
    text = (night / "night.jsonl").read_text()
    assert '["zoom","2"]' in text
    (other / "night.jsonl").write_text(text.replace('["zoom","2"]', '["zoom","3"]'))
    assert main(["replay", str(other), "--ticks", "recorded", "--verify"]) == 1
    out = capsys.readouterr().out
    at_s = uneven_times_s(40)[20]
    assert "20 of 40 scenes equal\n20 of 40 frames equal\n" in out
    assert f"first scene that differs is at {at_s:.3f} s (tick 20): layers[0].zoom was" in out


def test_recorded_frames_are_a_film_of_the_same_pictures(night: Path, tmp_path: Path) -> None:
    film, report = tmp_path / "night.mp4", tmp_path / "night.json"
    assert (
        main(["replay", str(night), str(film), "--ticks", "recorded", "--report", str(report)]) == 0
    )
    made = json.loads(report.read_text())
    assert (made["frames"], made["width"], made["height"]) == (40, 64, 36)
    with av.open(str(film)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 40


def test_an_even_film_has_the_nights_length_its_part_and_its_sound(
    night: Path, tmp_path: Path
) -> None:
    film = tmp_path / "part.mp4"
    size = ["--resolution", "96x54", "--fps", "20", "--scale", "0.5"]
    assert main(["replay", str(night), str(film), *size, "--from", "0.5", "--to", "1.0"]) == 0
    with av.open(str(film)) as container:
        frames = list(container.decode(video=0))
        assert (len(frames), frames[0].width, frames[0].height) == (10, 96, 54)
    with av.open(str(film)) as container:
        sound = np.concatenate([f.to_ndarray() for f in container.decode(audio=0)], axis=1)
    # A drum at .5 s, the first of the part: loud at once, and a tenth as loud before its end.
    assert np.abs(sound[:, 1024:4000]).max() > 0.2
    assert np.abs(sound[:, 20_000:24_000]).max() < 0.1


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--verify"], 2, "--verify goes with --ticks recorded"),
        (["--from", "1"], 2, "need OUT.mp4"),
        (["OUT", "--from", "900"], 1, "no frame lies there"),
        (["OUT", "--resolution", "95x54"], 2, "both must be even"),
        (["IN"], 1, "would be written over a file of the night"),
    ],
)
def test_what_cannot_be_is_told(
    night: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    told: str,
) -> None:
    places = {"OUT": str(tmp_path / "out.mp4"), "IN": str(night / "sound.flac")}
    words = [places.get(word, word) for word in arguments]
    assert main(["replay", str(night), *words]) == code
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out.mp4").exists()
