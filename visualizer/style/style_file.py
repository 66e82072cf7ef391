"""Style files: safetensors with the style's description as JSON metadata. Never a pickle.

The format is documented field by field in ``styles/README.md``.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as parse_tensors
from safetensors.numpy import save as serialize_tensors

from visualizer.errors import StyleError
from visualizer.style.style import Architecture, Route, Style, View
from visualizer.system.files import replacing

FORMAT_VERSIONS = (1, 2)
"""1 has no ``view.mirror``, and is what is written where that is 0: such files keep their bytes."""
METADATA_KEY = "chladni"
MAX_FILE_BYTES = 16 * 2**20
"""Eight 256-wide layers with 32 z entries take 2.3 MB; anything far above is not a style."""
_MAX_HEADER_BYTES = 2**20


def style_bytes(style: Style) -> bytes:
    """The whole file of a style: header, then all tensors, F32, in name order."""
    metadata = {METADATA_KEY: json.dumps(_describe(style), sort_keys=True)}
    tensors = {name: np.ascontiguousarray(t) for name, t in sorted(style.tensors.items())}
    return bytes(serialize_tensors(tensors, metadata=metadata))


def save_style(style: Style, path: Path) -> None:
    """Write a style file whole or not at all. Raises StyleError."""
    with replacing(path, StyleError) as temporary:
        temporary.write_bytes(style_bytes(style))


def load_style(path: Path) -> Style:
    """Read and check a style file; the style takes the file's name.

    Raises StyleError, one sentence, for anything wrong.
    """
    data = _read(path)
    try:
        return replace(parse_style(data), name=path.stem)
    except StyleError as error:
        raise StyleError(f"{path} is not a style that can be played: {error}") from error


def parse_style(data: bytes) -> Style:
    """A style from a file's bytes. Raises StyleError."""
    description = _read_description(data)
    try:
        tensors = parse_tensors(data)
    except (SafetensorError, ValueError, TypeError, KeyError) as error:
        raise StyleError(f"its tensors cannot be read ({error})") from error
    try:
        return _build(description, tensors)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise StyleError(f"its description is incomplete or malformed ({error!r})") from error


def _read(path: Path) -> bytes:
    if path.suffix in {".pth", ".pt", ".pkl", ".ckpt"}:
        raise StyleError(
            f"{path} is a torch file, which may run code when opened; convert it once with"
            f" 'chladni train import {path} --output {path.stem}.safetensors'"
        )
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise StyleError(
                f"{path} holds {size} bytes, a style file at most {MAX_FILE_BYTES};"
                " choose a style written by 'chladni train'"
            )
        return path.read_bytes()
    except OSError as error:
        raise StyleError(f"cannot read the style {path}: {error.strerror or error}") from error


def _read_description(data: bytes) -> dict[str, Any]:
    """The JSON of our metadata entry, from the safetensors header."""
    if data[:2] in {b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"}:
        raise StyleError("it is a pickle or zip archive, not safetensors")
    if len(data) < 8:
        raise StyleError("it is too short to be a safetensors file")
    (size,) = struct.unpack("<Q", data[:8])
    if size > min(_MAX_HEADER_BYTES, len(data) - 8):
        raise StyleError("its header is larger than the file or than any style's: truncated?")
    try:
        header = json.loads(data[8 : 8 + size])
        description = json.loads(header["__metadata__"][METADATA_KEY])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise StyleError(f"its metadata has no readable {METADATA_KEY!r} entry") from error
    if not isinstance(description, dict):
        raise StyleError(f"its {METADATA_KEY!r} entry is not a JSON object")
    version = description.get("format_version")
    if isinstance(version, bool) or version not in FORMAT_VERSIONS:
        raise StyleError(
            f"its format version is {version!r}, this program reads"
            f" {' and '.join(map(str, FORMAT_VERSIONS))};"
            " train it again or update the program"
        )
    return description


def _describe(style: Style) -> dict[str, Any]:
    view = asdict(style.view)
    version = 2 if style.view.mirror else 1
    if version == 1:
        del view["mirror"]
    return {
        "format_version": version,
        "name": style.name,
        "prompt": style.prompt,
        "seed": style.seed,
        "architecture": asdict(style.architecture),
        "z": list(style.z_names),
        "routes": [asdict(route) for route in style.routes],
        "view": view,
        "audio_scale": style.audio_scale,
    }


def _build(description: dict[str, Any], tensors: Mapping[str, Any]) -> Style:
    arch = description["architecture"]
    view = description["view"]
    shift_x, shift_y = view["shift"]
    prompt, seed = description.get("prompt"), description.get("seed")
    if prompt is not None and not isinstance(prompt, str):
        raise StyleError(f"its prompt is {prompt!r}, expected text")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
        raise StyleError(f"its seed is {seed!r}, expected a whole number")
    return Style(
        name=str(description["name"]),
        architecture=Architecture(
            width=arch["width"],
            depth=arch["depth"],
            activation=str(arch["activation"]),
            feature_waves=arch["feature_waves"],
            warp_waves=arch["warp_waves"],
        ),
        z_names=tuple(str(name) for name in description["z"]),
        routes=tuple(
            Route(str(r["target"]), str(r["source"]), float(r["gain"]))
            for r in description["routes"]
        ),
        tensors=dict(tensors),
        view=View(
            zoom=float(view["zoom"]),
            turn=float(view["turn"]),
            shift=(float(shift_x), float(shift_y)),
            mirror=view["mirror"] if description["format_version"] == 2 else 0,
        ),
        audio_scale=float(description["audio_scale"]),
        prompt=prompt,
        seed=seed,
    )
