from __future__ import annotations

import json
import pickle
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor, nn

from trainer.cli.import_command import import_command
from trainer.importing.importer import import_style, style_name
from visualizer.errors import StyleError
from visualizer.style.network import evaluate, pixel_grid
from visualizer.style.routes import Z_NAMES
from visualizer.style.style import Style
from visualizer.style.style_file import load_style, parse_style, style_bytes
from visualizer.types import Modulation

POINTS = pixel_grid(12, 8).astype(np.float32)
Old = nn.Sequential


def old_network(sizes: list[int], activation: type[nn.Module] = nn.Tanh, seed: int = 0) -> Old:
    generator = torch.Generator().manual_seed(seed)
    layers: list[nn.Module] = []
    for fan_in, fan_out in pairwise(sizes):
        layer = nn.Linear(fan_in, fan_out)
        with torch.no_grad():
            layer.weight.copy_(torch.randn(fan_out, fan_in, generator=generator) / fan_in**0.5)
            layer.bias.copy_(0.3 * torch.randn(fan_out, generator=generator))
        layers += [layer, activation()]
    return Old(*layers[:-1])


def saved(tmp_path: Path, contents: Any) -> Path:
    path = tmp_path / "old.pth"
    torch.save(contents, path)
    return path


def drawn(style: Style, z: list[float] | None = None) -> np.ndarray[Any, Any]:
    entries = np.zeros(len(style.z_names), np.float32)
    entries[: len(z or [])] = z or []
    return evaluate(style, Modulation(entries), POINTS)


def seen(network: nn.Module, *columns: Tensor, output: Any = torch.sigmoid) -> np.ndarray[Any, Any]:
    p = torch.from_numpy(POINTS)
    inputs = torch.cat([p, *[column.expand(*p.shape[:2], -1) for column in columns]], dim=-1)
    with torch.no_grad():
        picture: np.ndarray[Any, Any] = output(network(inputs)).numpy()
    return picture


def radius() -> Tensor:
    return torch.from_numpy(np.hypot(POINTS[..., :1], POINTS[..., 1:]))


@pytest.mark.parametrize("activation", ["tanh", "silu", "elu", "relu"])
def test_x_and_y_alone_give_the_same_picture(tmp_path: Path, activation: str) -> None:
    kind = {"tanh": nn.Tanh, "silu": nn.SiLU, "elu": nn.ELU, "relu": nn.ReLU}[activation]
    old = old_network([2, 8, 8, 3], kind)
    done = import_style(saved(tmp_path, old.state_dict()), "old", activation)
    np.testing.assert_allclose(drawn(done.style), seen(old), atol=1e-6)
    assert done.style.z_names == Z_NAMES
    assert any("no input hears the sound" in note for note in done.notes)


def test_widths_that_do_not_fit_are_padded_and_change_nothing(tmp_path: Path) -> None:
    old = old_network([3, 10, 7, 13, 3])
    style = import_style(saved(tmp_path, old.state_dict()), "old").style
    assert (style.architecture.width, style.architecture.depth) == (16, 3)
    np.testing.assert_allclose(drawn(style), seen(old, radius()), atol=1e-6)


def test_extra_inputs_become_z(tmp_path: Path) -> None:
    old = old_network([6, 8, 8, 3])
    done = import_style(saved(tmp_path, old.state_dict()), "old")
    assert done.style.z_names == ("bass", "mid", "high")
    assert {route.target for route in done.style.routes} == {"bass", "mid", "high"}
    heard = [0.5, -1.0, 2.0]
    expected = seen(old, radius(), torch.tensor(heard))
    np.testing.assert_allclose(drawn(done.style, heard), expected, atol=1e-6)
    assert any("bass, mid, high" in note for note in done.notes)


def test_named_inputs_are_put_where_they_belong(tmp_path: Path) -> None:
    old = old_network([5, 8, 8, 3])
    path = saved(tmp_path, old.state_dict())
    names = ("x", "y", "wobble", "r", "onset")
    done = import_style(path, "old", "tanh", "sigmoid", names)
    assert done.style.z_names == ("wobble", "onset")
    expected = seen(old, torch.tensor([0.7]), radius(), torch.tensor([0.2]))
    np.testing.assert_allclose(drawn(done.style, [0.7, 0.2]), expected, atol=1e-6)
    assert any("nothing drives wobble" in note for note in done.notes)


def test_names_in_the_file_count_as_well(tmp_path: Path) -> None:
    old = old_network([5, 8, 8, 3], nn.SiLU)
    contents = {
        "model_state_dict": old.state_dict(),
        "config": {"activation": "silu", "inputs": ["x", "y", "r", "level", "high"]},
        "prompt": "old lace",
    }
    done = import_style(saved(tmp_path, contents), "old")
    assert done.style.z_names == ("level", "high")
    assert done.style.architecture.activation == "silu"
    assert done.style.prompt == "old lace"
    assert not any("activation is not in the file" in note for note in done.notes)


def test_fourier_features_are_found_by_their_frequencies(tmp_path: Path) -> None:
    old = old_network([3 + 2 * 5, 8, 8, 3])
    waves = torch.randn(5, 2, generator=torch.Generator().manual_seed(1))
    path = saved(tmp_path, {"B": waves} | old.state_dict())
    style = import_style(path, "old").style
    assert style.architecture.feature_waves == 5
    angle = torch.from_numpy(POINTS) @ waves.T
    expected = seen(old, radius(), torch.sin(angle), torch.cos(angle))
    np.testing.assert_allclose(drawn(style), expected, atol=1e-6)


