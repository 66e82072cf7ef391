"""From a prompt to the target: the vector that pictures are driven toward."""

from __future__ import annotations

import difflib
import logging
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors import SafetensorError, safe_open

from trainer.clip.picture import open_image
from trainer.clip.word_lists import distractors, mean_texts
from visualizer.errors import ChladniError

if TYPE_CHECKING:
    from torch import Tensor

    from trainer.clip.guide import Guide

NEGATIVE_SHARE = 0.5
"""How much of the negative prompt's direction is taken off."""
VAGUE_SHARE = 0.7
"""A text nearer to the mean text than this share of the median distractor says too little."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Where training goes, in the guide's space.

    vector: (D,) unit, of the prompt. centre: (D,) mean text, None where it is not known.
    distractors: (100, D) unit, None where they are not known. how: how the vectors were made.
    direction: (D,) unit, what the loss follows: the centred vector, with picture and negative.
    """

    vector: Tensor
    centre: Tensor | None
    distractors: Tensor | None
    how: str
    direction: Tensor


def make_target(
    prompt: str | None,
    guide: Guide,
    embedding_file: Path | None,
    negative: str | None = None,
    image: Path | None = None,
) -> Target:
    """The target of a prompt, of a picture, or of both; texts from FILE or the guide.

    Raises ChladniError where FILE lacks the prompt or the picture cannot be read.
    """
    import torch  # noqa: PLC0415 - the lists and checks of this module serve without torch
    from torch.nn.functional import normalize  # noqa: PLC0415 - the same

    source = _Texts(guide, embedding_file)
    centre = source.mean(mean_texts()) if prompt is not None else None
    others = source.all(distractors(prompt or "")) if prompt is not None else None
    seen = None if image is None else guide.encode_image(_read_image(image, guide))[0]
    if prompt is None:
        if seen is None:
            raise ChladniError("a target needs a prompt or a picture; give --prompt or --image")
        return Target(seen, None, None, f"the picture {_name(image)}", seen)
    vector = source.one(prompt)
    direction = _centred(vector, centre)
    how = source.how
    if seen is not None:
        direction, how = direction + seen, f"{how}, and the picture {_name(image)}"
    if negative is not None:
        direction = direction - NEGATIVE_SHARE * _centred(source.one(negative), centre)
        how += f", away from {negative!r}"
    if centre is None or others is None:
        _log.warning(
            "%s lacks the mean texts or distractors: the target is not centred where it lacks"
            " the former, and the rank is null; 'train.py clip --texts' prints what to embed",
            embedding_file,
        )
    elif float((vector - centre).norm()) < VAGUE_SHARE * float(
        torch.median((others - centre).norm(dim=1))
    ):
        _log.warning(
            "the prompt %r says little that can be seen: its text lies near the mean of all"
            " texts; name a thing, a material or a scene",
            prompt,
        )
    return Target(vector, centre, others, how, normalize(direction, dim=0))


class _Texts:
    """Vectors of texts, from a file where one is given, else from the guide's text tower."""

    def __init__(self, guide: Guide, path: Path | None) -> None:
        self._guide = guide
        self._path = path
        self._known = None if path is None else read_embeddings(path)
        self.how = "its own text tower" if path is None else read_how(path)
        for vector in (self._known or {}).values():
            if vector.shape != (guide.dimensions,):
                raise ChladniError(
                    f"{path} holds vectors of {len(vector)} numbers, {guide.name} has"
                    f" {guide.dimensions}; embed the texts for this CLIP model"
                )

    def one(self, text: str) -> Tensor:
        if self._known is None:
            if unread := self._guide.unread(text):
                _log.warning(
                    "the text is longer than %s reads; left out is its end: %r",
                    self._guide.name,
                    unread,
                )
            return self._guide.encode_text([text])[0]
        check_known(text, self._known, self._path)
        return self._stack([text])[0]

    def all(self, texts: list[str]) -> Tensor | None:
        """(N, D), or None where the file lacks one of them."""
        if self._known is None:
            return self._guide.encode_text(texts)
        if any(_key(text) not in self._known for text in texts):
            return None
        return self._stack(texts)

    def mean(self, texts: list[str]) -> Tensor | None:
        """(D,) unit, the mean of the texts."""
        from torch.nn.functional import normalize  # noqa: PLC0415 - see make_target

        vectors = self.all(texts)
        return None if vectors is None else normalize(vectors.mean(dim=0), dim=0)

    def _stack(self, texts: list[str]) -> Tensor:
        import torch  # noqa: PLC0415 - see make_target

        rows = np.stack([(self._known or {})[_key(text)] for text in texts])
        return torch.from_numpy(rows).to(self._guide.device)


def read_embeddings(path: Path) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    """Unit vectors by text, from a safetensors file. Raises ChladniError."""
    try:
        with safe_open(path, framework="np") as file:
            found = {name: np.asarray(file.get_tensor(name), np.float32) for name in file.keys()}  # noqa: SIM118 - not a dict
    except (OSError, SafetensorError, TypeError, ValueError) as error:
        raise ChladniError(
            f"cannot read text vectors from {path} ({error});"
            " expected safetensors with one vector for each text"
        ) from error
    for name, vector in found.items():
        size = float(np.linalg.norm(vector)) if vector.ndim == 1 else 0.0
        if not 0.0 < size < np.inf:
            raise ChladniError(f"{path} has no finite vector for {name!r}; embed that text again")
    return {_key(name): vector / np.linalg.norm(vector) for name, vector in found.items()}


def read_how(path: Path) -> str:
    """How a file's text vectors were made: its metadata's ``how``, else the file's name."""
    with safe_open(path, framework="np") as file:
        how = (file.metadata() or {}).get("how", "")
    return textwrap.shorten(how, 80, placeholder=" ...") or f"text vectors of {path.name}"


def check_known(text: str, known: object, path: Path | None) -> None:
    """Raise ChladniError when a file of text vectors lacks a text."""
    keys = list(known) if isinstance(known, dict) else []
    if _key(text) in keys:
        return
    near = difflib.get_close_matches(_key(text), keys, n=3)
    others = f"but for {', '.join(map(repr, near))}" if near else "nor for one like it"
    raise ChladniError(
        f"{path} has no vector for {text!r}, {others}; embed the prompt and add it to the file"
    )


def _key(text: str) -> str:
    return " ".join(text.lower().split())


def _centred(vector: Tensor, centre: Tensor | None) -> Tensor:
    from torch.nn.functional import normalize  # noqa: PLC0415 - see make_target

    return vector if centre is None else normalize(vector - centre, dim=0)


def _name(path: Path | None) -> str:
    return "" if path is None else path.name


def _read_image(path: Path, guide: Guide) -> Tensor:
    """(1, 3, side, side): the picture's middle square."""
    import torch  # noqa: PLC0415 - see make_target

    pixels = np.asarray(open_image(path).resize((guide.side, guide.side)), np.float32) / 255.0
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].to(guide.device)
