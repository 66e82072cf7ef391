from __future__ import annotations

import json
import subprocess
import sys
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.styles import random_style
from tests.tiny_clip import make_tiny_clip
from trainer.cli.main import main
from trainer.compare.compare import Order, compare, install
from trainer.compare.excerpt import write_excerpt
from trainer.compare.film import FilmOrder, draw_film
from trainer.compare.report import (
    Comparison,
    Entry,
    best,
    fair_iterations,
    finding,
    results_markdown,
    table,
    verdict,
)
from visualizer.errors import FilmError, SoundError
from visualizer.style.routes import STANDARD_ROUTES, Z_NAMES
from visualizer.style.style import Architecture, Style
from visualizer.style.style_file import load_style, save_style

ROOT = Path(__file__).parents[3]


def architecture(width: int) -> Architecture:
    return Architecture(width, 2, "tanh", feature_waves=0, warp_waves=0)


def card_of(width: int, score: float, rank: int | None = 1) -> dict[str, Any]:
    return {
        "clip": "a CLIP, by hand",
        "score": score,
        "gain": score - 0.24,
        "rank": rank,
        "rank_of": 101,
        "moves": 0.5,
        "parameters": architecture(width).parameters,
        "flop_per_pixel": architecture(width).flop_per_pixel,
        "scale_50db": 0.25,
    }


def entry(width: int, score: float, seconds: float = 10.0, rank: int | None = 1) -> Entry:
    return Entry(width, 2, "tanh", 400, seconds, card_of(width, score, rank))


def style_of(width: int) -> Style:
    style = random_style(architecture(width), z=len(Z_NAMES), seed=width)
    return replace(style, z_names=Z_NAMES, routes=STANDARD_ROUTES)


class FakeTrainer:
    """Writes what a run would leave; a network's score and seconds an iteration are given."""

    def __init__(self, score: Callable[[int, int], float], second: dict[int, float]) -> None:
        self._score, self._second = score, second
        self.runs: list[tuple[int, int | None, Path]] = []

    def __call__(self, width: int, iterations: int | None, output: Path) -> None:
        self.runs.append((width, iterations, output))
        count = iterations or 100
        save_style(style_of(width), output)
        notes = {
            "settings": {"iterations": count},
            "seconds": count * self._second[width],
            "card": card_of(width, self._score(width, count)),
        }
        output.with_suffix(".json").write_text(json.dumps(notes), encoding="utf-8")
        Image.new("RGB", (4, 4)).save(output.with_suffix(".png"))


def short_song(folder: Path) -> Path:
    path = folder / "song.wav"
    write_song(path, 0.5)
    return path


def order(folder: Path, *widths: int, song: Path | None = None) -> Order:
    return Order("molten  lava", "lava", widths, folder, song, (32, 18))


def test_the_best_has_the_highest_score_and_of_equals_the_fewer_parameters() -> None:
    assert best([entry(8, 0.27), entry(4, 0.28), entry(16, 0.26)]).width == 4
    assert best([entry(16, 0.28), entry(8, 0.28)]).width == 8


def test_the_verdict_follows_from_the_numbers() -> None:
    clear = verdict([entry(128, 0.30), entry(256, 0.27)])
    assert "Winner: 128 wide" in clear
    assert "0.0300 above 256 wide" in clear
    assert "more than another seed" in clear
    close = verdict([entry(128, 0.280), entry(256, 0.284)])
    assert "Winner: 256 wide" in close
    assert "does not settle it" in close
    assert "the only one" in verdict([entry(128, 0.3)])


def test_the_key_finding_is_judged_by_128_and_256_alone() -> None:
    assert finding([entry(128, 0.28), entry(256, 0.25)]).startswith("**holds**")
    assert finding([entry(256, 0.29), entry(128, 0.28)]).startswith("**does not hold**")
    assert finding([entry(128, 0.28), entry(256, 0.28)]).startswith("**does not hold**")
    assert finding([entry(128, 0.28), entry(64, 0.25)]).startswith("cannot be said")


def test_the_table_marks_one_winner() -> None:
    lines = table([entry(8, 0.27, rank=None), entry(4, 0.28, 3.21, rank=7)]).splitlines()
    assert lines[0].startswith(
        "| Architecture | Parameters | CLIP score | Gain | Rank | Moves | Seconds |"
    )
    assert [("winner" in line) for line in lines[2:]] == [False, True]
    assert "0.2800 | +0.0400 | 7 of 101 | 0.50 | 3.2 | 400" in lines[3]
    assert lines[2].split("|")[5].strip() == "-"
    assert len({line.count("|") for line in lines}) == 1


