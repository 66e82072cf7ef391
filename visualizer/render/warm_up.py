"""The first draw of a program, for which drivers keep the work of compiling."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from visualizer.render.gl.buffer import free_buffers, make_buffer
from visualizer.render.gl.compute import bind_picture
from visualizer.render.gl.context import gl
from visualizer.render.gl.program import FRAME_BINDING
from visualizer.render.gl.sampler_reset import SamplerReset
from visualizer.render.gpu_styles import GpuStyle
from visualizer.render.shader_text.tuning import Compute

SIZE = 12
"""Columns and rows that are drawn: no power of two, like a network's picture."""


def warm_up(gpu_style: GpuStyle, sampler_reset: SamplerReset) -> None:
    """Draw a few pixels and wait. sampler_reset: the renderer's, as before any of its draws.

    Works in any context that shares objects with the renderer's: what cannot be shared
    (framebuffer, vertex array) is made here and thrown away.
    """
    api = gl()
    tuning = gpu_style.compiled.tuning
    with _textures(tuning.tile) as textures, _frame(gpu_style):
        if isinstance(tuning, Compute):
            api.glUseProgram(gpu_style.compiled.program)
            gpu_style.weights.bind()
            bind_picture(textures[0])
            api.glDispatchCompute(1, 1, 1)
            api.glFinish()
        else:
            _draw(gpu_style, textures, sampler_reset)


def _draw(gpu_style: GpuStyle, textures: list[int], sampler_reset: SamplerReset) -> None:
    api = gl()
    array, framebuffer = int(api.glGenVertexArrays(1)), int(api.glGenFramebuffers(1))
    before = api.glGetIntegerv(api.GL_FRAMEBUFFER_BINDING)
    api.glBindFramebuffer(api.GL_FRAMEBUFFER, framebuffer)
    attachments = [api.GL_COLOR_ATTACHMENT0 + strip for strip in range(len(textures))]
    for attachment, texture in zip(attachments, textures, strict=True):
        api.glFramebufferTexture2D(api.GL_FRAMEBUFFER, attachment, api.GL_TEXTURE_2D, texture, 0)
    api.glDrawBuffers(len(attachments), np.array(attachments, np.uint32))
    api.glViewport(0, 0, SIZE, SIZE)
    api.glBindVertexArray(array)
    if gpu_style.weights.texture is not None:
        api.glEnable(api.GL_SCISSOR_TEST)
        sampler_reset.run()
        api.glDisable(api.GL_SCISSOR_TEST)
    api.glUseProgram(gpu_style.compiled.program)
    gpu_style.weights.bind()
    api.glDrawArrays(api.GL_TRIANGLES, 0, 3)
    api.glFinish()
    api.glBindFramebuffer(api.GL_FRAMEBUFFER, before)
    api.glBindVertexArray(0)
    api.glDeleteFramebuffers(1, np.array([framebuffer], np.uint32))
    api.glDeleteVertexArrays(1, np.array([array], np.uint32))


@contextmanager
def _textures(count: int) -> Iterator[list[int]]:
    api = gl()
    names = np.atleast_1d(api.glGenTextures(count))
    for name in names:
        api.glBindTexture(api.GL_TEXTURE_2D, name)
        size = (SIZE, SIZE, 0)
        form = (api.GL_RGBA, api.GL_FLOAT, None)
        api.glTexImage2D(api.GL_TEXTURE_2D, 0, api.GL_RGBA32F, *size, *form)
        # An image needs a complete texture, and the default filter asks for smaller levels.
        api.glTexParameteri(api.GL_TEXTURE_2D, api.GL_TEXTURE_MAX_LEVEL, 0)
    yield [int(name) for name in names]
    api.glDeleteTextures(count, names)


@contextmanager
def _frame(gpu_style: GpuStyle) -> Iterator[None]:
    api = gl()
    frame = make_buffer(gpu_style.frame.data)
    api.glBindBufferBase(api.GL_UNIFORM_BUFFER, FRAME_BINDING, frame)
    yield
    free_buffers(frame)
