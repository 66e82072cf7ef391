"""How well a network between two styles still shows one of their prompts."""

from __future__ import annotations

from trainer.card import embed, similarities, untrained_score
from trainer.jury import Jury
from trainer.morphs import MOMENTS, Gains
from visualizer.moments import fixed_moments
from visualizer.style import Style


def gains_toward(jury: Jury, a: Style, b: Style) -> Gains:
    """How much nearer to either's prompt a style is than untrained networks of its shape are."""
    judgings = [jury.for_prompt(style.prompt) for style in (a, b) if style.prompt is not None]
    guide = judgings[0].guide
    targets = [judging.target for judging in judgings]
    chance = [untrained_score(a.architecture, guide, target) for target in targets]
    moments = fixed_moments(a.z_names, MOMENTS)

    def gains(style: Style) -> float:
        seen = embed(style, guide, moments)
        return max(
            float(similarities(seen, target).mean()) - by_chance
            for target, by_chance in zip(targets, chance, strict=True)
        )

    return gains