def test_fair_iterations_fill_the_seconds_of_the_fastest() -> None:
    assert fair_iterations(entry(8, 0.3, 20.0), 10.0) == 200
    assert fair_iterations(entry(8, 0.3, 10.0), 10.0) == 400
    assert fair_iterations(entry(8, 0.3, 1e9), 1.0) == 1
    assert fair_iterations(entry(8, 0.3, 0.0), 0.0) == 400


@pytest.mark.slow
def test_a_comparison_leaves_all_that_is_needed_to_choose(tmp_path: Path) -> None:
    films: list[FilmOrder] = []
    # The wide net is better with the same iterations, but four times slower.
    train = FakeTrainer(lambda width, n: 0.25 + 1e-4 * n * (width / 8), {4: 0.1, 8: 0.4})
    asked = order(tmp_path / "new" / "folder", 4, 8, song=short_song(tmp_path))
    comparison = compare(asked, train, films.append)
    folder = asked.folder
    for width in (4, 8):
        for suffix in ("safetensors", "png", "json"):
            assert (folder / f"lava_{width}dim.{suffix}").is_file()
    again = folder / "same_seconds" / "lava_8dim.safetensors"
    assert train.runs[2:] == [(8, 25, again)]
    assert [film.out.name for film in films] == ["test_4dim.mp4", "test_8dim.mp4"]
    assert {film.song.name for film in films} == {"test_clip_10s.wav"}
    assert {(film.size, film.scale) for film in films} == {((32, 18), 0.25)}
    assert comparison.winner.width == 8
    assert best(comparison.same_seconds).width == 4
    with Image.open(folder / "contact_sheet.png") as sheet:
        assert sheet.height == 2 * (144 + 16)
    text = (folder / "COMPARISON_RESULTS.md").read_text(encoding="utf-8")
    assert text.startswith("# molten lava\n")
    assert text.index("Winner: 8 wide") < text.index("Winner: 4 wide")
    assert text.count("(winner)") == 2
    assert "a CLIP, by hand" in text


@pytest.mark.slow
def test_results_stay_where_a_film_cannot_be_drawn(tmp_path: Path) -> None:
    def broken(_: FilmOrder) -> None:
        raise FilmError("no GL here")

    asked = order(tmp_path, 4, 8, song=short_song(tmp_path))
    with pytest.raises(FilmError, match="no GL here"):
        compare(asked, FakeTrainer(lambda width, _: width / 100, {4: 0.1, 8: 0.1}), broken)
    assert (tmp_path / "COMPARISON_RESULTS.md").is_file()
    assert (tmp_path / "contact_sheet.png").is_file()


@pytest.mark.slow
def test_installing_copies_the_winner_alone(tmp_path: Path) -> None:
    asked = order(tmp_path / "out", 4, 8, song=short_song(tmp_path))
    train = FakeTrainer(lambda width, _: width / 100, {4: 0.1, 8: 0.1})
    comparison = compare(asked, train, lambda _: None)
    styles = tmp_path / "styles"
    styles.mkdir()
    placed = install(asked, comparison, styles / "lava-2.safetensors")
    assert sorted(path.name for path in styles.iterdir()) == [
        "lava-2.json",
        "lava-2.png",
        "lava-2.safetensors",
    ]
    assert load_style(placed).architecture.width == 8


def test_results_say_so_where_nothing_was_found_out(tmp_path: Path) -> None:
    runs = (entry(32, 0.28),)
    text = results_markdown(Comparison("a rose", "CLIP", runs, runs), [])
    assert text.count("cannot be said") == 2
    assert str(tmp_path) not in text


def write_song(path: Path, seconds: float) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        ramp = np.linspace(-0.5, 0.5, round(48_000 * seconds))
        file.writeframes((ramp * 32767).astype("<i2").tobytes())


def frames_of(path: Path) -> tuple[int, np.ndarray[Any, Any]]:
    with wave.open(str(path)) as file:
        assert file.getframerate() == 48_000
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return file.getnframes(), data


