from __future__ import annotations

import hashlib
import json
import pickle
import struct
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from visualizer.errors import StyleError
from visualizer.style.procedural.seeds import seed_style
from visualizer.style.style import ACTIVATIONS, Architecture, Route, style_sha256
from visualizer.style.style_file import (
    MAX_FILE_BYTES,
    load_style,
    parse_style,
    save_style,
    style_bytes,
)

STYLE = seed_style(5)
DATA = style_bytes(STYLE)
REST = {"zoom": 1.0, "turn": 0.0, "shift": [0.0, 0.0]}


def rewritten(change: dict[str, Any], tensors: dict[str, Any] | None = None) -> bytes:
    """The file of STYLE with parts of its description, or all tensors, replaced."""
    size = struct.unpack("<Q", DATA[:8])[0]
    description = json.loads(json.loads(DATA[8 : 8 + size])["__metadata__"]["chladni"])
    metadata = {"chladni": json.dumps(description | change)}
    return bytes(save(dict(STYLE.tensors) if tensors is None else tensors, metadata=metadata))


def with_tensor(name: str, value: Any) -> bytes:
    return rewritten({}, {**STYLE.tensors, name: value})


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "kept.safetensors"
    save_style(STYLE, path)
    loaded = load_style(path)
    assert loaded.name == "kept"  # a file's name is its style's
    for field in ("architecture", "z_names", "routes", "view", "audio_scale", "prompt", "seed"):
        assert getattr(loaded, field) == getattr(STYLE, field)
    assert set(loaded.tensors) == set(STYLE.tensors)
    for name, tensor in STYLE.tensors.items():
        np.testing.assert_array_equal(loaded.tensors[name], tensor)
    assert list(tmp_path.iterdir()) == [path]


def test_a_mirror_makes_version_2_and_none_keeps_the_bytes_of_version_1() -> None:
    assert b'\\"format_version\\": 1' in DATA
    assert b"mirror" not in DATA
    folded = replace(STYLE, view=replace(STYLE.view, mirror=6))
    data = style_bytes(folded)
    assert b'\\"format_version\\": 2' in data
    assert parse_style(data).view == folded.view
    assert style_sha256(folded) == style_sha256(STYLE)
    assert parse_style(DATA).view.mirror == 0


def test_sha256_is_that_of_the_bytes_after_the_header() -> None:
    size = struct.unpack("<Q", DATA[:8])[0]
    assert style_sha256(STYLE) == hashlib.sha256(DATA[8 + size :]).hexdigest()
    assert style_sha256(parse_style(DATA)) == style_sha256(STYLE)


