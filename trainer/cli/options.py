"""The trainer's options, each defined once, and the request that they describe."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from trainer.cli.outputs import free_output, unfinished_output
from trainer.clip.names import LOCAL_DIR, Clip
from trainer.config import (
    BLANK,
    BLANK_PRESETS,
    FINISH_OF,
    FINISH_SIDE,
    LATER_RATE,
    MOST_CANDIDATES,
    MOTIONS,
    PRESETS,
    Look,
    TrainConfig,
    learning_rate_for,
    motion_of,
)
from trainer.request import PRECISIONS, Start, TrainRequest
from visualizer.cli.options import FILE, typed_in
from visualizer.cli.params import Number
from visualizer.errors import StyleError, UsageError
from visualizer.style.library import find_style, styles_folder
from visualizer.style.routes import Z_NAMES
from visualizer.style.style import (
    ACTIVATIONS,
    MAX_AUDIO_SCALE,
    TRAINED_AUDIO_SCALE,
    Architecture,
    Style,
)
from visualizer.types import MIRRORS

DEFAULT_CLIP = Clip()
STYLES = Path("styles")
SIZES = ("width", "depth", "activation", "feature_waves", "warp_waves")
"""Of a network: options and fields of ``Architecture``."""


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


def request_from(values: dict[str, Any], given: set[str]) -> TrainRequest:
    """The request of the main command's options; ``given``: those that were typed.

    Raises UsageError for what the command line alone shows to be wrong.
    """
    prompt = values["prompt"]
    if prompt is None and values["image"] is None:
        raise UsageError('nothing to train toward; give --prompt "TEXT", or --image PATH')
    if prompt is not None and not prompt.strip():
        raise UsageError("the prompt is empty, expected some words; give --prompt 'storm clouds'")
    if values["negative"] is not None and not values["negative"].strip():
        raise UsageError("the negative prompt is empty; give some words, or leave it out")
    if "start" not in given:
        values = values | {"start": PRESETS[values["preset"]].get("start", values["start"])}
    start = start_from(values["start"])
    return TrainRequest(
        prompt=prompt,
        output=values["output"] or _named_output(values),
        config=config_from(values, given, start),
        clip=clip_from(values, given),
        judges=values["judges"],
        start=start,
        **{
            name: values[name]
            for name in (
                "negative", "image", "text_embedding", "song", "resume", "live", "device",
                "precision",
            )
        },
    )  # fmt: skip


def _named_output(values: dict[str, Any]) -> Path:
    """Where a style goes that nobody named: by its prompt, or by its image."""
    name = slug(values["prompt"] or values["image"].stem)
    if values["resume"]:
        return unfinished_output(STYLES, name, values["prompt"], values["image"])
    return free_output(STYLES, name, force=values["force"])


def side_request(ctx: click.Context, values: dict[str, Any], **own: Any) -> TrainRequest:  # noqa: ANN401 - typed by click
    """The request that a side command's options describe, with some of its own."""
    missing = {"image": None, "resume": False, "live": False, "output": None}
    return request_from(missing | values | own, typed_in(ctx) | set(own))


def start_from(spec: str) -> Start:
    """What ``--start`` names. Raises StyleError, UsageError.

    A style that was never trained is an accident like any other.
    """
    if spec in {"accident", "blank"}:
        return Start(spec)
    name, _, hue = spec.partition("@") if spec.startswith("seed:") else (spec, "", "")
    if hue and not (hue.isdecimal() and int(hue) < 360):
        raise UsageError(f"the hue in {spec} is {hue!r}, expected whole degrees from 0 to 359")
    style = find_style(name, styles_folder())
    if style.prompt is None and style.seed is not None:
        return Start(seed=style.seed, hue_deg=float(hue) if hue else None)
    return Start("style", style)


def config_from(values: dict[str, Any], given: set[str], start: Start) -> TrainConfig:
    """The settings of the training options and the preset. Raises UsageError.

    start: a style to train on decides sizes and kind of motion; a blank network goes as it did.
    """
    preset = PRESETS[values["preset"]]
    chosen = preset
    if start.kind == "blank":
        chosen = BLANK | preset | BLANK_PRESETS[values["preset"]]
    elif start.style is not None:
        chosen = preset | _kept(start.style)
    said = values | {name: value for name, value in chosen.items() if name not in given}
    try:
        architecture = Architecture(**{name: said[name] for name in SIZES})
    except StyleError as error:
        raise UsageError(str(error)) from error
    if start.style is not None and architecture != start.style.architecture:
        raise UsageError(
            f"{start.style.name} has other sizes than this command; leave --hidden-dim, --depth,"
            " --activation, --warp and --features out: they come from --start"
        )
    blank = start.kind == "blank"
    usual = learning_rate_for(architecture.width) * (1.0 if blank else LATER_RATE)
    auto = said["motion"] == "auto"
    finish = said["iterations"] // FINISH_OF if said["finish"] is None else said["finish"]
    candidates = min(MOST_CANDIDATES, max(4, 2 * said["iterations"]))
    return TrainConfig(
        architecture=architecture,
        motion=motion_of("travel" if auto else said["motion"]),
        auto_motion=auto and start.kind == "accident",
        smallest_crop=said["smallest_crop"],
        look=None if blank else Look(),
        finish=finish,
        candidates=(said["candidates"] or candidates) if start.kind == "accident" else 0,
        mirror=None if said["mirror"] == "auto" else int(said["mirror"]),
        resolutions=tuple(said["resolutions"]),
        iterations=said["iterations"],
        learning_rate=said["learning_rate"] or usual,
        constant_rate=bool(preset.get("constant_rate")),
        crops=said["crops"],
        seed=said["seed"],
        audio_scale=said["audio_scale"],
    )


def _kept(start: Style) -> dict[str, Any]:
    """What a style to train on from decides. Raises StyleError where training cannot hear it."""
    if start.z_names != Z_NAMES:
        raise StyleError(f"{start.name} hears other things than training draws; train it anew")
    phases = start.tensors.get("features.phase")
    kept = {name: getattr(start.architecture, name) for name in SIZES}
    return kept | {"motion": "travel" if phases is not None and phases.any() else "warp"}


def clip_from(values: dict[str, Any], given: set[str]) -> Clip:
    """The guide that the options name. Raises UsageError."""
    model, pretrained = values["clip_model"], values["clip_pretrained"]
    if model.startswith((LOCAL_DIR, "hf-hub:")):
        if "clip_pretrained" in given:
            raise UsageError(f"--clip-pretrained has no effect with {model}; leave it out")
        return Clip(model, None)
    return Clip(model, pretrained)


def slug(text: str) -> str:
    """A file name for a prompt: its words, joined by hyphens."""
    words = re.findall(r"\w+", text.lower())
    return "-".join(words)[:60].strip("-") or "style"