def test_the_excerpt_is_the_songs_middle(tmp_path: Path) -> None:
    song, out = tmp_path / "song.wav", tmp_path / "clip.wav"
    write_song(song, 14.0)
    write_excerpt(song, out)
    count, data = frames_of(out)
    assert count == 480_000
    assert abs(int(data[240_000])) <= 2
    write_song(song, 2.0)
    write_excerpt(song, out)
    assert frames_of(out)[0] == 96_000


@pytest.mark.slow
def test_without_a_song_the_built_in_track_is_cut(tmp_path: Path) -> None:
    write_excerpt(None, tmp_path / "clip.wav")
    count, data = frames_of(tmp_path / "clip.wav")
    assert count == 480_000
    assert np.abs(data).max() > 10_000
    with pytest.raises(SoundError):
        write_excerpt(tmp_path / "none.wav", tmp_path / "clip.wav")


@pytest.mark.slow
def test_the_player_draws_the_film_and_its_sentence_comes_back(tmp_path: Path) -> None:
    song, style = tmp_path / "song.wav", tmp_path / "a.safetensors"
    write_song(song, 0.2)
    save_style(style_of(4), style)
    wanted = FilmOrder(song, tmp_path / "a.mp4", style, (32, 18), 0.5)
    draw_film(wanted)
    assert wanted.out.stat().st_size > 500
    with pytest.raises(FilmError, match=r"a\.mp4 was not drawn: .*none"):
        draw_film(replace(wanted, song=tmp_path / "none.wav"))


def typed(*args: str) -> int:
    return main(args)


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("compare", "--prompt", " "), 2, "prompt is empty"),
        (("compare", "--prompt", "a rose", "--hidden-dims", "30"), 2, "multiple of 4"),
        (("compare", "--prompt", "a rose", "--video-resolution", "31x18"), 2, "even"),
        (("compare", "--prompt", "a rose", "--audio", "none.wav"), 1, "does not exist"),
        (("compare", "--prompt", "a rose", "--clip-model", "local-dir:none"), 1, "no CLIP"),
        (("evaluate",), 2, "STYLE"),
        (("evaluate", "nosuch"), 1, "no style 'nosuch'"),
        (("evaluate", "seed:1", "--audio", "none.wav"), 1, "does not exist"),
        (("evaluate", "seed:1", "--prompt", "a", "--text-embedding", "none"), 1, "none"),
        (("batch", "none.txt"), 1, "cannot read"),
        (("import", "none.pth", "--output", "a.safetensors"), 1, "cannot read"),
        (("import", "none.pth", "--output", "a.pth"), 1, "should end in"),
        (("import", "none.pth", "--output", "no/a.safetensors"), 1, "no folder"),
    ],
)
def test_a_mistake_ends_in_one_line_and_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    args: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert typed(*args) == code
    told = capsys.readouterr().err.strip()
    assert told.startswith("error: ")
    assert words in told
    assert "\n" not in told
    assert list(tmp_path.iterdir()) == []


def test_arguments_are_checked_before_torch_is_imported() -> None:
    code = "import sys, trainer.cli.main; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0


@pytest.mark.slow
def test_evaluate_measures_an_untrained_style_without_any_clip(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert typed("evaluate", "seed:7", "--json") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["name"] == "seed-7"
    assert row["card"]["score"] is None
    assert row["card"]["kick_levels"] > 0.0
    assert (row["card"]["start"], row["card"]["mirror"]) == ("seed:7", 0)
    assert row["card"]["crisp_levels"] > 10.0


@pytest.mark.slow
def test_the_whole_way_with_a_tiny_clip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    clip = ("--clip-model", make_tiny_clip(tmp_path / "tiny"))
    short = ("--iterations", "2", "--resolutions", "16", "--audio", str(short_song(tmp_path)))
    lava = ("--prompt", "molten lava", "--hidden-dims", "8", "--output-dir", "out")
    assert typed("compare", *lava, "--video-resolution", "32x18", *short, *clip) == 0
    assert (tmp_path / "out" / "test_8dim.mp4").stat().st_size > 500
    assert "8 wide, 4 deep" in (tmp_path / "out" / "COMPARISON_RESULTS.md").read_text("utf-8")
    capsys.readouterr()
    made = str(tmp_path / "out" / "molten-lava_8dim.safetensors")
    card = json.loads(Path(made).with_suffix(".json").read_text("utf-8"))["card"]
    assert typed("evaluate", made, "--json", *clip) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["prompt"] == "molten lava"
    # A style does not say what it began with.
    assert row["card"] | {"start": card["start"]} == card
