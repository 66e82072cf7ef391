"""A style: the weights of one CPPN, and how sound moves them.

The network, in order, for a pixel at p (y from -1 to 1 upwards, x in the same units)::

    fold      p  = p mirrored into one piece of the plane   the style's own, or the hand's
    view      p  = shift + R(turn) p / zoom            per frame
    warp      p' = p + U sin(V p + v0 + Psi z)         K waves, may be absent
    features  x0 = p', |p'|, sin(B p' + Phi z), cos(B p' + Phi z)     F waves, may be absent
    layers    h  = act(W_l h + b_l + C_l z)            ``depth`` of them, ``width`` wide
    colour    sigmoid(2 (W h + b + C z))               red, green, blue

CPPN: Stanley, "Compositional pattern producing networks" (2007). Fourier features:
Tancik et al. (2020). Conditioning a bias by z is the shift half of FiLM (Perez et al., 2018).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from visualizer.errors import StyleError
from visualizer.types import MIRRORS, Fold

ACTIVATIONS = ("tanh", "sin", "gaussian", "relu", "leaky_relu", "elu", "silu")
"""Names in the order of their numbers in the shader."""

MAX_WIDTH = 256
MIN_DEPTH, MAX_DEPTH = 2, 8
MAX_FEATURE_WAVES = 32
MAX_WARP_WAVES = 16
MAX_Z = 32
MAX_ROUTES = 256
MAX_NAME = 100

VIEW_TARGETS = ("zoom", "turn", "shift_x", "shift_y")
"""Route targets beside the z entries; see ``View`` for their units."""

BAND_SOURCES = ("sub", "bass", "low_mid", "mid", "high_mid", "presence", "brilliance", "air")
SOUND_SOURCES = (*BAND_SOURCES, "level", "pulse", "flux", "centroid", "beat_sin", "beat_cos")
"""Signals that sound drives: multiplied by audio scale / 0.10. 0..1, the beat's -1..1."""
DRIFT_SOURCES = ("drift1_cos", "drift1_sin", "drift2_cos", "drift2_sin")
"""Signals that move in silence too, -1..1."""
SOURCES = (*SOUND_SOURCES, *DRIFT_SOURCES)

TRAINED_AUDIO_SCALE = 0.10
"""The audio scale at which z has the size that a style was trained for."""
MAX_AUDIO_SCALE = 1.0

_Z_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


@dataclass(frozen=True, slots=True)
class Architecture:
    """The sizes that shape a network.

    width: neurons of each hidden layer, a multiple of 4. depth: how many such layers.
    """

    width: int
    depth: int
    activation: str
    feature_waves: int
    warp_waves: int

    def __post_init__(self) -> None:
        """Refuse what the shader could not draw. Raises StyleError."""
        _within("width", self.width, 4, MAX_WIDTH)
        if self.width % 4:
            raise StyleError(f"width is {self.width}, expected a multiple of 4")
        _within("depth", self.depth, MIN_DEPTH, MAX_DEPTH)
        _within("feature_waves", self.feature_waves, 0, MAX_FEATURE_WAVES)
        _within("warp_waves", self.warp_waves, 0, MAX_WARP_WAVES)
        if self.activation not in ACTIVATIONS:
            known = ", ".join(ACTIVATIONS)
            raise StyleError(f"activation is {self.activation!r}, expected one of {known}")

    @property
    def inputs(self) -> int:
        """Width of the first layer's input: x, y, radius, sines, cosines."""
        return 3 + 2 * self.feature_waves

    def shapes(self, z: int) -> dict[str, tuple[int, ...]]:
        """Every tensor's name and shape, for a z of ``z`` entries."""
        shapes: dict[str, tuple[int, ...]] = {}
        if self.warp_waves:
            shapes |= {
                "warp.frequency": (self.warp_waves, 2),
                "warp.offset": (self.warp_waves,),
                "warp.phase": (self.warp_waves, z),
                "warp.amplitude": (2, self.warp_waves),
            }
        if self.feature_waves:
            shapes |= {
                "features.frequency": (self.feature_waves, 2),
                "features.phase": (self.feature_waves, z),
            }
        sizes = [self.inputs, *[self.width] * self.depth, 3]
        for layer, (fan_in, fan_out) in enumerate(pairwise(sizes)):
            shapes |= {
                f"layers.{layer}.weight": (fan_out, fan_in),
                f"layers.{layer}.bias": (fan_out,),
                f"layers.{layer}.conditioning": (fan_out, z),
            }
        return shapes

    @property
    def parameters(self) -> int:
        """What the shader reads per pixel: all tensors but those that z is multiplied with."""
        per_z = ("phase", "conditioning")
        return sum(
            int(np.prod(shape))
            for name, shape in self.shapes(0).items()
            if not name.endswith(per_z)
        )

    @property
    def flop_per_pixel(self) -> int:
        """Multiplications and additions of one pixel; sines and activations count as one."""
        warp = 10 * self.warp_waves
        features = 4 + 8 * self.feature_waves
        sizes = [self.inputs, *[self.width] * self.depth, 3]
        layers = sum(2 * a * b + 2 * b for a, b in pairwise(sizes))
        return warp + features + layers


