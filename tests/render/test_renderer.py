from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from tests.graphics import MOVED, QUICK, reference, renderer, scene
from tests.styles import random_style
from visualizer.contracts import Morph, Scene, ScenePart
from visualizer.errors import GraphicsError
from visualizer.render.gl import context
from visualizer.render.gl.program import link
from visualizer.render.gl.timer import RING
from visualizer.render.picture import letterbox
from visualizer.render.renderer import Renderer
from visualizer.render.shader_text.source import Source
from visualizer.render.shader_text.tuning import (
    COMPUTE,
    GPU,
    LLVMPIPE,
    OTHER_MESA,
    Compute,
    Tuning,
    Tunings,
    everywhere,
    table,
    without_compute,
)
from visualizer.style.hue import hue_matrix
from visualizer.style.style import Architecture, Style
from visualizer.types import Image

PLAIN = Architecture(16, 2, "tanh", 4, 2)
A, B = random_style(PLAIN, 1), random_style(PLAIN, 2)


def flat(red: float, green: float, blue: float) -> Style:
    """A style of one colour: zero weights, the colour's bias set."""
    style = random_style(PLAIN, 0)
    tensors = {name: np.zeros_like(tensor) for name, tensor in style.tensors.items()}
    c = np.clip([red, green, blue], 1e-9, 1 - 1e-9)
    # sigmoid(2 b) = c
    tensors["layers.2.bias"] = (0.5 * np.log(c / (1 - c))).astype(np.float32)
    return Style("flat", PLAIN, style.z_names, (), tensors)


@pytest.fixture(scope="module")
def shared() -> Iterator[Renderer]:
    with renderer(tuning=QUICK) as opened:
        opened.prepare(A)
        opened.prepare(B)
        yield opened


@pytest.fixture(autouse=True)
def no_gl_error(shared: Renderer) -> Iterator[None]:
    # Some tests open a context of their own, and none is current when they leave it: without
    # making ours current again, every later test would compare the nothing that is drawn.
    with shared._context:
        context.check("starting a test")
        yield
    with shared._context:
        shared.finish()
        context.check("running a test")


def drawn(opened: Renderer, *styles: Style, dimmer: float = 1.0, index: int = 0) -> Image:
    for style in styles:
        opened.prepare(style)
    return opened.draw(scene(*styles, dimmer=dimmer, index=index)).read_rgb()


def linear(c: np.ndarray) -> np.ndarray:
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def coded(light: np.ndarray) -> np.ndarray:
    high = 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055
    return np.where(light <= 0.0031308, light * 12.92, high)


def test_switching_there_and_back_gives_the_same_picture(shared: Renderer) -> None:
    first, other, again = drawn(shared, A), drawn(shared, B), drawn(shared, A)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_picture_stands_the_right_way_up(shared: Renderer) -> None:
    # Dither moves a pixel by at most one level, rounding by half.
    assert np.abs(drawn(shared, A) - 255.0 * reference(A)).max() <= 1.501


def test_a_style_that_was_not_prepared_is_refused(shared: Renderer) -> None:
    stranger = random_style(PLAIN, 9, name="stranger")
    with pytest.raises(GraphicsError, match="stranger was not made ready"):
        shared.draw(scene(stranger))
    shared.prepare(stranger)
    assert shared.is_ready(stranger)
    shared.forget(stranger)
    assert not shared.is_ready(stranger)


def test_a_style_that_another_cannot_become_is_refused(shared: Renderer) -> None:
    other = random_style(replace(PLAIN, feature_waves=3), name="other")
    with pytest.raises(GraphicsError, match="random cannot become other"):
        shared.draw(Scene((ScenePart(A, MOVED, 1.0, Morph(other, MOVED, 0.5)),)))
    stranger = random_style(PLAIN, 9, name="stranger")
    with pytest.raises(GraphicsError, match="stranger was not made ready"):
        shared.draw(Scene((ScenePart(A, MOVED, 1.0, Morph(stranger, MOVED, 0.5)),)))


def test_a_scene_has_one_or_two_layers(shared: Renderer) -> None:
    for styles in ((), (A, B, A)):
        with pytest.raises(GraphicsError, match="1 to 2 layers"):
            shared.draw(scene(*styles))


