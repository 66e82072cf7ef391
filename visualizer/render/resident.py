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

import numpy as np
from numpy.typing import NDArray

from visualizer.errors import GraphicsError
from visualizer.render.context import check, gl
from visualizer.render.layout import TEXTURE_COLUMNS, Limits, pack_weights, plan
from visualizer.render.program import FRAME_BINDING, ProgramClass, build_network
from visualizer.render.tuning import Tuning
from visualizer.render.uniforms import FrameBlock
from visualizer.style import Style

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Resident:
    """A style that can be drawn at once. Names are GL's."""

    frame: FrameBlock
    program: int
    buffers: tuple[int, ...]
    texture: int | None

    def bind(self) -> None:
        """Make this style's program and weights current."""
        api = gl()
        api.glUseProgram(self.program)
        for block, buffer in enumerate(self.buffers):
            api.glBindBufferBase(api.GL_UNIFORM_BUFFER, FRAME_BINDING + 1 + block, buffer)
        if self.texture is not None:
            api.glActiveTexture(api.GL_TEXTURE0)
            api.glBindTexture(api.GL_TEXTURE_2D, self.texture)


class Residents:
    """All styles that are ready, and the programs that they share.

    Every method but ``get`` needs a current context, any of those that share objects.
    """

    def __init__(self, limits: Limits, tuning: Tuning) -> None:
        self._limits = limits
        self._tuning = tuning
        self._styles: dict[Style, Resident] = {}
        self._programs: dict[ProgramClass, int] = {}
        self._told_textured = False
        # Two workers never compile the same class twice; readers need no lock.
        self._making = threading.Lock()

    def get(self, style: Style) -> Resident | None:
        """The style's place on the GPU, or None where it has none."""
        return self._styles.get(style)

    def add(self, style: Style, warm_up: Callable[[Resident], None]) -> None:
        """Make a style ready. ``warm_up`` draws with it once where its program is new.

        Raises GraphicsError.
        """
        with self._making:
            if style in self._styles:
                return
            textured = self._tuning.textured
            layout = plan(style.architecture, self._limits, textured=textured)
            if layout.textured and not textured:
                self._tell_textured(style)
            program_class = ProgramClass(layout, style.architecture.activation)
            program = self._programs.get(program_class)
            blocks = pack_weights(style, layout)
            resident = Resident(
                frame=FrameBlock(style, layout),
                program=program or build_network(program_class, self._tuning),
                buffers=() if layout.textured else tuple(make_buffer(block) for block in blocks),
                texture=_make_texture(blocks[0]) if layout.textured else None,
            )
            if program is None:
                warm_up(resident)
            # Other contexts may use the objects only after all of the above has happened.
            gl().glFinish()
            check(f"making the style {style.name} ready")
            self._programs[program_class] = resident.program
            self._styles[style] = resident

    def remove(self, style: Style) -> None:
        """Give a style's memory back; its program stays, for others of its class."""
        with self._making:
            if resident := self._styles.pop(style, None):
                _free(resident)

    def close(self) -> None:
        """Give everything back."""
        with self._making:
            for resident in self._styles.values():
                _free(resident)
            for program in self._programs.values():
                gl().glDeleteProgram(program)
            self._styles.clear()
            self._programs.clear()

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


def query_limits() -> Limits:
    """The uniform block limits of the current context's driver."""
    api = gl()
    bindings = int(api.glGetIntegerv(api.GL_MAX_UNIFORM_BUFFER_BINDINGS))
    blocks = int(api.glGetIntegerv(api.GL_MAX_FRAGMENT_UNIFORM_BLOCKS))
    return Limits(
        block_bytes=int(api.glGetIntegerv(api.GL_MAX_UNIFORM_BLOCK_SIZE)),
        fragment_blocks=min(bindings, blocks),
    )


def make_buffer(data: NDArray[np.float32]) -> int:
    """A uniform buffer with ``data`` in it; its GL name."""
    api = gl()
    buffer = int(api.glGenBuffers(1))
    api.glBindBuffer(api.GL_UNIFORM_BUFFER, buffer)
    api.glBufferData(api.GL_UNIFORM_BUFFER, data.nbytes, data, api.GL_STATIC_DRAW)
    api.glBindBuffer(api.GL_UNIFORM_BUFFER, 0)
    return buffer


def _make_texture(block: NDArray[np.float32]) -> int:
    """The weight texture: (mat4s, 4, 4) as rows of TEXTURE_COLUMNS texels."""
    api = gl()
    texels = block.reshape(-1, 4)
    rows = -(-len(texels) // TEXTURE_COLUMNS)
    data = np.zeros((rows * TEXTURE_COLUMNS, 4), np.float32)
    data[: len(texels)] = texels
    texture = int(api.glGenTextures(1))
    api.glActiveTexture(api.GL_TEXTURE0)
    api.glBindTexture(api.GL_TEXTURE_2D, texture)
    for key in (api.GL_TEXTURE_MIN_FILTER, api.GL_TEXTURE_MAG_FILTER):
        api.glTexParameteri(api.GL_TEXTURE_2D, key, api.GL_NEAREST)
    api.glTexParameteri(api.GL_TEXTURE_2D, api.GL_TEXTURE_MAX_LEVEL, 0)
    size = (TEXTURE_COLUMNS, rows, 0)
    form = (api.GL_RGBA, api.GL_FLOAT)
    api.glTexImage2D(api.GL_TEXTURE_2D, 0, api.GL_RGBA32F, *size, *form, data)
    api.glBindTexture(api.GL_TEXTURE_2D, 0)
    return texture


def _free(resident: Resident) -> None:
    api = gl()
    if resident.buffers:
        api.glDeleteBuffers(len(resident.buffers), np.array(resident.buffers, np.uint32))
    if resident.texture is not None:
        api.glDeleteTextures(1, np.array([resident.texture], np.uint32))


def require(resident: Resident | None, style: Style) -> Resident:
    """The resident itself. Raises GraphicsError where it is None."""
    if resident is None:
        raise GraphicsError(f"the style {style.name} was not made ready; call prepare() before")
    return resident
