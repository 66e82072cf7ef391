"""CLIP as two functions: pictures to vectors, texts to vectors (Radford et al., 2021)."""

from __future__ import annotations

import bisect
import copy
import difflib
import functools
import logging
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional

from trainer.clip.names import LOCAL_DIR, name_clip
from trainer.clip.open_clip import import_open_clip
from visualizer.errors import ChladniError

_BATCH = 64
"""Texts encoded at once."""


class Guide:
    """A frozen CLIP model.

    model: an open_clip model. tokenize: texts to its token ids. name: which weights it has.
    mean, std: the colour normalisation that it was trained with.
    """

    def __init__(
        self,
        model: Any,  # noqa: ANN401 - open_clip carries no types
        tokenize: Any,  # noqa: ANN401 - the same
        name: str,
        mean: Sequence[float],
        std: Sequence[float],
    ) -> None:
        self.name = name
        self._model = model.eval().requires_grad_(requires_grad=False)
        _tokens_first(model.visual)
        self._tokenize = tokenize
        weights = next(model.visual.parameters())
        self._device: torch.device = weights.device
        self._dtype: torch.dtype = weights.dtype
        self._mean = torch.tensor(mean, device=self._device)[:, None, None]
        self._std = torch.tensor(std, device=self._device)[:, None, None]
        self.side = int(_square(model.visual.image_size))
        """Pixels a side of the pictures that it was trained on."""
        self._positions = _positions(model.visual)
        # A tower whose positions cannot be resampled sees every picture at its own size.
        patch = _square(model.visual.patch_size) if self._positions is not None else self.side
        self.patch = int(patch)
        """Inputs are multiples of this, in pixels."""
        with torch.no_grad():
            blank = torch.zeros(1, 3, self.side, self.side)
            width = self._model.encode_image(blank.to(self._device, self._dtype))
        self.dimensions = int(width.shape[-1])
        """Length of an embedding."""

    @property
    def device(self) -> torch.device:
        """Where the model lies."""
        return self._device

    @functools.cached_property
    def in_bfloat16(self) -> Guide:
        """The same model with its weights in bfloat16: coarser vectors, for gradients alone.

        Where a processor multiplies bfloat16 it takes 60 % of the time. ViT-B/16 at 112 px:
        vectors within a cosine of .9995 of float32's, gradients .93 to .97, which is less
        than two draws of crops differ by.
        """
        rounded = copy.deepcopy(self._model).bfloat16()
        mean, std = self._mean.flatten().tolist(), self._std.flatten().tolist()
        return Guide(rounded, self._tokenize, self.name, mean, std)

    def nearest_side(self, side: int) -> int:
        """The multiple of ``patch`` nearest to ``side``, at least one patch, at most ``side``."""
        patches = min(max(round(side / self.patch), 1), self.side // self.patch)
        return patches * self.patch

    def encode_image(self, images: Tensor) -> Tensor:
        """(N, D) unit vectors of images (N, 3, H, W) in 0..1; differentiable.

        Pictures are resized to the nearest side that the model can see; below its own side
        the position embeddings are interpolated, which costs a quarter at half the side.
        """
        side = self.nearest_side(min(images.shape[-2:]))
        if images.shape[-2:] != (side, side):
            images = functional.interpolate(
                images, (side, side), mode="bicubic", align_corners=False, antialias=True
            )
        pixels = ((images.to(self._device) - self._mean) / self._std).to(self._dtype)
        if self._positions is None or side == self.side:
            return functional.normalize(self._model.encode_image(pixels).float(), dim=-1)
        resized = resize_positions(self._positions.float(), side // self.patch).to(self._dtype)
        # The tower is borrowed with other positions for this one call; it is not changed.
        swapped = {"visual.positional_embedding": resized}
        features = functional_call(self._model, swapped, (pixels, None), tie_weights=False)
        vectors = features["image_features"] if isinstance(features, dict) else features[0]
        return functional.normalize(vectors.float(), dim=-1)

    def has_text(self) -> bool:
        """Whether there is a text tower with weights in it (all zeros count as none)."""
        with torch.no_grad():
            probe = self._model.encode_text(self._tokenize(["a"]).to(self._device))
        return bool(torch.isfinite(probe).all() and probe.norm() > 1e-6)

    def unread(self, text: str) -> str:
        """The end of a text that the tower does not read; empty where it reads all of it."""
        whole = self._tokenize([text])
        read = bisect.bisect_left(
            range(len(text)),
            True,
            key=lambda count: bool((self._tokenize([text[:count]]) == whole).all()),
        )
        return text[read:].strip()

    def encode_text(self, texts: Sequence[str]) -> Tensor:
        """(N, D) unit vectors of texts. Raises ChladniError where there is no text tower."""
        if not self.has_text():
            raise ChladniError(
                f"{self.name} has no text tower; give a file of text vectors with --text-embedding"
            )
        with torch.no_grad():
            batches = [
                self._model.encode_text(
                    self._tokenize(list(texts[i : i + _BATCH])).to(self._device)
                )
                for i in range(0, len(texts), _BATCH)
            ]
        return functional.normalize(torch.cat(batches), dim=-1)


def resize_positions(positions: Tensor, patches: int) -> Tensor:
    """Position embeddings (1 + n², C) for a grid of ``patches``² instead: (1 + patches², C).

    Bicubic, as Dosovitskiy et al. (2021) do it for other picture sizes; the class token's stays.
    """
    n = round((positions.shape[0] - 1) ** 0.5)
    grid = positions[1:].T.reshape(1, -1, n, n)
    grid = functional.interpolate(
        grid, (patches, patches), mode="bicubic", align_corners=False, antialias=True
    )
    return torch.cat([positions[:1], grid.flatten(2)[0].T])


def load_guide(model: str, pretrained: str | None, device: str | torch.device = "cpu") -> Guide:
    """A CLIP by open_clip's name and tag (or weights file), or ``local-dir:FOLDER``.

    Raises ChladniError: unknown names and tags list the near ones, and weights that cannot
    be fetched say how to get them.
    """
    open_clip = import_open_clip()
    if model.startswith(LOCAL_DIR):
        pretrained, quick_gelu = None, False
    else:
        quick_gelu = _check_names(open_clip, model, pretrained)
    try:
        with _quiet():
            loaded = open_clip.create_model(
                model,
                pretrained=pretrained,
                device=device,
                require_pretrained=True,
                force_quick_gelu=quick_gelu,
            )
            tokenizer = open_clip.get_tokenizer(model)
    # open_clip passes on whatever its hub, torch and safetensors raise: network errors, OSError,
    # RuntimeError for a checkpoint of another architecture.
    except Exception as error:
        raise ChladniError(explain_missing(model, pretrained, error)) from error
    config = open_clip.get_model_preprocess_cfg(loaded)
    return Guide(loaded, tokenizer, name_clip(model, pretrained), config["mean"], config["std"])


def _check_names(open_clip: ModuleType, model: str, pretrained: str | None) -> bool:
    """Refuse unknown names and tags. Returns whether the tag wants QuickGELU."""
    models = list(open_clip.list_models())
    if model.startswith("hf-hub:"):
        return False
    if model not in models:
        raise ChladniError(
            f"there is no CLIP model {model!r}; near ones: {_near(model, models)};"
            " 'train.py clip --list' lists all"
        )
    tags = list(open_clip.list_pretrained_tags_by_model(model))
    if pretrained is None:
        raise ChladniError(f"{model} needs --clip-pretrained; its tags: {', '.join(tags)}")
    if pretrained not in tags and not Path(pretrained).is_file():
        raise ChladniError(
            f"{model} has no weights {pretrained!r}, and there is no such file;"
            f" near tags: {_near(pretrained, tags)}"
        )
    return bool(open_clip.get_pretrained_cfg(model, pretrained).get("quick_gelu", False))


def _near(name: str, names: Sequence[str]) -> str:
    lower = {known.lower(): known for known in names}
    close = difflib.get_close_matches(name.lower(), list(lower), n=5, cutoff=0.3)
    return ", ".join(lower[key] for key in close) or ", ".join(list(names)[:5])


def explain_missing(model: str, pretrained: str | None, error: Exception) -> str:
    """Why weights cannot be loaded, and what to do, in one sentence."""
    reason = textwrap.shorten(str(error) or type(error).__name__, 160, placeholder=" ...")
    if model.startswith(LOCAL_DIR):
        return (
            f"cannot load CLIP from {model.removeprefix(LOCAL_DIR)} ({reason}); expected a folder"
            " with open_clip_config.json and open_clip_model.safetensors that fit together"
        )
    if pretrained is not None and Path(pretrained).is_file():
        return (
            f"{pretrained} does not hold weights of {model} ({reason}); choose the model it is of"
        )
    return (
        f"the weights of {model}:{pretrained} are not on this machine and cannot be fetched"
        f" ({reason}); where there is a network, run 'train.py clip --fetch {model}:{pretrained}',"
        f" copy the file that it names, and give --clip-model {_file_model(model, pretrained)}"
        " --clip-pretrained FILE"
    )


def _file_model(model: str, pretrained: str | None) -> str:
    """The name under which a tag's weights load from a file, whose activation no tag tells."""
    open_clip = import_open_clip()
    found = open_clip.get_pretrained_cfg(model, pretrained or "")
    quick = f"{model}-quickgelu"
    return quick if found.get("quick_gelu") and quick in open_clip.list_models() else model


@contextmanager
def _quiet() -> Iterator[None]:
    """Hold back what open_clip logs and warns about while loading: errors are raised anyway."""
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def has_bfloat16(device: torch.device) -> bool:
    """Whether a device multiplies bfloat16 itself; elsewhere it would be slower than float32."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    able = torch.cpu.get_capabilities() if device.type == "cpu" else {}
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def _tokens_first(visual: nn.Module) -> None:
    """Lay tokens before pictures inside a ViT: the same numbers in two thirds of the time.

    Pictures first, torch's attention projects a transposed view as many small products: 44 %
    of an iteration at 112 px, and in bfloat16 nine tenths.
    """
    tower = getattr(visual, "transformer", None)
    attentions = [getattr(block, "attn", None) for block in getattr(tower, "resblocks", ())]
    if tower is None or not all(isinstance(a, nn.MultiheadAttention) for a in attentions):
        return
    for part in (tower, *attentions):
        part.batch_first = False


def _square(size: int | Sequence[int]) -> int:
    return size if isinstance(size, int) else size[0]


def _positions(visual: nn.Module) -> Tensor | None:
    """A ViT's position embeddings (1 + n², C), or None where they are laid out otherwise."""
    positions = getattr(visual, "positional_embedding", None)
    if not isinstance(positions, Tensor) or not hasattr(visual, "patch_size"):
        return None
    side, patch = _square(visual.image_size), _square(visual.patch_size)  # type: ignore[arg-type] # ints or pairs of ints
    return positions if positions.shape[0] == 1 + (side // patch) ** 2 else None
