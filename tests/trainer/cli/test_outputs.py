"""What a run of the trainer may write over, and under which name it goes."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save_file

from tests.styles import random_style
from trainer.cli.main import main
from trainer.cli.outputs import check_outputs, free_output, unfinished_output
from trainer.files import CHECKPOINT_KEY, check_replaceable, picture_notes
from trainer.request import TrainRequest
from visualizer.errors import ChladniError, StyleError
from visualizer.style.style import Architecture
from visualizer.style.style_file import save_style


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A style with its picture and card, as a run leaves them."""
    save_style(random_style(Architecture(8, 2, "tanh", 0, 0)), tmp_path / "rose.safetensors")
    Image.new("RGB", (480, 270)).save(tmp_path / "rose.png", pnginfo=picture_notes())
    (tmp_path / "rose.json").write_text(json.dumps({"prompt": "a rose", "card": {}}))
    return tmp_path


def checkpoint(path: Path, prompt: str) -> None:
    described = {"settings": {"prompt": prompt, "image": None}}
    save_file({"step": np.zeros(1)}, path, {CHECKPOINT_KEY: json.dumps(described)})


def test_a_photo_is_not_replaced_by_the_picture_of_its_style(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (64, 48), (200, 0, 40)).save("rose.png")
    before = Path("rose.png").read_bytes()
    assert main(["--image", "rose.png", "--output", "rose.safetensors"]) == 1
    error = capsys.readouterr().err
    assert "--image (rose.png)" in error
    assert "what the run writes (rose.png)" in error
    # Nor where the photo only lies there.
    assert main(["--prompt", "a rose", "--output", "./rose.safetensors"]) == 1
    assert "rose.png would be written over" in capsys.readouterr().err
    assert Path("rose.png").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["rose.png"]


@pytest.mark.parametrize("suffix", [".png", ".json", ".preview.png"])
@pytest.mark.parametrize("option", ["image", "song", "text_embedding"])
def test_no_input_is_written_over(library: Path, option: str, suffix: str) -> None:
    output = library / "new.safetensors"
    path = output.with_name(f"new{suffix}")
    path.symlink_to("elsewhere")
    check_outputs(TrainRequest("a rose", library / "other.safetensors", **{option: path}))  # type: ignore[arg-type]  # one of several
    with pytest.raises(ChladniError, match="would be written over --"):
        check_outputs(TrainRequest("a rose", output, **{option: path}))  # type: ignore[arg-type]  # one of several


def test_the_start_is_an_input_and_so_are_the_files_of_clip(library: Path) -> None:
    rose = library / "rose.safetensors"
    with pytest.raises(ChladniError, match="--start"):
        check_outputs(TrainRequest("a rose", rose), start=rose)


def test_what_runs_wrote_is_replaced_and_nothing_else(library: Path) -> None:
    rose = library / "rose.safetensors"
    check_replaceable(rose)
    checkpoint(library / "rose.checkpoint", "a rose")
    check_replaceable(rose)
    for name, content in (
        ("rose.png", b"no picture"), ("rose.json", b'{"petals": 34}'), ("rose.json", b"["),
        ("rose.checkpoint", b"chess"), ("rose.safetensors", b"weights of something else"),
    ):  # fmt: skip
        before = (library / name).read_bytes()
        (library / name).write_bytes(content)
        with pytest.raises(StyleError, match=rf"{name} would be written over"):
            check_replaceable(rose)
        (library / name).write_bytes(before)
    # As pictures were before they said whose they are: known by their card.
    Image.new("RGB", (480, 270)).save(library / "rose.png")
    check_replaceable(rose)
    (library / "rose.json").unlink()
    with pytest.raises(StyleError, match=r"rose\.png"):
        check_replaceable(rose)


def test_a_name_from_a_prompt_never_replaces_a_style(
    library: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        assert free_output(library, "tulip").name == "tulip.safetensors"
        assert caplog.messages == []
        assert free_output(library, "rose").name == "rose-2.safetensors"
    assert caplog.messages == ["rose is there already: this one becomes rose-2 (--force replaces)"]
    assert free_output(library, "rose", force=True).name == "rose.safetensors"
    (library / "rose-2.json").write_text("somebody's")
    assert free_output(library, "rose").name == "rose-3.safetensors"


def test_resume_goes_on_with_the_newest_stopped_run_of_its_prompt(library: Path) -> None:
    def resumed(prompt: str) -> str:
        return unfinished_output(library, "rose", prompt, None).stem

    assert resumed("Rose!") == "rose"
    checkpoint(library / "rose-2.checkpoint", "Rose!")
    checkpoint(library / "rose-3.checkpoint", "rose?")
    assert (resumed("Rose!"), resumed("rose?")) == ("rose-2", "rose-3")


def test_two_prompts_of_one_name_become_two_styles_also_where_it_is_a_shipped_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prompts alone, no training: the names that a command aims at."""
    aimed: list[Path] = []

    def note(request: TrainRequest, **_: object) -> None:
        aimed.append(request.output)
        save_style(random_style(Architecture(8, 2, "tanh", 0, 0)), request.output)

    monkeypatch.setattr("trainer.cli.requested.new_styles_folder", lambda: tmp_path / "styles")
    monkeypatch.setattr("trainer.cli.progress.train_with_bar", note)
    monkeypatch.setattr("trainer.cli.main.check_request", lambda _: None)
    for prompt in ("Storm clouds!", "storm/clouds", "storm clouds"):
        assert main(["--prompt", prompt]) == 0
    assert main(["--prompt", "storm clouds", "--force"]) == 0
    assert [path.stem for path in aimed] == [
        "storm-clouds", "storm-clouds-2", "storm-clouds-3", "storm-clouds",
    ]  # fmt: skip
