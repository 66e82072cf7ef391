"""From the options, as click has read them, to the request that they describe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from trainer.cli.outputs import free_output, unfinished_output
from trainer.clip.names import LOCAL_DIR, Clip
from trainer.config import (
    BLANK,
    BLANK_PRESETS,
    FINISH_OF,
    LATER_RATE,
    MOST_CANDIDATES,
    PRESETS,
    LookGoals,
    TrainConfig,
    learning_rate_for,
    motion_of,
)
from trainer.request import Start, TrainRequest
from visualizer.cli.options import typed_in
from visualizer.errors import StyleError, UsageError
from visualizer.style.library import find_style, new_styles_folder, slug, styles_folder
from visualizer.style.routes import Z_NAMES
from visualizer.style.style import (
    Architecture,
    Style,
)

SIZES = ("width", "depth", "activation", "feature_waves", "warp_waves")
"""Of a network: options and fields of ``Architecture``."""


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
    folder = new_styles_folder()
    if values["resume"]:
        return unfinished_output(folder, name, values["prompt"], values["image"])
    return free_output(folder, name, force=values["force"])


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
        look=None if blank else LookGoals(),
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
