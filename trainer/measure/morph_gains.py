"""How well a network between two styles still shows one of their prompts."""

from __future__ import annotations

import functools

from trainer.clip.judges import Jury
from trainer.measure.card import embed, similarities, untrained_score
from trainer.measure.morph_pairs import MOMENTS, Gains
from trainer.runs.run import Judging
from visualizer.style.measure.reference_states import fixed_moments
from visualizer.style.style import Architecture, Style


class MorphGains:
    """Remembers what every prompt scores by chance: that takes longer than a whole walk."""

    def __init__(self, jury: Jury) -> None:
        self._jury = jury
        self._known = functools.cache(self._judge)

    def toward(self, a: Style, b: Style) -> Gains:
        """How much nearer to either's prompt a style is than untrained networks of its shape."""

        def gains(style: Style) -> float:
            ends = [self._known(end.prompt or "", end.architecture) for end in (a, b)]
            # One guide for all: the picture is looked at once.
            seen = embed(style, ends[0][0].guide, fixed_moments(style.z_names, MOMENTS))
            return max(
                float(similarities(seen, judging.target).mean()) - chance
                for judging, chance in ends
            )

        return gains

    def _judge(self, prompt: str, architecture: Architecture) -> tuple[Judging, float]:
        judging = self._jury.for_prompt(prompt)
        return judging, untrained_score(architecture, judging.guide, judging.target)
