"""Paths that lead to one file, in all the ways that paths do."""

from __future__ import annotations

from pathlib import Path

import pytest

from visualizer.errors import ChladniError
from visualizer.system.used_files import check_apart, is_same_file, used


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "Café.wav"
    path.write_bytes(b"sound")
    return path


def test_links_relative_parts_and_other_cases_are_the_file(
    song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "soft.wav").symlink_to(song.name)
    (tmp_path / "hard.wav").hardlink_to(song)
    (tmp_path / "here").symlink_to(tmp_path, target_is_directory=True)
    for other in (
        song, song.name, f"./{song.name}", f"folder/../{song.name}", f"here/{song.name}",
        "soft.wav", "hard.wav", "CAFÉ.WAV", "Cafe\u0301.wav",
    ):  # fmt: skip
        assert is_same_file(song, Path(other)), other
    assert not is_same_file(song, tmp_path / "folder" / song.name)


def test_files_that_are_not_there_yet_are_compared_by_where_they_would_be(tmp_path: Path) -> None:
    (tmp_path / "link.mp4").symlink_to("film.mp4")
    assert is_same_file(tmp_path / "link.mp4", tmp_path / "film.mp4")
    assert is_same_file(tmp_path / "film.mp4", tmp_path / "FILM.mp4")
    assert not is_same_file(tmp_path / "film.mp4", tmp_path / "film2.mp4")


def test_two_files_that_are_there_are_two_whatever_their_names(tmp_path: Path) -> None:
    one, other = tmp_path / "song.wav", tmp_path / "SONG.wav"
    one.write_text("one")
    other.write_text("other")
    # On a disk that knows no case the second was written into the first.
    assert is_same_file(one, other) == (one.read_text() == "other")


def test_an_output_over_an_input_or_another_output_names_both(song: Path, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    check_apart(used("the song", song), used("the film", film, None))
    with pytest.raises(ChladniError, match=r"the film .* would be written over the song") as caught:
        check_apart(used("the song", song), used("the film", song))
    assert caught.value.exit_code == 1
    with pytest.raises(ChladniError, match=r"the film .* and --report .* are one file"):
        check_apart((), (*used("the film", film), *used("--report", film)))