def test_parameters_of_the_known_networks() -> None:
    # 32 wide, depth 4, 16 feature and 8 warp waves: counted by hand, layer by layer.
    small = Architecture(32, 4, "tanh", 16, 8)
    layers = (35 * 32 + 32) + 3 * (32 * 32 + 32) + (32 * 3 + 3)
    assert small.parameters == layers + 8 * 5 + 16 * 2 == 4491
    plain = Architecture(128, 4, "tanh", 0, 0)
    assert plain.parameters == (3 * 128 + 128) + 3 * (128 * 128 + 128) + (128 * 3 + 3)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "too short"),
        (b"\0" * 7, "too short"),
        (DATA[:100], "header is larger"),
        (DATA[:-4], "tensors cannot be read"),
        (DATA + b"more", "tensors cannot be read"),
        (struct.pack("<Q", 2**63) + b"{}", "header is larger"),
        (struct.pack("<Q", 2) + b"{}", "no readable 'chladni' entry"),
        (struct.pack("<Q", 4) + b"[[[[", "no readable 'chladni' entry"),
        (pickle.dumps({"layers.0.weight": [1, 2]}), "pickle"),
        (b"PK\x03\x04" + b"\0" * 64, "pickle or zip"),
        (rewritten({"format_version": 3}), "format version is 3"),
        (rewritten({"format_version": True}), "format version is True"),
        (rewritten({"format_version": 2}), "incomplete or malformed"),
        (rewritten({"format_version": 2, "view": {**REST, "mirror": 5}}), "mirror is 5"),
        (rewritten({"format_version": 2, "view": {**REST, "mirror": True}}), "mirror is True"),
        (rewritten({"format_version": 2, "view": {**REST, "mirror": "6"}}), "mirror is '6'"),
        (rewritten({"format_version": 2, "view": {**REST, "mirror": [6]}}), "mirror is [6]"),
        (rewritten({"format_version": 2, "view": {**REST, "mirror": 6.0}}), "mirror is 6.0"),
        (rewritten({"format_version": None}), "format version is None"),
        (rewritten({"architecture": {}}), "incomplete or malformed"),
        (rewritten({"architecture": None}), "incomplete or malformed"),
        (rewritten({"routes": 3}), "incomplete or malformed"),
        (rewritten({"view": {"zoom": "a lot", "turn": 0, "shift": [0, 0]}}), "malformed"),
        (rewritten({"z": []}), "z needs 1 to 32"),
        (rewritten({"z": ["a"] * 11}), "different names"),
        (rewritten({"z": ["../../x", *STYLE.z_names[1:]]}), "cannot be named"),
        (rewritten({"routes": [{"target": "bass", "source": "smell", "gain": 1}]}), "'smell'"),
        (rewritten({"routes": [{"target": "no", "source": "bass", "gain": 1}]}), "'no'"),
        (rewritten({"routes": [{"target": "bass", "source": "bass", "gain": 1e9}]}), "gain is"),
        (rewritten({"audio_scale": float("nan")}), "audio_scale is nan"),
        (rewritten({"seed": "1"}), "its seed is '1'"),
        (rewritten({"prompt": 7}), "its prompt is 7"),
        (rewritten({"name": "a/b"}), "name is 1 to 100"),
        (with_tensor("layers.0.bias", np.full(32, np.nan, np.float32)), "NaN or infinity"),
        (with_tensor("layers.0.bias", np.full(32, np.inf, np.float32)), "NaN or infinity"),
        (with_tensor("layers.0.bias", np.zeros(31, np.float32)), "has shape (31,)"),
        (with_tensor("layers.0.bias", np.zeros(32, np.float64)), "is float64"),
        (with_tensor("layers.9.bias", np.zeros(32, np.float32)), "does not belong"),
        (rewritten({}, {}), "is missing"),
    ],
)
def test_a_bad_file_gets_one_sentence(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "bad.safetensors"
    path.write_bytes(data)
    with pytest.raises(StyleError) as error:
        load_style(path)
    assert str(path) in str(error.value)
    assert why in str(error.value)
    assert "\n" not in str(error.value)


def test_torch_files_are_never_opened(tmp_path: Path) -> None:
    path = tmp_path / "old.pth"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data.pkl", b"cos\nsystem\n(S'touch owned'\ntR.")
    with pytest.raises(StyleError, match=r"train import .*old\.pth --output old\.safetensors"):
        load_style(path)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.safetensors"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES * 1000)
    with pytest.raises(StyleError, match="at most"):
        load_style(path)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(StyleError, match="cannot read the style"):
        load_style(tmp_path / "none.safetensors")
    with pytest.raises(StyleError, match="cannot write"):
        save_style(STYLE, tmp_path / "nowhere" / "x.safetensors")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"width": 30}, "multiple of 4"),
        ({"width": 260}, "from 4 to 256"),
        ({"width": True}, "whole number"),
        ({"depth": 1}, "from 2 to 8"),
        ({"depth": 9}, "from 2 to 8"),
        ({"feature_waves": 33}, "from 0 to 32"),
        ({"warp_waves": -1}, "from 0 to 16"),
        ({"activation": "step"}, ACTIVATIONS[0]),
    ],
)
def test_architectures_outside_the_format(change: dict[str, Any], why: str) -> None:
    good: dict[str, Any] = {
        "width": 32,
        "depth": 4,
        "activation": "tanh",
        "feature_waves": 8,
        "warp_waves": 4,
    }
    with pytest.raises(StyleError, match=why):
        Architecture(**(good | change))


def test_routes_reach_z_and_view_only() -> None:
    with pytest.raises(StyleError, match="route leads to"):
        replace(STYLE, routes=(Route("sky", "bass", 1.0),))


@settings(max_examples=300)
@given(st.integers(0, len(DATA) - 1), st.binary(min_size=1, max_size=12))
def test_damage_anywhere_is_refused_or_harmless(place: int, damage: bytes) -> None:
    data = DATA[:place] + damage + DATA[place + len(damage) :]
    try:
        style = parse_style(data)
    except StyleError:
        return
    assert all(np.isfinite(tensor).all() for tensor in style.tensors.values())


@given(st.binary(max_size=400))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(StyleError):
        parse_style(data)
