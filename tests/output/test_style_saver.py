"""Keeping untrained styles: whole files, nothing overwritten, the same style once."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image as PillowImage

from tests.fakes import ImagePicture, make_frame, plain
from visualizer.contracts import Frame
from visualizer.errors import StyleError
from visualizer.output.style_saver import PREVIEW_PX, StyleSaver
from visualizer.show.session import Session
from visualizer.style.library import open_library
from visualizer.style.procedural.seeds import seed_style
from visualizer.style.style import Style, style_sha256
from visualizer.style.style_file import load_style

LARGE = ImagePicture(plain(90, 90, 90, 1280, 720))
"""A picture larger than a preview."""


@pytest.fixture(scope="module")
def style() -> Style:
    return seed_style(5)


def frame(style: Style, *names: str) -> Frame:
    return make_frame(*names, session=Session(style))


def keep(folder: Path, *styles: Style) -> None:
    with StyleSaver(folder) as style_saver:
        for style in styles:
            style_saver.show(LARGE, frame(style, "keep"))


def test_only_frames_that_ask_are_wanted(tmp_path: Path, style: Style) -> None:
    style_saver = StyleSaver(tmp_path)
    assert not style_saver.wants(frame(style))
    style_saver.ask()
    assert style_saver.wants(frame(style))


def test_a_kept_style_is_loaded_again_with_its_picture_and_card(
    tmp_path: Path, style: Style, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "styles"  # made when needed
    with caplog.at_level(logging.INFO):
        keep(folder, style)
    path = folder / f"{style.name}.safetensors"
    assert style_sha256(load_style(path)) == style_sha256(style)
    assert [found.name for found in open_library(folder).styles] == [style.name]
    with PillowImage.open(path.with_suffix(".png")) as preview:
        assert preview.size == (PREVIEW_PX, PREVIEW_PX * 9 // 16)
    card = json.loads(path.with_suffix(".json").read_text())
    assert card["seed"] == 5
    assert card["sha256"] == style_sha256(style)
    assert str(path) in caplog.text


def test_the_same_style_is_kept_once(
    tmp_path: Path, style: Style, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        keep(tmp_path, style, style)
    assert len(list(tmp_path.iterdir())) == 3
    assert "kept already" in caplog.text


def test_another_style_of_the_same_name_gets_a_number(tmp_path: Path, style: Style) -> None:
    other = replace(seed_style(6), name=style.name)
    (tmp_path / f"{style.name}-2.json").write_text("somebody's")
    keep(tmp_path, style, other, other)
    assert sorted(path.stem for path in tmp_path.glob("*.safetensors")) == [
        style.name,
        f"{style.name}-3",
    ]
    third = load_style(tmp_path / f"{style.name}-3.safetensors")
    assert third.name == f"{style.name}-3"
    assert style_sha256(third) == style_sha256(other)
    assert (tmp_path / f"{style.name}-2.json").read_text() == "somebody's"


def test_a_trained_style_is_left_alone(tmp_path: Path, style: Style) -> None:
    keep(tmp_path, replace(style, prompt="a forest of glass", seed=None))
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_a_line_in_the_log(
    tmp_path: Path, style: Style, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    keep(tmp_path / "file", style)
    assert len(caplog.records) == 1
    assert "cannot keep" in caplog.text


def test_a_full_disk_keeps_no_name_taken(
    tmp_path: Path,
    style: Style,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def full(_: Style, path: Path) -> None:
        raise StyleError(f"cannot write {path}: No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("visualizer.output.style_saver.save_style", full)
        keep(tmp_path, style)
    assert "No space left on device" in caplog.messages[0]
    assert list(tmp_path.iterdir()) == []
    keep(tmp_path, style)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"{style.name}{end}" for end in (".json", ".png", ".safetensors")
    ]
