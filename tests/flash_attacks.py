"""Shows that flash as much as anybody can make them: what the limit is tried on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.random import Generator

from tests.styles import random_style
from visualizer.app.offline import render_film
from visualizer.audio.playback.demo_track import DemoTrack
from visualizer.config.request import FilmRequest, Look
from visualizer.style.morph_pairs import MORPHS
from visualizer.style.network import evaluate, pixel_grid
from visualizer.style.style import Architecture, Route, Style, style_sha256
from visualizer.style.style_file import save_style
from visualizer.types import MIRRORS, RATE_HZ, Modulation

LENGTH_S = 3.0
SIZES = ((64, 36), (48, 48), (80, 20), (30, 60))
RATES = tuple(map(Fraction, (24, 25, 30, 50, 60)))
PLAIN = Architecture(8, 2, "tanh", 4, 2)
Lines = list[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Attack:
    """A film to be made."""

    name: str
    song: Path
    look: Look

    def film(self, out: Path, flashes: str) -> Path:
        """Make it, with the limit or without."""
        render_film(FilmRequest(self.song, out, replace(self.look, flashes=flashes)))
        return out


@dataclass(frozen=True, slots=True)
class _Plan:
    """styles: the first is on the stage at first. clicks_hz: of the sound. lines: actions."""

    styles: tuple[Style, ...]
    lines: Lines
    clicks_hz: float = 0.0

    def write(self, folder: Path) -> None:
        """Its styles, each of which may become any other."""
        for style in self.styles:
            save_style(style, folder / f"{style.name}.safetensors")
        digests = [style_sha256(style) for style in self.styles]
        pairs = [{"sha256": pair, "good": True} for pair in combinations(digests, 2)]
        (folder / MORPHS).write_text(json.dumps({"pairs": pairs}))


def attack(seed: int, folder: Path) -> Attack:
    """The attack of a number; its files lie in ``folder``."""
    rng = np.random.default_rng(seed)
    name = tuple(KINDS)[seed % len(KINDS)]
    plan = KINDS[name](rng)
    lines = plan.lines + (_disguise(rng) if rng.random() < 0.5 else [])
    folder.mkdir(parents=True)
    plan.write(folder)
    actions = folder / "actions.txt"
    actions.write_text("".join(f"{time_s:.4f} {line}\n" for time_s, line in sorted(lines)))
    _write_clicks(folder / "song.wav", plan.clicks_hz)
    return Attack(
        f"{seed} {name}",
        folder / "song.wav",
        Look(
            style=plan.styles[0].name,
            styles=folder,
            resolution=SIZES[rng.integers(len(SIZES))],
            fps=RATES[rng.integers(len(RATES))],
            audio_scale=1.0,
            scale=float(rng.choice([0.5, 1.0])),
            actions=actions,
            tune=False,
        ),
    )


def one_colour(name: str, *rgb: float) -> Style:
    """A style that is one colour, 0..1 sRGB-coded, whatever is heard."""
    style = random_style(PLAIN, name=name)
    colour = np.clip(np.array(rgb), 1e-4, 1.0 - 1e-4)
    last = {
        "weight": np.zeros((3, PLAIN.width)),
        "bias": 0.5 * np.log(colour / (1.0 - colour)),
        "conditioning": np.zeros((3, 3)),
    }
    tensors = {f"layers.{PLAIN.depth}.{key}": it.astype(np.float32) for key, it in last.items()}
    return replace(style, tensors={**style.tensors, **tensors}, routes=())


def _pattern(rng: Generator, name: str, routes: tuple[Route, ...] = ()) -> Style:
    style = random_style(PLAIN, seed=int(rng.integers(1 << 30)), name=name)
    # More contrast than training ever leaves: most of the picture is near black or white.
    weight = f"layers.{PLAIN.depth}.weight"
    tensors = {**style.tensors, weight: np.float32(rng.uniform(1.0, 6.0)) * style.tensors[weight]}
    return replace(style, tensors=tensors, routes=routes)


def _every(period_s: float, *lines: str) -> Lines:
    times_s = np.arange(0.0, LENGTH_S, period_s)
    return [(float(time_s), lines[k % len(lines)]) for k, time_s in enumerate(times_s)]


def _clicks(rng: Generator) -> _Plan:
    gains = rng.uniform(0.1, 0.6, 3) * rng.choice([-1.0, 1.0], 3)
    sources = rng.choice(["pulse", "flux", "presence"], 3)
    routes = tuple(
        Route(f"z{k}", str(source), float(gain))
        for k, (source, gain) in enumerate(zip(sources, gains, strict=True))
    )
    return _Plan((_pattern(rng, "a", routes),), [], rng.uniform(4.5, 12.0))


def _strobing(rng: Generator) -> _Plan:
    """A style whose z brightens all of it, or each half in turn."""
    source = str(rng.choice(["pulse", "flux", "air"]))
    style = _pattern(rng, "a", (Route("z0", source, float(rng.uniform(0.1, 0.5))),))
    key = f"layers.{PLAIN.depth}.conditioning"
    push = np.zeros((3, 3), np.float32)
    push[:, 0] = rng.uniform(-3.0, 3.0) if rng.random() < 0.5 else rng.uniform(-3.0, 3.0, 3)
    return _Plan(
        (replace(style, tensors={**style.tensors, key: push}),), [], rng.uniform(4.5, 12.0)
    )


def _blackouts(rng: Generator) -> _Plan:
    period_s = 1.0 / rng.uniform(6.0, 40.0)
    light = one_colour("a", *rng.uniform(0.3, 1.0, 3))
    style = light if rng.random() < 0.5 else _pattern(rng, "a")
    return _Plan((style,), _every(period_s, "blackout 1", "blackout 0"))


def _cuts(rng: Generator) -> _Plan:
    period_s = 1.0 / rng.uniform(6.0, 30.0)
    dark, light = rng.uniform(0.0, 0.3, 3), rng.uniform(0.4, 1.0, 3)
    styles = one_colour("a", *dark), one_colour("b", *light), _pattern(rng, "c")
    names = ["a", "b"] if rng.random() < 0.5 else ["a", "b", "c"]
    return _Plan(styles, _every(period_s, *(f"style {name}" for name in names)))


def _hue(rng: Generator) -> _Plan:
    red = one_colour("a", 1.0, *rng.uniform(0.0, 0.15, 2))
    turns_hz = rng.uniform(3.5, 14.0)
    steps = round(10 * LENGTH_S)
    return _Plan((red,), [(0.1 * k, f"hue {0.1 * k * turns_hz:.3f}") for k in range(steps)])


def _pumped(rng: Generator) -> _Plan:
    style = _pattern(rng, "a") if rng.random() < 0.5 else one_colour("a", *rng.uniform(0.5, 1.0, 3))
    lows = f"dimmer {rng.uniform(0.0, 0.2):.3f}"
    return _Plan((style,), _every(1.0 / rng.uniform(7.0, 14.0), lows, "dimmer 1"))


def _piece(rng: Generator) -> _Plan:
    """Some quarter of the picture, of a pattern's shape, comes and goes; all else is black."""
    style = _pattern(rng, "a")
    weight, bias = (f"layers.{PLAIN.depth}.{key}" for key in ("weight", "bias"))
    # All colours from one row; what lies above a quantile of it is bright, and sharply so.
    row = np.repeat(style.tensors[weight][:1] / np.float32(10.0), 3, axis=0)
    grey = replace(style, tensors={**style.tensors, weight: row, bias: np.zeros(3, np.float32)})
    colours = evaluate(grey, Modulation(np.zeros(3, np.float32)), pixel_grid(64, 36))
    edge = np.quantile(np.arctanh(2.0 * colours[..., 0] - 1.0), 1.0 - rng.uniform(0.22, 0.3))
    level = np.full(3, -200.0 * edge, np.float32)
    level[1:] -= 50.0 * (rng.random() < 0.3)
    tensors = {**style.tensors, weight: np.float32(200.0) * row, bias: level}
    period_s = 1.0 / rng.uniform(7.0, 20.0)
    return _Plan((replace(style, tensors=tensors),), _every(period_s, "blackout 1", "blackout 0"))


