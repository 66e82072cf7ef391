"""No output of the player costs an input or another output: each command, before it begins."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from visualizer.cli import main, run_live
from visualizer.style.library import styles_folder


@pytest.fixture
def folder(demo_song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in: a song under some names, actions, a status, a library of one style."""
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(demo_song, "song.mp4")
    Path("soft.mp4").symlink_to("song.mp4")
    Path("hard.mp4").hardlink_to("song.mp4")
    shutil.copyfile(demo_song, "film.partial.mp4")
    Path("acts.txt").write_text("1 next\n")
    Path("library").mkdir()
    for suffix in (".safetensors", ".json"):
        shutil.copyfile(styles_folder() / f"silk{suffix}", f"library/silk{suffix}")
    return tmp_path


@pytest.mark.parametrize(
    ("line", "first", "second"),
    [
        ("song.mp4 song.mp4", "the film (song.mp4)", "the song (song.mp4)"),
        ("song.mp4 ../x/../{name}/song.mp4", "the film", "the song"),
        ("soft.mp4 song.mp4", "the film", "the song"),
        ("song.mp4 hard.mp4", "the film", "the song"),
        ("song.mp4 SONG.mp4", "the film", "the song"),
        ("film.partial.mp4 film.mp4", "the unfinished film", "the song"),
        ("song.mp4 film.mp4 --report film.mp4", "the film", "--report"),
        ("song.mp4 film.mp4 --report ./film.partial.mp4", "the unfinished film", "--report"),
        ("song.mp4 film.mp4 --report song.mp4", "--report", "the song"),
        ("song.mp4 film.mp4 --actions acts.txt --report acts.txt", "--report", "--actions"),
        ("song.mp4 a.mp4 --styles library --report library/silk.json", "--report", "the styles"),
        ("song.mp4 a.mp4 --style library/silk.safetensors --report library/silk.safetensors",
         "--report", "--style"),
        ("song.mp4 --features song.mp4", "--features", "the song"),
        ("song.mp4 --still song.mp4", "the still", "the song"),
        ("song.mp4 --status song.mp4", "--status", "the song"),
        ("--status acts.txt --actions acts.txt", "--status", "--actions"),
        ("--styles library --status library/silk.json", "--status", "the styles"),
    ],
)  # fmt: skip
def test_it_is_refused_before_anything_is_opened(
    line: str, first: str, second: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.*") if path.is_file()}
    (folder.parent / "x").mkdir(exist_ok=True)
    assert run_live(line.format(name=folder.name).split()) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert first in error
    assert second in error
    assert {path: path.read_bytes() for path in folder.rglob("*.*") if path.is_file()} == before


@pytest.mark.parametrize("verb", ["render", "features", "still"])
def test_the_verbs_of_the_installed_command_refuse_it_too(
    verb: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (folder / "song.mp4").read_bytes()
    assert main([verb, "song.mp4", "./soft.mp4"]) == 1
    assert "would be written over the song" in capsys.readouterr().err
    assert (folder / "song.mp4").read_bytes() == before


def test_settings_and_slots_are_inputs_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    for name in ("settings", "slots"):
        assert run_live(["--status", f"chladni/{name}.toml"]) == 1
        assert f"the file of {name}" in capsys.readouterr().err
