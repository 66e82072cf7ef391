"""The trainer's options, each defined once, and the request that they describe."""

from __future__ import annotations

import click

from trainer.clip.names import LOCAL_DIR, Clip
from trainer.config import (
    FINISH_SIDE,
    MOST_CANDIDATES,
    MOTIONS,
    PRESETS,
)
from trainer.request import PRECISIONS
from visualizer.cli.options import FILE
from visualizer.cli.params import Number
from visualizer.style.style import (
    ACTIVATIONS,
    MAX_AUDIO_SCALE,
    TRAINED_AUDIO_SCALE,
)
from visualizer.types import MIRRORS

DEFAULT_CLIP = Clip()


class ClipName(click.ParamType[Clip]):
    """``MODEL:TAG`` or ``local-dir:FOLDER``."""

    name = "MODEL:TAG|local-dir:DIR"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Clip:
        """Parse; fails with a sentence."""
        if isinstance(value, Clip):
            return value
        text = str(value)
        if text.startswith(LOCAL_DIR):
            return Clip(text, None)
        model, _, tag = text.partition(":")
        if not model or not tag:
            self.fail(
                f"{text!r} names no CLIP model, expected MODEL:TAG, such as ViT-B-32:openai,"
                " or local-dir:FOLDER",
                param,
                ctx,
            )
        return Clip(model, tag)


CLIP = (
    click.option(
        "--clip-model",
        metavar="NAME|local-dir:DIR",
        default=DEFAULT_CLIP.model,
        show_default=True,
        help="The CLIP that guides: open_clip's name, or a folder with a model.",
    ),
    click.option(
        "--clip-pretrained",
        metavar="TAG|FILE",
        default=DEFAULT_CLIP.pretrained,
        show_default=True,
        help="Its weights: open_clip's tag, fetched once, or a file.",
    ),
)
TEXT = (
    click.option(
        "--text-embedding",
        type=FILE,
        metavar="FILE",
        help="Text vectors (safetensors) where CLIP has no text tower.",
    ),
)
JUDGES = (
    click.option(
        "--judge",
        "judges",
        type=ClipName(),
        multiple=True,
        metavar="MODEL:TAG ...",
        help="Further CLIPs that score a style on its card.",
    ),
)
NEGATIVE = (
    click.option(
        "--negative-prompt", "negative", metavar="TEXT", help="What it shall not look like."
    ),
)
SOUND = (
    click.option("--audio", "song", type=FILE, metavar="SONG", help="Train for this song's sound."),
    click.option(
        "--audio-scale",
        type=Number("an audio scale", 0.0, MAX_AUDIO_SCALE),
        default=TRAINED_AUDIO_SCALE,
        show_default=True,
        metavar="A",
        help="How much sound moves the style.",
    ),
)
NETWORK = (
    click.option("--hidden-dim", "width", type=int, default=32, show_default=True, metavar="N",
                 help="Neurons of a hidden layer, a multiple of 4."),
    click.option("--depth", type=int, default=4, show_default=True, metavar="N",
                 help="Hidden layers."),
    click.option("--activation", type=click.Choice(ACTIVATIONS), default="tanh",
                 show_default=True, metavar="NAME", help=f"{', '.join(ACTIVATIONS)}."),
    click.option("--warp", "warp_waves", type=int, default=8, show_default=True, metavar="K",
                 help="Waves of the liquid warp; 0 is none."),
    click.option("--features", "feature_waves", type=int, default=16, show_default=True,
                 metavar="K", help="Waves that the first layer sees; 0 is none."),
)  # fmt: skip
DEVICE = (
    click.option(
        "--device",
        type=click.Choice(("auto", "cpu", "cuda", "mps")),
        default="auto",
        show_default=True,
        help="Where torch works.",
    ),
)
TRAINING = (
    click.option("--motion", type=click.Choice(("auto", *MOTIONS)), default="auto",
                 show_default=True,
                 help="travel: for fluid things (clouds, lava). warp: for structured ones"
                 " (panes, petals, buildings). auto: the race decides."),
    click.option("--preset", type=click.Choice(tuple(PRESETS)), default="normal",
                 show_default=True, help="quick: minutes. fine: a night. seed: 128 wide, as once."),
    click.option("--iterations", type=click.IntRange(1, 1_000_000), default=400,
                 show_default=True, metavar="N", help="For each resolution."),
    click.option("--resolutions", type=click.IntRange(16, 1024), multiple=True,
                 default=(112,), show_default="112", metavar="PX ...",
                 help="Sides of the pictures, one after another."),
    click.option("--finish", type=click.IntRange(0, 1_000_000), metavar="N",
                 help=f"Iterations at {FINISH_SIDE} px after them, for edges; a fifth as many"
                 " by default."),
    click.option("--smallest-crop", type=Number("a crop", 0.0, 1.0, above=True), default=0.22,
                 show_default=True, metavar="X", help="Of the height, what CLIP sees at least."),
    click.option("--candidates", type=click.IntRange(1, 10_000), metavar="K",
                 help=f"Accidents that are composed to choose from; {MOST_CANDIDATES}, in short"
                 " runs fewer."),
    click.option("--start", default="accident", show_default=True,
                 metavar="accident|blank|seed:N|STYLE",
                 help="What training begins with: composed accidents that race, grey, one"
                 " accident (seed:N@HUE in another hue), or a style to train on, at its sizes."),
    click.option("--mirror", type=click.Choice(("auto", *map(str, MIRRORS))), default="auto",
                 show_default=True,
                 help="The symmetry that the style shall own: none, left and right, arms."
                 " auto: the race decides."),
    click.option("--crops", type=click.IntRange(1, 64), default=3, show_default=True,
                 metavar="N", help="Pictures that CLIP sees in an iteration."),
    click.option("--lr", "learning_rate", type=Number("a learning rate", 0.0, 1.0, above=True),
                 metavar="X", help="Highest learning rate; by width where not given."),
    click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True,
                 metavar="N", help="The same seed gives the same style."),
    click.option("--precision", type=click.Choice(PRECISIONS), default="auto", show_default=True,
                 help="Of CLIP's weights while it guides; auto: the fastest."),
    *DEVICE,
)  # fmt: skip