def _morphs(rng: Generator) -> _Plan:
    """Weights pumped from one style to another, as fast as a controller sends."""
    styles = one_colour("a", *rng.uniform(0.0, 0.3, 3)), one_colour("b", *rng.uniform(0.6, 1.0, 3))
    if rng.random() < 0.5:
        styles = _pattern(rng, "a"), _pattern(rng, "b")
    rate_hz = rng.uniform(7.0, 60.0)
    if rng.random() < 0.5:
        return _Plan(styles, _every(1.0 / rate_hz, "morph b 0.02s", "morph a 0.02s"))
    swings_hz = rng.uniform(1.0, 6.0)
    times_s = np.arange(0.0, LENGTH_S, 1.0 / rate_hz)
    ways = 0.5 - 0.5 * np.cos(2.0 * np.pi * swings_hz * times_s)
    return _Plan(
        styles, [(float(t), f"cross {way:.2f}") for t, way in zip(times_s, ways, strict=True)]
    )


def _hands(rng: Generator) -> _Plan:
    """Every hand at once, many times a second."""
    words: tuple[Callable[[], str], ...] = (
        lambda: f"mirror {rng.choice(MIRRORS)}",
        lambda: f"zoom {rng.choice([0.25, 0.5, 1.0, 2.0, 4.0])}",
        lambda: f"hue {rng.uniform(-9.0, 9.0):.2f}",
        lambda: f"dimmer {rng.uniform():.2f}",
        lambda: f"blackout {rng.integers(2)}",
        lambda: f"freeze {rng.integers(2)}",
        lambda: f"drift {rng.uniform(0.0, 8.0):.2f}",
    )
    chosen = [words[index] for index in rng.permutation(len(words))[: rng.integers(1, 5)]]
    times_s = np.arange(0.0, LENGTH_S, 1.0 / rng.uniform(8.0, 60.0))
    lines = [(float(time_s), chosen[rng.integers(len(chosen))]()) for time_s in times_s]
    return _Plan((_pattern(rng, "a", (Route("z0", "pulse", 3.0),)),), lines, rng.uniform(4.0, 12.0))