def test_a_tanh_output_grey_and_double_precision(tmp_path: Path) -> None:
    old = old_network([2, 4, 4, 1]).double()
    path = saved(tmp_path, {f"module.{k}": v for k, v in old.state_dict().items()})
    style = import_style(path, "old", "tanh", "tanh").style
    expected = seen(old.float(), output=lambda h: (1.0 + torch.tanh(h)) / 2.0)
    np.testing.assert_allclose(drawn(style), np.repeat(expected, 3, axis=2), atol=1e-6)


def test_an_imported_style_survives_its_file_and_tells_what_it_assumed(tmp_path: Path) -> None:
    done = import_style(saved(tmp_path, old_network([3, 8, 8, 3]).state_dict()), "old")
    again = parse_style(style_bytes(done.style))
    np.testing.assert_array_equal(drawn(again), drawn(done.style))
    told = " ".join(done.notes)
    for unknown in ("activation", "last layer becomes colours", "radius", "half heights"):
        assert unknown in told


class Trap:
    """A pickle that would touch a file when opened."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return (Path.touch, (self._path,))


def state(**changed: Tensor) -> dict[str, Tensor]:
    return old_network([2, 8, 8, 3]).state_dict() | changed


def huge() -> Tensor:
    """A tensor that claims 10^14 numbers and stores one."""
    return torch.zeros(1).expand(10_000_000, 10_000_000)


@pytest.mark.parametrize(
    ("contents", "word"),
    [
        ([1, 2], "list"),
        ({}, "no tensors"),
        ({"a": 1}, "no tensors"),
        (state(**{"2.weight": torch.zeros(8, 9)}), "plain row"),
        (state(**{"2.bias": torch.zeros(9)}), "bias"),
        (state(**{"1.running_mean": torch.zeros(8)}), "plain linear layer"),
        (state(**{"0.weight": torch.zeros(8, 2, 3, 3)}), "shape"),
        (state(**{"0.weight": torch.full((8, 2), float("nan"))}), "NaN"),
        (state(**{"0.weight": torch.zeros(8, 2, dtype=torch.int64)}), "floating"),
        (state(**{"0.weight": torch.zeros(8, 2).to_sparse()}), "plain tensor"),
        (state(**{"0.weight": huge()}), "shape"),
        (state(extra=torch.zeros(7, 2)), "not clear"),
        (old_network([3, 8, 3]).state_dict(), "1 hidden layers"),
        (old_network([3, *[4] * 9, 3]).state_dict(), "9 hidden layers"),
        (old_network([3, 300, 300, 3]).state_dict(), "300 wide"),
        (old_network([3, 8, 8, 4]).state_dict(), "4 numbers"),
        (old_network([1, 8, 8, 3]).state_dict(), "at least x and y"),
        (old_network([7, 8, 8, 3]).state_dict(), "--inputs"),
        (old_network([40, 8, 8, 3]).state_dict(), "--inputs"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    tmp_path: Path, contents: Any, word: str
) -> None:
    with pytest.raises(StyleError, match=word) as error:
        import_style(saved(tmp_path, contents), "old")
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 600


def test_code_in_a_file_is_never_run(tmp_path: Path) -> None:
    for number, protocol in enumerate((2, pickle.HIGHEST_PROTOCOL)):
        touched, path = tmp_path / "touched", tmp_path / f"{number}.pth"
        path.write_bytes(pickle.dumps(Trap(touched), protocol=protocol))
        with pytest.raises(StyleError, match="never run"):
            import_style(path, "old")
        torch.save({"0.weight": Trap(touched)}, path)
        with pytest.raises(StyleError, match="never run"):
            import_style(path, "old")
        assert not touched.exists()


def test_missing_large_and_wrongly_named_files(tmp_path: Path) -> None:
    with pytest.raises(StyleError, match="cannot read"):
        import_style(tmp_path / "none.pth", "old")
    with pytest.raises(StyleError, match="cannot read"):
        import_style(tmp_path, "old")
    big = tmp_path / "big.pth"
    with big.open("wb") as file:
        file.truncate(2**31)
    with pytest.raises(StyleError, match="more than any CPPN"):
        import_style(big, "old")
    with pytest.raises(StyleError, match=r"\.safetensors"):
        style_name(Path("a.pth"))
    path = saved(tmp_path, old_network([5, 8, 8, 3]).state_dict())
    with pytest.raises(StyleError, match="2 inputs are named"):
        import_style(path, "old", inputs=("x", "y"))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cut=st.integers(0, 3000),
    flips=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), max_size=4),
)
def test_a_damaged_file_is_a_style_or_a_sentence(
    tmp_path: Path, cut: int, flips: list[tuple[int, int]]
) -> None:
    path = tmp_path / "damaged.pth"
    torch.save(old_network([2, 4, 4, 3]).state_dict(), path)
    data = bytearray(path.read_bytes())
    for place, value in flips:
        data[place % len(data)] = value
    path.write_bytes(data[: len(data) - cut] if cut % 3 == 0 else data)
    try:
        import_style(path, "old")
    except StyleError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right


def test_the_command_leaves_a_style_a_picture_and_what_was_assumed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = saved(tmp_path, old_network([5, 8, 8, 3]).state_dict())
    output = tmp_path / "lace.safetensors"
    arguments = [str(old), "--output", str(output), "--inputs", "x y r bass wobble"]
    assert import_command.main(arguments, standalone_mode=False) is None
    assert "nothing drives wobble" in capsys.readouterr().out
    assert load_style(output).z_names == ("bass", "wobble")
    notes = json.loads(output.with_suffix(".json").read_text("utf-8"))
    assert notes["imported_from"] == "old.pth"
    assert notes["card"]["bass_levels"] > 0.0
    with Image.open(output.with_suffix(".png")) as picture:
        assert picture.size == (480, 270)
