"""Imports open_clip, also where torch and torchvision come from different builds."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from types import ModuleType

import torch

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


def import_open_clip() -> ModuleType:
    """The open_clip module.

    With a CPU build of torch, torchvision's compiled operators may not load, and then its
    import fails with "operator torchvision::nms does not exist". CLIP uses neither operator,
    so declaring them is enough. Nothing is done where the builds match.
    """
    if not _operators_load():
        _declare_operators()
    import open_clip  # noqa: PLC0415 - only once the operators are declared

    module: ModuleType = open_clip
    return module


def _operators_load() -> bool:
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None:
        return True
    for path in sorted(Path(spec.origin).parent.glob("_C.*")):
        try:
            torch.ops.load_library(str(path))  # type: ignore[no-untyped-call] # torch's
        except (OSError, RuntimeError):
            return False
    return True


@functools.cache
def _declare_operators() -> torch.library.Library:
    """Declare them once; cached, because they live as long as the library that declares them."""
    library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call] # torch's
    for schema in _SCHEMAS:
        if not hasattr(torch.ops.torchvision, schema.split("(")[0]):
            library.define(schema)  # type: ignore[no-untyped-call] # torch's
    return library
