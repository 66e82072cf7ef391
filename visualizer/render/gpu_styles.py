"""Styles on the GPU: weights and programs, made in whatever context is current.

Programs, buffers and textures are shared between contexts, so a worker thread with a
hidden window's context can make a style ready while the main one draws, whose frames
go on meanwhile. llvmpipe compiles machine code for each context by itself, but finds it
in Mesa's cache on disk: the main context's first draw with a program that the worker had
warmed up took as long as any other (with that cache disabled, 5 s; GPUs compile at the link).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from visualizer.errors import GraphicsError
from visualizer.render.gl.compute import build_compute
from visualizer.render.gl.context import check, gl
from visualizer.render.gl.program import build_network
from visualizer.render.present import MAX_LAYERS
from visualizer.render.shader_text.layout import Layout, Limits, pack_weights, plan, width_class
from visualizer.render.shader_text.neuron_layout import NeuronLayout, pack_neurons, plan_neurons
from visualizer.render.shader_text.tuning import Compute, Tuning, Tunings
from visualizer.render.shader_text.uniforms import FrameBlock
from visualizer.render.weights import Blocks, Weights, make_weights
from visualizer.style.style import Style

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProgramClass:
    """Styles that share a program: the same padded sizes and the same activation.

    The activation is compiled in: llvmpipe runs every branch of a switch on a uniform,
    which made a frame at width 32 take 2.2 to 3.1 times as long.
    """

    layout: Layout | NeuronLayout
    activation: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the styles of a program class share. program: GL's name. tuning: what it is for.

    scratch: room for one more network's weights for each layer, written anew in frames in
    which the layer's style is on its way to another.
    """

    program: int
    tuning: Tuning | Compute
    scratch: tuple[Weights, ...]


@dataclass(frozen=True, slots=True)
class GpuStyle:
    """A style that can be drawn at once. blocks: what its weights hold."""

    frame: FrameBlock
    compiled: Compiled
    blocks: Blocks
    weights: Weights


class GpuStyles:
    """All styles that are ready, and the programs that they share.

    Every method but ``get`` needs a current context, any of those that share objects.
    """

    def __init__(self, limits: Limits, tunings: Tunings) -> None:
        self._limits = limits
        self._tunings = tunings
        self._styles: dict[Style, GpuStyle] = {}
        self._compiled: dict[ProgramClass, Compiled] = {}
        self._told_textured = False
        # Two workers never compile the same class twice; readers need no lock.
        self._making = threading.Lock()

    def get(self, style: Style) -> GpuStyle | None:
        """The style's place on the GPU, or None where it has none."""
        return self._styles.get(style)

    def add(self, style: Style, warm_up: Callable[[GpuStyle], None]) -> None:
        """Make a style ready. ``warm_up`` draws with it once where its program is new.

        Raises GraphicsError.
        """
        with self._making:
            if style in self._styles:
                return
            tuning = self._tunings[width_class(style.architecture.width)]
            layout, blocks = self._lay_out(style, tuning)
            program_class = ProgramClass(layout, style.architecture.activation)
            compiled = self._compiled.get(program_class)
            gpu_style = GpuStyle(
                frame=FrameBlock(style, layout),
                compiled=compiled or _compile(program_class, tuning, blocks),
                blocks=blocks,
                weights=make_weights(blocks, textured=layout.textured),
            )
            if compiled is None:
                warm_up(gpu_style)
            # Other contexts may use the objects only after all of the above has happened.
            gl().glFinish()
            check(f"making the style {style.name} ready")
            self._compiled[program_class] = gpu_style.compiled
            self._styles[style] = gpu_style

    def remove(self, style: Style) -> None:
        """Give a style's memory back; its program stays, for others of its class."""
        with self._making:
            if gpu_style := self._styles.pop(style, None):
                gpu_style.weights.free()

    def close(self) -> None:
        """Give everything back."""
        with self._making:
            for gpu_style in self._styles.values():
                gpu_style.weights.free()
            for compiled in self._compiled.values():
                gl().glDeleteProgram(compiled.program)
                for weights in compiled.scratch:
                    weights.free()
            self._styles.clear()
            self._compiled.clear()

    def _lay_out(
        self, style: Style, tuning: Tuning | Compute
    ) -> tuple[Layout | NeuronLayout, Blocks]:
        """Where the style's weights lie, and what they hold."""
        if isinstance(tuning, Compute):
            neurons = plan_neurons(style.architecture)
            return neurons, pack_neurons(style, neurons)
        layout = plan(style.architecture, self._limits, textured=tuning.textured)
        if layout.textured and not tuning.textured:
            self._tell_textured(style)
        return layout, pack_weights(style, layout)

    def _tell_textured(self, style: Style) -> None:
        if self._told_textured:
            return
        self._told_textured = True
        _log.warning(
            "the style %s is too large for the uniform blocks of this driver (%d of %d bytes);"
            " its weights go into a texture, which may be slower",
            style.name,
            self._limits.fragment_blocks,
            self._limits.block_bytes,
        )


def _compile(program_class: ProgramClass, tuning: Tuning | Compute, blocks: Blocks) -> Compiled:
    layout, activation = program_class.layout, program_class.activation
    match layout, tuning:
        case NeuronLayout(), Compute():
            program = build_compute(layout, activation, tuning)
        case Layout(), Tuning():
            program = build_network(layout, activation, tuning)
        case _:
            raise AssertionError(f"{layout} is not for {tuning}")
    scratch = (make_weights(blocks, textured=layout.textured) for _ in range(MAX_LAYERS))
    return Compiled(program, tuning, tuple(scratch))


def query_limits() -> Limits:
    """The uniform block limits of the current context's driver."""
    api = gl()
    bindings = int(api.glGetIntegerv(api.GL_MAX_UNIFORM_BUFFER_BINDINGS))
    blocks = int(api.glGetIntegerv(api.GL_MAX_FRAGMENT_UNIFORM_BLOCKS))
    return Limits(
        block_bytes=int(api.glGetIntegerv(api.GL_MAX_UNIFORM_BLOCK_SIZE)),
        fragment_blocks=min(bindings, blocks),
    )


def require(found: GpuStyle | None, style: Style) -> GpuStyle:
    """What was found of a style. Raises GraphicsError where that is None."""
    if found is None:
        raise GraphicsError(f"the style {style.name} was not made ready; call prepare() before")
    return found