def test_drawing_neither_compiles_nor_allocates(
    shared: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gl = context.gl()
    made = "glCreateShader glCreateProgram glBufferData glTexImage2D glGenBuffers glGenTextures"
    for name in [*made.split(), "glGenFramebuffers", "glGenVertexArrays"]:
        monkeypatch.setattr(gl, name, None)
    monkeypatch.setattr("builtins.open", None)
    shared.draw(scene(A))
    shared.draw(scene(B, A))
    shared.draw(scene(A, B, dimmer=0.5))
    shared.draw(Scene((ScenePart(A, MOVED, 1.0, Morph(B, MOVED, 0.5)),)))


def test_layers_mix_in_linear_light(shared: Renderer) -> None:
    low, high = np.array([0.1, 0.5, 0.9]), np.array([0.7, 0.2, 1.0])
    one, two = flat(*low), flat(*high)
    for style in (one, two):
        shared.prepare(style)
    parts = (ScenePart(one, MOVED, 0.25), ScenePart(two, MOVED, 0.75))
    mean = shared.draw(Scene(parts)).read_rgb().mean((0, 1))
    expected = 255.0 * coded(0.25 * linear(low) + 0.75 * linear(high))
    np.testing.assert_allclose(mean, expected, atol=0.06)


def test_the_dimmer_works_in_linear_light(shared: Renderer) -> None:
    c = np.array([0.2, 0.5, 0.9])
    mean = drawn(shared, flat(*c), dimmer=0.4).mean((0, 1))
    np.testing.assert_allclose(mean, 255.0 * coded(0.4 * linear(c)), atol=0.06)


def test_dimmer_zero_is_black_exactly(shared: Renderer) -> None:
    assert not drawn(shared, A, dimmer=0.0, index=7).any()
    assert not drawn(shared, A, B, dimmer=0.0).any()


def test_a_turned_hue_is_the_matrix_in_linear_light_then_dimmed(shared: Renderer) -> None:
    c = np.array([0.8, 0.5, 0.1])
    style = flat(*c)
    shared.prepare(style)
    picture = shared.draw(Scene((ScenePart(style, MOVED, 1.0),), dimmer=0.5, hue=0.3)).read_rgb()
    light = np.clip(hue_matrix(0.3) @ linear(c), 0.0, 1.0)
    np.testing.assert_allclose(picture.mean((0, 1)), 255.0 * coded(0.5 * light), atol=0.06)


def test_no_hue_and_whole_turns_change_no_bit(shared: Renderer) -> None:
    # Also where mixing decodes and encodes the colours anyway.
    for plain in (scene(A), scene(A, dimmer=0.7), scene(A, B, mix=0.5)):
        before = shared.draw(plain).read_rgb()
        assert np.array_equal(shared.draw(replace(plain, hue=2.0)).read_rgb(), before)
        assert not np.array_equal(shared.draw(replace(plain, hue=0.1)).read_rgb(), before)


def test_dither_keeps_the_mean_and_leaves_black_and_white_alone(shared: Renderer) -> None:
    for level in (0.3, 1.5, 77.25, 128.0, 253.6, 254.9):
        frames = [drawn(shared, flat(*[level / 255.0] * 3), index=i) for i in range(8)]
        # 23,040 values with a deviation of at most .75 levels: 5 standard errors are .025.
        assert np.mean(frames) == pytest.approx(level, abs=0.025)
        assert np.ptp(frames) <= 2
    assert not drawn(shared, flat(0, 0, 0)).any()
    assert (drawn(shared, flat(1, 1, 1)) == 255).all()


def test_dither_follows_the_frame_and_differs_by_pixel_and_channel(shared: Renderer) -> None:
    grey = flat(0.3, 0.3, 0.3)
    first, second = drawn(shared, grey, index=1), drawn(shared, grey, index=2)
    assert np.array_equal(first, drawn(shared, grey, index=1))
    assert not np.array_equal(first, second)
    noise = first - first.mean()
    for other in (np.roll(noise, 1, 0), np.roll(noise, 1, 1), np.roll(noise, 1, 2), second):
        assert abs(np.corrcoef(noise.ravel(), other.ravel())[0, 1]) < 0.1


@pytest.mark.parametrize("width", [1, 7, 20, 41])
def test_strips_join_at_any_width(width: int) -> None:
    tuning = Tuning(tile=8, rows=2, bounded=True, unrolled=False)
    with renderer(width, 3, tuning=tuning) as opened:
        opened.prepare(A)
        opened.draw(scene(A))
        assert np.abs(opened.read_network() - reference(A, width, 3)).max() < 1e-4


@pytest.mark.parametrize("tuning", [QUICK, Compute(16, 1)], ids=["fragments", "compute"])
def test_a_large_picture_is_drawn_in_bands(
    tuning: Tuning | Compute, monkeypatch: pytest.MonkeyPatch
) -> None:
    with renderer(tuning=tuning) as opened:
        opened.prepare(A)
        whole = drawn(opened, A)
        assert np.abs(opened.read_network() - reference(A)).max() < 1e-4
        monkeypatch.setattr("visualizer.render.network_pass.FLOP_PER_DRAW", 1e5)
        assert np.array_equal(drawn(opened, A), whole)


def keys_cubic(image: np.ndarray, width: int, height: int) -> np.ndarray:
    """Catmull-Rom, one axis after the other, edges clamped."""

    def along(values: np.ndarray, size: int) -> np.ndarray:
        at = (np.arange(size) + 0.5) * len(values) / size - 0.5
        f = (at % 1.0).reshape(-1, 1, 1)
        corner = np.floor(at).astype(int)
        p = [values[np.clip(corner + k, 0, len(values) - 1)] for k in (-1, 0, 1, 2)]
        slope = (p[2] - p[0]) * f
        curve = (2 * p[0] - 5 * p[1] + 4 * p[2] - p[3]) * f**2
        twist = (3 * p[1] - p[0] - 3 * p[2] + p[3]) * f**3
        return np.asarray(p[1] + 0.5 * (slope + curve + twist))

    return along(along(image, height).swapaxes(0, 1), width).swapaxes(0, 1)


def test_upscaling_is_catmull_rom() -> None:
    with renderer(42, 26, scale=0.5, tuning=QUICK) as opened:
        opened.prepare(A)
        picture = opened.draw(scene(A)).read_rgb()
        small = opened.read_network()
    assert small.shape == (13, 21, 3)
    expected = 255.0 * np.clip(keys_cubic(small.astype(float), 42, 26), 0.0, 1.0)
    assert np.abs(picture - expected).max() <= 1.501


def test_resizing_and_rescaling_keep_styles_ready() -> None:
    with renderer(16, 8, tuning=QUICK) as opened:
        opened.prepare(A)
        before = opened.draw(scene(A)).read_rgb()
        opened.resize(20, 30)
        assert opened.draw(scene(A)).read_rgb().shape == (30, 20, 3)
        opened.set_scale(0.5)
        assert opened.draw(scene(A)).read_rgb().shape == (30, 20, 3)
        assert opened.read_network().shape == (15, 10, 3)
        opened.set_scale(1.0)
        opened.resize(16, 8)
        assert np.array_equal(opened.draw(scene(A)).read_rgb(), before)
        opened.resize(20, 30)
        # Without a draw between: a GL error would be blamed on the next style.
        opened.resize(24, 30)
        opened.prepare(B)
        with pytest.raises(GraphicsError, match="0 x 8"):
            opened.resize(0, 8)


def test_a_size_that_the_driver_has_no_room_for_leaves_the_old_picture() -> None:
    with renderer(16, 8, tuning=QUICK) as opened:
        opened.prepare(A)
        before = opened.draw(scene(A)).read_rgb()
        with pytest.raises(GraphicsError, match="1000000 x 8"):
            opened.resize(1_000_000, 8)
        assert opened.size == (16, 8)
        assert np.array_equal(opened.draw(scene(A)).read_rgb(), before)
        # Nor is the next style blamed for it.
        opened.prepare(B)


def test_a_broken_shader_is_named_by_file_and_line() -> None:
    with renderer(tuning=QUICK):
        text = "#version 330\nvoid main() {\n  nonsense;\n}\n"
        places = tuple(("broken.vert", line) for line in range(1, 5))
        broken = Source("broken.vert", text, places)
        with pytest.raises(GraphicsError, match=r"broken\.vert:3"):
            link(broken, broken)


def test_readers_never_wait_for_a_style_that_is_being_made(shared: Renderer) -> None:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with shared._gpu_styles._making:
            held.set()
            done.wait(10.0)

    worker = threading.Thread(target=hold)
    worker.start()
    held.wait(10.0)
    shared.draw(scene(A))
    assert shared.is_ready(A)
    done.set()
    worker.join()


@pytest.mark.parametrize(
    ("window", "box"),
    [
        ((160, 90), (0, 0, 160, 90)),
        ((320, 180), (0, 0, 320, 180)),
        ((160, 100), (0, 5, 160, 90)),
        ((200, 90), (20, 0, 160, 90)),
        ((80, 200), (0, 77, 80, 45)),
    ],
)
def test_letterbox(window: tuple[int, int], box: tuple[int, int, int, int]) -> None:
    assert letterbox((160, 90), window) == box


@pytest.mark.parametrize(
    ("name", "version", "tuning"),
    [
        ("llvmpipe (LLVM 15.0.6, 256 bits)", "4.5 (Core Profile) Mesa 22.3.6", LLVMPIPE),
        ("AMD Radeon RX 6700 XT (radeonsi)", "4.6 (Core Profile) Mesa 25.0.1", OTHER_MESA),
        ("NVIDIA GeForce RTX 3060/PCIe/SSE2", "3.3.0 NVIDIA 550.54", GPU),
        ("Apple M1", "4.1 Metal - 88", GPU),
    ],
)
def test_tuning_is_chosen_by_the_drivers_name(name: str, version: str, tuning: Tuning) -> None:
    assert table(name, version)[64] == tuning


def test_another_scale_changes_numbers_only_and_draws_as_if_it_had_been_the_first() -> None:
    with renderer(40, 24, scale=0.5, tuning=QUICK) as small:
        small.prepare(A)
        expected = small.draw(scene(A)).read_rgb()
        network = small.read_network()
    with renderer(40, 24, tuning=QUICK) as opened:
        opened.prepare(A)
        whole = opened.draw(scene(A)).read_rgb()
        textures = [layer.texture.glo for layer in opened._layers]
        opened.set_scale(0.5)
        assert np.array_equal(opened.draw(scene(A)).read_rgb(), expected)
        assert np.array_equal(opened.read_network(), network)
        opened.set_scale(1.0)
        assert np.array_equal(opened.draw(scene(A)).read_rgb(), whole)
        assert [layer.texture.glo for layer in opened._layers] == textures
        with pytest.raises(GraphicsError, match=r"scale 1\.5: expected .* at most 1"):
            opened.set_scale(1.5)


def test_the_gpus_time_is_known_once_it_has_drawn(shared: Renderer) -> None:
    times = []
    for _ in range(2 * RING):
        shared.draw(scene(A))
        shared.finish()
        times.append(shared.gpu_time)
    numbers = [spent.number for spent in times if spent is not None]
    assert len(numbers) == 2 * RING
    # The first may find its place taken by one that nobody had asked for.
    assert np.all(np.diff(numbers)[RING:] == 1)
    assert all(spent is not None and spent.network_ms > 0.0 for spent in times)
    assert all(spent is not None and spent.present_ms > 0.0 for spent in times)


def test_a_gpu_that_nobody_asks_is_not_measured_and_nothing_waits(shared: Renderer) -> None:
    shared.finish()
    before = shared.gpu_time
    for _ in range(3 * RING):
        shared.draw(scene(A))
    shared.finish()
    after = shared.gpu_time
    assert before is not None
    assert after is not None
    assert 0 < after.number - before.number <= RING


def test_a_context_outlives_its_renderers() -> None:
    with context.standalone() as gl_context:
        for _ in range(2):
            with Renderer(gl_context, 16, 8, tunings=everywhere(QUICK)) as opened:
                assert context.gl().glGetError() == 0
                opened.prepare(A)
                drawn(opened, A)


def test_a_context_without_compute_shaders_draws_fragments() -> None:
    usual = table("llvmpipe", "Mesa")
    tunings: Tunings = {**COMPUTE, 16: QUICK}
    assert without_compute(tunings, usual) == {**usual, 16: QUICK}
