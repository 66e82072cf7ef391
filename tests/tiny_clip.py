"""A tiny random CLIP with a text tower: any check of the trainer runs in seconds with it.

``python -m tests.tiny_clip DIR`` makes a folder for ``--clip-model local-dir:DIR``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from trainer.clip.open_clip import import_open_clip

CONFIG: dict[str, Any] = {
    "model_cfg": {
        "embed_dim": 32,
        "vision_cfg": {
            "image_size": 64,
            "patch_size": 16,
            "layers": 1,
            "width": 64,
            "head_width": 32,
        },
        "text_cfg": {
            "context_length": 16,
            "vocab_size": 49408,
            "width": 32,
            "heads": 2,
            "layers": 1,
        },
    },
    "preprocess_cfg": {"mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25]},
}


def make_tiny_clip(folder: Path, seed: int = 0) -> str:
    """Write the model; returns the name that loads it."""
    open_clip = import_open_clip()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = open_clip.CLIP(**CONFIG["model_cfg"])
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(state, folder / "open_clip_model.safetensors")
    (folder / "open_clip_config.json").write_text(json.dumps(CONFIG, indent=2), encoding="utf-8")
    return f"local-dir:{folder}"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("error: expected one folder to write: python -m tests.tiny_clip DIR")
    sys.stdout.write(make_tiny_clip(Path(sys.argv[1])) + "\n")
