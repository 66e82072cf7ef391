"""Files that are written whole, under any name that the disk takes; texts as editors save them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.errors import FilmError
from visualizer.system.files import check_target, partial_path, read_text, replacing

LONGEST = 255


def write(path: Path, text: str) -> list[str]:
    """Write it; the names that were in the folder meanwhile."""
    check_target(path)
    with replacing(path) as temporary:
        temporary.write_text(text)
        return [found.name for found in path.parent.iterdir()]


@pytest.mark.parametrize("letter", ["x", "é", "🌀"])
@pytest.mark.parametrize("size", range(240, LONGEST + 1))
def test_names_as_long_as_the_disk_takes_are_written(
    tmp_path: Path, letter: str, size: int
) -> None:
    stem = letter * ((size - 4) // len(letter.encode()))
    path = tmp_path / f"{stem}.mp4"
    meanwhile = write(path, "film")
    assert path.read_text() == "film"
    assert max(len(os.fsencode(name)) for name in meanwhile) <= len(os.fsencode(path.name))
    partial = partial_path(path)
    partial.write_text("half")
    assert partial.name.endswith(".partial.mp4")


def test_longer_names_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(FilmError, match="a name of 256 bytes, the disk takes 255"):
        check_target(tmp_path / f"{'x' * 252}.mp4")


def test_two_files_of_one_beginning_are_written_at_once(tmp_path: Path) -> None:
    long = "x" * 240
    with (
        replacing(tmp_path / f"{long}.wav") as one,
        replacing(tmp_path / f"{long}.json") as other,
        replacing(tmp_path / "a") as third,
    ):
        for number, temporary in enumerate((one, other, third)):
            temporary.write_text(str(number))
    names = f"{long}.wav", f"{long}.json", "a"
    assert [(tmp_path / name).read_text() for name in names] == ["0", "1", "2"]
    assert len(list(tmp_path.iterdir())) == 3


def test_a_symbolic_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "to.mp4").symlink_to("link.mp4")
    (tmp_path / "link.mp4").symlink_to("disk/film.mp4")
    for text in ("first", "second"):
        write(tmp_path / "to.mp4", text)
        assert (tmp_path / "disk" / "film.mp4").read_text() == text
    assert (tmp_path / "to.mp4").readlink() == Path("link.mp4")
    assert (tmp_path / "link.mp4").is_symlink()
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["film.mp4"]


def test_a_link_to_nowhere_is_refused_and_so_is_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "link.mp4").symlink_to("gone/film.mp4")
    with pytest.raises(FilmError, match="there is no folder"):
        check_target(tmp_path / "link.mp4")
    (tmp_path / "here.mp4").symlink_to(tmp_path)
    with pytest.raises(FilmError, match="is a folder"):
        check_target(tmp_path / "here.mp4")
    os.mkfifo(tmp_path / "pipe.mp4")
    for path in (tmp_path / "pipe.mp4", Path("/dev/null")):
        with pytest.raises(FilmError, match="is no ordinary file"):
            check_target(path)


@given(st.text(st.characters(codec="utf-8")))
def test_texts_are_read_as_editors_save_them(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("text") / "text.txt"
    plain = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for coding in ("utf-8", "utf-8-sig", "utf-16"):
        path.write_bytes(text.lstrip("\ufeff").encode(coding))
        assert read_text(path) == plain
    path.write_bytes(plain.replace("\n", "\r\n").encode())
    assert read_text(path) == plain
