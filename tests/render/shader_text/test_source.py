from pathlib import Path

import pytest

from visualizer.errors import GraphicsError
from visualizer.render.shader_text.source import load_source, shader_folder


def test_includes_are_pasted_and_defines_follow_the_version(tmp_path: Path) -> None:
    (tmp_path / "main.frag").write_text('#version 330\na\n#include "b.glsl"\nc\n')
    (tmp_path / "b.glsl").write_text("b1\nb2\n")
    source = load_source("main.frag", {"N": "4", "F(x)": "(x)"}, folder=tmp_path)
    assert source.text == "#version 330\n#define N 4\n#define F(x) (x)\na\nb1\nb2\nc\n"


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("0:4(7): error: syntax error", "b.glsl:2(7): error: syntax error"),  # Mesa
        ("0(5) : error C0000: oh", "main.frag:4 : error C0000: oh"),  # NVIDIA
        ("ERROR: 0:2: 'x' : undeclared", "ERROR: main.frag:2: 'x' : undeclared"),  # AMD, Apple
        ("0:99(1): error", "0:99(1): error"),
        ("error without a line", "error without a line"),
    ],
)
def test_a_drivers_lines_are_named_by_file(tmp_path: Path, log: str, expected: str) -> None:
    (tmp_path / "main.frag").write_text('#version 330\na\n#include "b.glsl"\nc\n')
    (tmp_path / "b.glsl").write_text("b1\nb2\n")
    assert load_source("main.frag", folder=tmp_path).explain(log + "\n\0") == expected


def test_a_file_may_be_included_twice_but_not_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "twice").write_text('#version 330\n#include "b"\n#include "b"\n')
    (tmp_path / "b").write_text("b\n")
    assert load_source("twice", folder=tmp_path).text.count("b\n") == 2
    (tmp_path / "round").write_text('#version 330\n#include "x"\n')
    (tmp_path / "x").write_text('#include "y"\n')
    (tmp_path / "y").write_text('#include "x"\n')
    with pytest.raises(GraphicsError, match="round > x > y > x"):
        load_source("round", folder=tmp_path)


def test_a_missing_file_names_who_wanted_it(tmp_path: Path) -> None:
    (tmp_path / "main.frag").write_text('#version 330\n#include "gone.glsl"\n')
    with pytest.raises(GraphicsError, match=r"gone\.glsl, which main\.frag includes"):
        load_source("main.frag", folder=tmp_path)
    with pytest.raises(GraphicsError, match=r"no\.frag cannot be read"):
        load_source("no.frag", folder=tmp_path)


def test_generated_text_is_included_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "main.frag").write_text('#version 330\n#include "made"\n')
    (tmp_path / "b").write_text("b\n")
    source = load_source("main.frag", generated={"made": 'm\n#include "b"\n'}, folder=tmp_path)
    assert source.text == "#version 330\nm\nb\n"


def test_without_a_version_line_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "main.frag").write_text("void main() {}\n")
    with pytest.raises(GraphicsError, match="#version"):
        load_source("main.frag", folder=tmp_path)


def test_backslashes_join_lines_and_the_count_stays(tmp_path: Path) -> None:
    (tmp_path / "main.frag").write_text("#version 330\n#define A \\\n  1 + \\\n  2\nlast\n")
    source = load_source("main.frag", folder=tmp_path)
    assert source.text == "#version 330\n#define A 1 + 2\n\n\nlast\n"
    assert source.places[-1] == ("main.frag", 5)


def test_the_projects_shaders_are_found() -> None:
    names = {path.name for path in shader_folder().iterdir()}
    assert {"network.frag", "present.frag", "fullscreen.vert", "include"} <= names