@dataclass(frozen=True, slots=True)
class Route:
    """``gain`` times the signal ``source``, added to ``target``: a z entry or a view entry."""

    target: str
    source: str
    gain: float


@dataclass(frozen=True, slots=True)
class View:
    """The view at rest. zoom: 2 shows everything twice as large. turn: whole turns.

    shift: of the picture's centre, in units of half its height. Routes to ``zoom`` add
    octaves (1 doubles the size), those to ``turn`` turns, those to ``shift_*`` half heights.
    mirror: the symmetry that the style owns, one of MIRRORS: the plane is folded before all these.
    """

    zoom: float = 1.0
    turn: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    mirror: int = 0

    @property
    def fold(self) -> Fold:
        """The style's own fold, as a whole."""
        return Fold(self.mirror, self.mirror)


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """One look, ready to be played. Compared by identity; ``tensors`` are float32.

    Raises StyleError when parts do not fit together.
    """

    name: str
    architecture: Architecture
    z_names: tuple[str, ...]
    routes: tuple[Route, ...]
    tensors: Mapping[str, NDArray[np.float32]]
    view: View = field(default_factory=View)
    audio_scale: float = TRAINED_AUDIO_SCALE
    prompt: str | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        """Check all that a file could get wrong."""
        check_name(self.name)
        _check_z_names(self.z_names)
        _check_routes(self.routes, self.z_names)
        _check_numbers(self)
        _check_tensors(self.tensors, self.architecture.shapes(len(self.z_names)))

    def layers(
        self,
    ) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]]:
        """(W (out, in), b (out,), C (out, Z)) of each layer, the colour's last."""
        for layer in range(self.architecture.depth + 1):
            yield (
                self.tensors[f"layers.{layer}.weight"],
                self.tensors[f"layers.{layer}.bias"],
                self.tensors[f"layers.{layer}.conditioning"],
            )


def style_sha256(style: Style) -> str:
    """SHA-256 of the file's bytes after its header, the same for a style that was never saved."""
    digest = hashlib.sha256()
    for _, tensor in sorted(style.tensors.items()):
        digest.update(np.ascontiguousarray(tensor, dtype="<f4").tobytes())
    return digest.hexdigest()


def _within(what: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise StyleError(f"{what} is {value!r}, expected a whole number from {low} to {high}")


def check_name(name: str) -> None:
    """Raise StyleError for what no style can be called."""
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable() or "/" in name:
        raise StyleError(
            f"a style's name is 1 to {MAX_NAME} printable characters without '/', got {name!r:.120}"
        )


def _check_z_names(names: tuple[str, ...]) -> None:
    if not 1 <= len(names) <= MAX_Z or len(set(names)) != len(names):
        raise StyleError(f"z needs 1 to {MAX_Z} entries with different names, got {len(names)}")
    for name in names:
        if not _Z_NAME.fullmatch(name) or name in VIEW_TARGETS:
            raise StyleError(f"a z entry cannot be named {name!r}")


def _check_routes(routes: tuple[Route, ...], z_names: tuple[str, ...]) -> None:
    if len(routes) > MAX_ROUTES:
        raise StyleError(f"{len(routes)} routes, expected at most {MAX_ROUTES}")
    for route in routes:
        if route.target not in z_names and route.target not in VIEW_TARGETS:
            raise StyleError(f"a route leads to {route.target!r}, which the style does not have")
        if route.source not in SOURCES:
            raise StyleError(f"a route comes from {route.source!r}, which no analysis gives")
        if not abs(route.gain) <= 100.0:
            raise StyleError(f"a route's gain is {route.gain}, expected -100 to 100")


def _check_numbers(style: Style) -> None:
    if not 0.0 <= style.audio_scale <= MAX_AUDIO_SCALE:
        raise StyleError(f"audio_scale is {style.audio_scale}, expected 0 to {MAX_AUDIO_SCALE:g}")
    if not 0.05 <= style.view.zoom <= 20.0:
        raise StyleError(f"view zoom is {style.view.zoom}, expected 0.05 to 20")
    if not all(abs(v) <= 100.0 for v in (style.view.turn, *style.view.shift)):
        raise StyleError("view turn and shift must be numbers from -100 to 100")
    mirror = style.view.mirror
    if not isinstance(mirror, int) or isinstance(mirror, bool) or mirror not in MIRRORS:
        raise StyleError(f"view mirror is {mirror!r}, expected {' or '.join(map(str, MIRRORS))}")


def _check_tensors(
    tensors: Mapping[str, NDArray[np.float32]], shapes: Mapping[str, tuple[int, ...]]
) -> None:
    if missing := sorted(set(shapes) - set(tensors)):
        raise StyleError(f"tensor {missing[0]!r} is missing ({len(missing)} in all)")
    if extra := sorted(set(tensors) - set(shapes)):
        raise StyleError(f"tensor {extra[0]!r} does not belong to this architecture")
    for name, shape in shapes.items():
        tensor = tensors[name]
        if tensor.dtype != np.float32:
            raise StyleError(f"tensor {name!r} is {tensor.dtype}, expected float32")
        if tensor.shape != shape:
            raise StyleError(f"tensor {name!r} has shape {tensor.shape}, expected {shape}")
        if not np.isfinite(tensor).all():
            raise StyleError(f"tensor {name!r} holds NaN or infinity")
