"""``seed:N``: an untrained style made on the spot, the same for ever.

The lower layers are random, each neuron normalised over sample points so that none is dead
or saturated. The last hidden layer is composed (``chance.looks``): its neurons are soft steps
and thin ridges along four random fields. So chance draws the forms, and a palette the colours.

Everything random comes from ``Dice``. Numbers measured on the network are rounded before
they are used, and every weight to 2^-12, so that the last bits in which machines differ
never reach a style.
"""

from __future__ import annotations

import numpy as np

from visualizer.errors import StyleError
from visualizer.style.network import ACTIVATION_FUNCTIONS
from visualizer.style.procedural.calibration import calibrate, expose
from visualizer.style.procedural.dice import Dice
from visualizer.style.procedural.draft import Draft
from visualizer.style.procedural.looks import LOOKS
from visualizer.style.procedural.samples import sample_states, snap
from visualizer.style.procedural.symmetry import Symmetry
from visualizer.style.routes import STANDARD_ROUTES, Z_NAMES
from visualizer.style.style import Architecture, Route, Style, View

ARCHITECTURE = Architecture(width=32, depth=4, activation="tanh", feature_waves=16, warp_waves=8)
"""One for all seeds: a new one always meets a shader that is compiled."""
MAX_SEED = 2**63 - 1

SYMMETRIES = (
    *[Symmetry()] * 6,
    *[Symmetry(1, mirrored=True)] * 3,
    Symmetry(3),
    Symmetry(5),
    Symmetry(3, mirrored=True),
    Symmetry(4, mirrored=True),
    Symmetry(5, mirrored=True),
    Symmetry(6, mirrored=True),
    Symmetry(7, mirrored=True),
)
"""Drawn with equal odds."""


def seed_style(seed: int) -> Style:
    """The untrained style ``seed-N``. Raises StyleError for a seed out of range."""
    return compose(seed)


def seed_symmetry(seed: int) -> Symmetry:
    """The symmetry of a seed's picture."""
    return SYMMETRIES[Dice(seed).below(len(SYMMETRIES))]


def compose(
    seed: int, architecture: Architecture = ARCHITECTURE, hue_deg: float | None = None
) -> Style:
    """What chance draws from a seed, at any sizes. Raises StyleError for a seed out of range.

    hue_deg: the main hue of its palette, in OKLCH; by default chance draws that too.
    """
    if not 0 <= seed <= MAX_SEED:
        raise StyleError(f"the seed is {seed}, expected a whole number from 0 to {MAX_SEED}")
    dice = Dice(seed)
    symmetry = SYMMETRIES[dice.below(len(SYMMETRIES))]
    look = LOOKS[dice.below(len(LOOKS))]
    states = sample_states(dice, 4)
    draft = Draft(dice, symmetry, architecture, states)
    draft.warp()
    draft.features()
    draft.random_layers()
    draft.composed_layers(look, hue_deg)
    view, routes = _draw_view(dice, symmetry)
    activate = ACTIVATION_FUNCTIONS[architecture.activation]
    expose(draft.tensors, states, activate)
    calibrate(draft.tensors, activate)
    # Now that z moves the picture as far as it will, other moments show: the same for all.
    expose(draft.tensors, sample_states(Dice(0), 8), activate)
    return Style(
        name=f"seed-{seed}" if hue_deg is None else f"seed-{seed}@{hue_deg:g}",
        architecture=architecture,
        z_names=Z_NAMES,
        routes=(*STANDARD_ROUTES, *routes),
        tensors={
            name: snap(draft.tensors[name], 4096).astype(np.float32)
            for name in architecture.shapes(len(Z_NAMES))
        },
        view=view,
        seed=seed,
    )


def _draw_view(dice: Dice, symmetry: Symmetry) -> tuple[View, tuple[Route, ...]]:
    """The view at rest, and how it breathes with the bass and sways with the drift."""
    sway = dice.number(0.02, 0.05) * (1.0 if dice.below(2) else -1.0)
    breath = (
        Route("zoom", "bass", 0.08),
        Route("zoom", "pulse", 0.05),
        Route("zoom", "drift2_cos", 0.08),
    )
    if symmetry.turns > 1:
        zoom = dice.number(0.7, 1.1)
        return View(zoom), (*breath, Route("turn", "drift1_sin", 1.3 * sway))
    zoom = dice.number(0.8, 1.25)
    if symmetry.mirrored:
        view = View(zoom, shift=(0.0, dice.number(-0.3, 0.3)))
        return view, (*breath, Route("shift_y", "drift1_sin", 3.0 * sway))
    view = View(zoom, shift=(dice.number(-0.5, 0.5), dice.number(-0.3, 0.3)))
    turn = Route("turn", "drift1_sin", sway)
    return view, (*breath, turn, Route("shift_x", "drift2_sin", 4.0 * sway))
