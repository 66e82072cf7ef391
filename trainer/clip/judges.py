"""The CLIPs of a command, loaded once, and their targets for one prompt after another."""

from __future__ import annotations

from trainer.clip.guide import Guide, load_guide
from trainer.clip.targets import Target, make_target
from trainer.request import TrainRequest
from trainer.runs.run import Judging, choose_device


class Jury:
    """Loads the guide and the judges that a request names. Raises ChladniError."""

    def __init__(self, request: TrainRequest) -> None:
        device = choose_device(request.device)
        self._request = request
        self._guide, *self._judges = (
            load_guide(clip.model, clip.pretrained, device)
            for clip in (request.clip, *request.judges)
        )

    def for_prompt(self, prompt: str) -> Judging:
        """Guide, target and judges for a prompt. Raises ChladniError, as ``make_target`` does."""
        judges = [(judge, self._target(judge, prompt)) for judge in self._judges]
        return Judging(self._guide, self._target(self._guide, prompt), judges)

    def _target(self, guide: Guide, prompt: str) -> Target:
        request = self._request
        # A judge with words of its own needs none from the file, which is in the guide's space.
        own = guide is not self._guide and guide.has_text()
        file = None if own else request.text_embedding
        return make_target(prompt, guide, file, request.negative, request.image)
