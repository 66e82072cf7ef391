"""Who guides a run, and who judges it: CLIPs, each with the prompt in its own space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from trainer.clip.guide import Guide, load_guide
from trainer.clip.targets import Target, make_target
from visualizer.errors import ChladniError

if TYPE_CHECKING:
    from trainer.request import TrainRequest


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """A CLIP and a target in its space."""

    guide: Guide
    target: Target


@dataclass(frozen=True, slots=True, eq=False)
class Judges:
    """For one prompt. first: who guides as well. others: that were not trained on."""

    first: Judge
    others: tuple[Judge, ...] = ()


class ClipModels:
    """The CLIPs that a request names, loaded once for all its prompts. Raises ChladniError."""

    def __init__(self, request: TrainRequest) -> None:
        device = choose_device(request.device)
        self._request = request
        self._guides = [
            load_guide(clip.model, clip.pretrained, device)
            for clip in (request.clip, *request.judges)
        ]

    def judges_of(self, prompt: str | None) -> Judges:
        """The judges for a prompt, or for the request's picture. Raises ChladniError."""
        first, *others = (Judge(guide, self._target(guide, prompt)) for guide in self._guides)
        return Judges(first, tuple(others))

    def _target(self, guide: Guide, prompt: str | None) -> Target:
        request = self._request
        # A judge with words of its own needs none from the file, which is in the guide's space.
        own = guide is not self._guides[0] and guide.has_text()
        file = None if own else request.text_embedding
        return make_target(prompt, guide, file, request.negative, request.image)


def choose_device(name: str) -> torch.device:
    """auto, cpu, cuda or mps. Raises ChladniError where it is not there."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        name = next((device for device, is_there in there.items() if is_there), "cpu")
    if not there.get(name, True):
        raise ChladniError(
            f"this machine has no {name} device that torch can use; try --device cpu"
        )
    return torch.device(name)