def _mixture(rng: Generator) -> _Plan:
    """Anything at any time."""
    styles = (
        _pattern(rng, "a", (Route("z0", "pulse", 3.0), Route("zoom", "pulse", 0.5))),
        _pattern(rng, "b", (Route("z1", "bass", 3.0), Route("turn", "pulse", 0.2))),
        one_colour("c", *rng.uniform(0.7, 1.0, 3)),
        one_colour("d", 1.0, 0.02, 0.02),
    )
    words: tuple[Callable[[], str], ...] = (
        lambda: f"blackout {rng.integers(2)}",
        lambda: f"style {rng.choice(list('abcd'))}",
        lambda: f"fade {rng.choice(list('abcd'))} {rng.uniform(0.1, 1.0):.2f}s",
        lambda: f"dimmer {rng.uniform():.2f}",
        lambda: f"hue {rng.uniform():.2f}",
        lambda: f"cross {rng.uniform():.2f}",
    )
    times_s = rng.uniform(0.0, LENGTH_S, rng.integers(60, 200))
    lines = [(float(time_s), words[rng.integers(len(words))]()) for time_s in times_s]
    return _Plan(styles, lines, rng.uniform(4.0, 20.0))


def _disguise(rng: Generator) -> Lines:
    """Mirrors, zooms and a freeze over whatever flashes."""
    lines = [(0.0, f"mirror {rng.choice(MIRRORS)}"), (0.0, f"zoom {rng.uniform(0.3, 3.0):.2f}")]
    time_s = float(rng.uniform(0.5, 2.0))
    return [*lines, (time_s, "freeze 1"), (time_s + 0.7, "freeze 0"), (1.0, "zoom 1.3")]


KINDS: Mapping[str, Callable[[Generator], _Plan]] = {
    "clicks": _clicks,
    "blackouts": _blackouts,
    "cuts": _cuts,
    "hue": _hue,
    "dimmer": _pumped,
    "strobing z": _strobing,
    "piece": _piece,
    "morphs": _morphs,
    "hands": _hands,
    "mixture": _mixture,
}


def _write_clicks(path: Path, rate_hz: float) -> None:
    """Bursts of noise, each loud and over at once; without a rate, silence."""
    samples = np.zeros((round(LENGTH_S * RATE_HZ), 2), np.float32)
    burst = np.random.default_rng(7).uniform(-0.9, 0.9, (RATE_HZ // 100, 1)).astype(np.float32)
    for time_s in np.arange(0.0, LENGTH_S - 0.02, 1.0 / rate_hz) if rate_hz else ():
        start = round(time_s * RATE_HZ)
        samples[start : start + len(burst)] = burst
    DemoTrack(samples, (), 120.0).write(path)
