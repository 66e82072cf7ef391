from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from tests.styles import random_style
from visualizer.app.preflight import run_preflight
from visualizer.config.request import Look
from visualizer.errors import StyleError
from visualizer.style.library import (
    DEFAULT_STYLE,
    SLOTS,
    find_style,
    library_folders,
    new_styles_folder,
    open_library,
    parse_seed,
    read_slots,
    styles_folder,
)
from visualizer.style.procedural.seeds import seed_style
from visualizer.style.style import Architecture, style_sha256
from visualizer.style.style_file import save_style
from visualizer.system.paths import slots_file

SMALL = Architecture(8, 2, "tanh", 0, 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, prompt in (("zebra", None), ("apple", None), ("lava", "molten lava")):
        style = replace(seed_style(len(name)), name=name, prompt=prompt)
        save_style(style, tmp_path / f"{name}.safetensors")
    return tmp_path


def names(folder: Path, *slots: str) -> list[str]:
    return [style.name for style in open_library(folder, slots).styles]


def test_trained_styles_come_first_then_untrained_each_by_name(folder: Path) -> None:
    assert names(folder) == ["lava", "apple", "zebra"]


def test_slots_come_before_all(folder: Path) -> None:
    assert names(folder, "zebra", "seed:4") == ["zebra", "seed-4", "lava", "apple"]


def test_a_broken_style_is_said_and_passed_over(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "broken.safetensors").write_bytes(b"\x80\x04not a style")
    with caplog.at_level(logging.WARNING):
        assert names(folder, "none", "seed:x") == ["lava", "apple", "zebra"]
    assert "broken.safetensors is not a style" in caplog.text
    assert "the slots name 'none'" in caplog.text
    assert "'seed:x' is not a seed" in caplog.text


def test_a_style_by_name_path_and_seed(folder: Path) -> None:
    path = folder / "lava.safetensors"
    by_name, by_path = find_style("lava", folder), find_style(str(path), Path("elsewhere"))
    assert style_sha256(by_name) == style_sha256(by_path)
    assert style_sha256(find_style("seed:7", folder)) == style_sha256(seed_style(7))


@pytest.mark.parametrize("spec", ["nobody", "no/such/file", "nobody.safetensors"])
def test_an_unknown_style_names_what_there_is(folder: Path, spec: str) -> None:
    with pytest.raises(StyleError, match="apple, lava, zebra"):
        find_style(spec, folder)


@pytest.mark.parametrize("spec", ["seed:", "seed:-1", "seed:1.5", "seed:²", "seed:" + "9" * 10**6])
def test_bad_seeds(spec: str) -> None:
    with pytest.raises(StyleError, match="expected seed:N"):
        parse_seed(spec)


def test_slots_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "slots.toml"
    assert read_slots(path) == ()
    path.write_text('slots = ["b", "seed:3"]\n')
    assert read_slots(path) == ("b", "seed:3")
    with caplog.at_level(logging.WARNING):
        for broken in ("slots = [1]", "slots = 'b'", "slots", "\0"):
            path.write_text(broken)
            assert read_slots(path) == ()
    assert caplog.text.count("slots") >= 4


def test_the_users_slots_are_used(folder: Path) -> None:
    slots_file().parent.mkdir(parents=True, exist_ok=True)
    slots_file().write_text('slots = ["zebra"]\n')
    stage = run_preflight(Look(styles=folder))
    assert [style.name for style in stage.library.styles] == ["zebra", "lava", "apple"]


def test_the_style_of_the_command_line_is_the_librarys_own(folder: Path) -> None:
    stage = run_preflight(Look(style="apple", styles=folder))
    assert stage.style is stage.library.styles[1]
    assert run_preflight(Look(style="seed:9", styles=folder)).style.name == "seed-9"


def test_no_folder_and_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(StyleError, match="there is no styles folder"):
        run_preflight(Look(styles=tmp_path / "none"))
    with pytest.raises(StyleError, match="there are no styles in"):
        run_preflight(Look(styles=tmp_path))
    assert run_preflight(Look(styles=tmp_path, style="seed:1")).style.name == "seed-1"


def test_the_shipped_styles_are_playable_and_the_default_is_small() -> None:
    library = open_library(styles_folder())
    assert len(library.styles) >= 8
    assert library.default().architecture.width <= 32


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """An installed program's styles: those of the user's own, and the shipped ones."""
    own, shipped = tmp_path / "data" / "chladni" / "styles", tmp_path / "site" / "_styles"
    for folder in (own, shipped):
        folder.mkdir(parents=True)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr("visualizer.style.library.styles_folder", lambda: shipped)
    return own, shipped


def test_an_installed_programs_library_is_the_users_styles_beside_the_shipped(
    installed: tuple[Path, Path],
) -> None:
    own, shipped = installed
    assert library_folders(shipped) == library_folders(own) == (own, shipped)
    assert new_styles_folder() == own
    for folder, name, seed in ((shipped, "silk", 1), (shipped, "rose", 2), (own, "lava", 3)):
        save_style(random_style(SMALL, seed), folder / f"{name}.safetensors")
    save_style(random_style(SMALL, 4), own / "rose.safetensors")
    found = {style.name: style.seed for style in open_library(shipped).styles}
    assert found == {"silk": 1, "lava": 3, "rose": 4}
    assert [find_style(name, shipped).seed for name in found] == list(found.values())
    with pytest.raises(StyleError, match="there are: lava, rose, silk;"):
        find_style("nobody", shipped)


def test_a_checkouts_library_is_its_styles_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert new_styles_folder() == styles_folder() == Path(__file__).parents[2] / "styles"
    assert library_folders(styles_folder()) == (styles_folder(),)


def test_a_folder_that_was_asked_for_is_alone(installed: tuple[Path, Path], tmp_path: Path) -> None:
    assert library_folders(tmp_path) == (tmp_path,)
    save_style(random_style(SMALL, 3), installed[0] / "lava.safetensors")
    with pytest.raises(StyleError, match="there is no style 'lava'"):
        find_style("lava", tmp_path)


def test_a_folders_own_order_comes_after_the_users_and_before_the_rest(folder: Path) -> None:
    every = names(folder)
    (folder / SLOTS).write_text(f'slots = ["{every[-1]}", "{every[1]}"]\n', encoding="utf-8")
    rest = [name for name in every if name not in {every[-1], every[1]}]
    assert names(folder) == [every[-1], every[1], *rest]
    assert names(folder, every[0])[:3] == [every[0], every[-1], every[1]]


def test_the_shipped_order_names_every_shipped_style(caplog: pytest.LogCaptureFixture) -> None:
    folder = styles_folder()
    shipped = {path.stem for path in folder.glob("*.safetensors")}
    assert shipped == set(read_slots(folder / SLOTS))
    library = open_library(folder)
    assert [style.name for style in library.styles] == list(read_slots(folder / SLOTS))
    assert library.default().name == DEFAULT_STYLE
    assert not caplog.records
