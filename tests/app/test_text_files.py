"""Every text that a person may edit is read as editors save it: with a mark in front, or wide."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from trainer.clip.names import name_clip
from trainer.runs.batch import read_prompts
from visualizer.config.settings import read_settings
from visualizer.controls.midi.map_file import read_map
from visualizer.controls.script import read_script
from visualizer.style.library import read_slots
from visualizer.style.morph_pairs import MORPHS, read_morphs
from visualizer.system.files import read_object

VIT_B_16 = {"width": 768, "layers": 12, "patch_size": 16, "image_size": 224}
CLIP_CONFIG = {"model_cfg": {"vision_cfg": VIT_B_16}}
READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "actions.txt": ("# night\n0.5 next\n1 dimmer 0.5\n", read_script),
    "slots.toml": ('slots = ["silk", "seed:7"]\n', read_slots),
    "settings.toml": ("fade = 3.0\n", read_settings),
    "midi.toml": ('["X"]\n"cc 1/13" = "zoom"\n', read_map),
    "prompts.txt": ("a rose\na tülip\n", read_prompts),
    "card.json": ('{"prompt": "a rose"}\n', read_object),
    MORPHS: (
        '{"pairs": [{"sha256": ["a", "b"], "good": true}]}\n',
        lambda path: vars(read_morphs(path.parent)),
    ),
    "open_clip_config.json": (
        json.dumps(CLIP_CONFIG),
        lambda path: name_clip(f"local-dir:{path.parent}", None),
    ),
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "utf-8 with CRLF"])
def test_it_says_the_same(
    name: str, coding: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    text, read = READERS[name]
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    expected = read(path)
    codec, _, crlf = coding.partition(" ")
    path.write_bytes((text.replace("\n", "\r\n") if crlf else text).encode(codec))
    assert read(path) == expected
    assert expected
    assert caplog.messages == []
