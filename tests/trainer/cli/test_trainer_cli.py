from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.tiny_clip import make_tiny_clip
from trainer.cli.main import main, spread_lists
from trainer.cli.requested import config_from
from trainer.config import learning_rate_for, motion_of
from trainer.request import Start
from trainer.training.cppn import CPPN
from visualizer.style.library import slug
from visualizer.style.style import Architecture, style_sha256
from visualizer.style.style_file import load_style, save_style

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_tiny_clip(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def base(tiny: str, tmp_path: Path) -> list[str]:
    return [
        "--prompt", "storm clouds", "--clip-model", tiny, "--hidden-dim", "8", "--depth", "2",
        "--resolutions", "16", "--iterations", "4", "--device", "cpu",
        "--output", str(tmp_path / "clouds.safetensors"),
    ]  # fmt: skip


@pytest.fixture
def _short_card(monkeypatch: pytest.MonkeyPatch) -> None:
    card = {"score": 0.3, "gain": 0.1, "rank": 1, "rank_of": 101, "kick_levels": 9, "moves": 0.5}
    monkeypatch.setattr("trainer.runs.run.make_card", lambda *_: card)


def refused(capsys: pytest.CaptureFixture[str], args: list[str], code: int) -> str:
    assert main(args) == code
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    return error


@pytest.mark.slow
def test_a_run_leaves_style_picture_and_report(base: list[str], tmp_path: Path) -> None:
    assert main([*base, "--seed", "5", "--negative-prompt", "a cat"]) == 0
    assert {p.name for p in tmp_path.iterdir()} == {
        "clouds.safetensors", "clouds.png", "clouds.json", "clouds.candidates.png",
    }  # fmt: skip
    style = load_style(tmp_path / "clouds.safetensors")
    assert (style.prompt, style.seed, style.architecture.width) == ("storm clouds", 5, 8)
    with Image.open(tmp_path / "clouds.png") as picture:
        assert picture.size == (480, 270)
    report = json.loads((tmp_path / "clouds.json").read_text())
    assert set(report) == {
        "prompt", "settings", "versions", "seed", "seconds", "race", "history", "card",
    }  # fmt: skip
    assert [row["iteration"] for row in report["history"]] == [1, 2, 3, 4]
    assert {"resolution", "similarity", "small", "fading"} <= set(report["history"][0])
    assert report["card"]["sha256"] == style_sha256(style)
    assert report["settings"]["negative_prompt"] == "a cat"
    assert str(tmp_path) not in json.dumps(report)


@pytest.mark.slow
@pytest.mark.usefixtures("_short_card")
def test_widths_and_scale_reach_the_style(base: list[str], tmp_path: Path) -> None:
    more = ["--warp", "3", "--features", "2", "--activation", "sin", "--audio-scale", "0.2"]
    assert main([*base, *more]) == 0
    style = load_style(tmp_path / "clouds.safetensors")
    assert (style.architecture.warp_waves, style.architecture.feature_waves) == (3, 2)
    assert (style.architecture.activation, style.audio_scale) == ("sin", 0.2)


@pytest.mark.slow
@pytest.mark.usefixtures("_short_card")
def test_a_warm_start_begins_at_the_style(base: list[str], tmp_path: Path) -> None:
    assert main(base) == 0
    second = [
        "--prompt", "lava", "--start", base[-1], "--output", str(tmp_path / "second.safetensors"),
    ]  # fmt: skip
    few = ["--lr", "1e-9", "--iterations", "1", "--resolutions", "16"]
    assert main([*second, *few, *base[2:4]]) == 0
    first, warm = (load_style(tmp_path / f"{n}.safetensors") for n in ("clouds", "second"))
    for name, tensor in first.tensors.items():
        assert abs(warm.tensors[name] - tensor).max() < 1e-6


def test_a_style_to_train_on_decides_its_sizes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "small.safetensors"
    small = CPPN.fresh(Architecture(8, 2, "tanh", 2, 2)).to_style("small", prompt="smoke")
    save_style(small, path)
    args = ["--prompt", "x", "--start", str(path), "--hidden-dim", "64"]
    assert "leave --hidden-dim" in refused(capsys, args, 2)


def test_a_warm_start_keeps_sizes_and_motion_unless_told_otherwise() -> None:
    style = CPPN.fresh(Architecture(64, 3, "sin", 4, 2), seed=1, phases=False).to_style("start")
    values = {
        "preset": "normal", "width": 32, "depth": 4, "activation": "tanh", "feature_waves": 16,
        "warp_waves": 8, "motion": "travel", "iterations": 4, "resolutions": (16,), "crops": 2,
        "learning_rate": None, "seed": 0, "audio_scale": 0.1, "finish": None, "mirror": "auto",
        "smallest_crop": 0.22, "candidates": None,
    }  # fmt: skip
    warm = config_from(values, set(), Start("style", style))
    assert warm.architecture == style.architecture
    assert warm.motion == motion_of("warp")
    assert warm.learning_rate == learning_rate_for(64) / 2
    assert config_from(values, {"motion"}, Start("style", style)).motion == motion_of("travel")
    moving = CPPN.fresh(Architecture(32, 4, "tanh", 16, 8), seed=1).to_style("start")
    assert config_from(values, set(), Start("style", moving)).motion == motion_of("travel")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "--prompt"),
        (["--prompt", " "], "empty"),
        (["--prompt", "x", "--negative-prompt", ""], "negative prompt is empty"),
        (["--prompt", "x", "--start", "seed:1@360"], "0 to 359"),
        (["--prompt", "x", "--mirror", "5"], "mirror"),
        (["--prompt", "x", "--hidden-dim", "30"], "multiple of 4"),
        (["--prompt", "x", "--hidden-dim", "0"], "4 to 256"),
        (["--prompt", "x", "--depth", "9"], "2 to 8"),
        (["--prompt", "x", "--resolutions", "0"], "resolutions"),
        (["--prompt", "x", "--resolutions"], "resolutions"),
        (["--prompt", "x", "--iterations", "0"], "iterations"),
        (["--prompt", "x", "--lr", "nan"], "learning rate"),
        (["--prompt", "x", "--activation", "swish"], "tanh"),
        (["--prompt", "x", "--preset", "slow"], "quick"),
        (["--prompt", "x", "--judge", "ViT-B-32"], "MODEL:TAG"),
        (["--prompt", "x", "--output", "x.pth"], ".safetensors"),
        (["--prompt", "x", "--nonsense"], "--nonsense"),
        (["--prompt", "x", "clip", "--texts"], "--prompt stands before clip"),
        (["nonsense"], "nonsense"),
        (["clip"], "--check"),
    ],
)
def test_what_the_command_line_shows_to_be_wrong(
    capsys: pytest.CaptureFixture[str], args: list[str], said: str
) -> None:
    assert said in refused(capsys, args, 2)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--audio", "no.mp3"], "no.mp3"),
        (["--image", "no.png"], "no.png"),
        (["--text-embedding", "no.safetensors"], "no.safetensors"),
        (["--clip-model", "local-dir:nowhere"], "nowhere"),
        (["--clip-pretrained", "no/weights.pt"], "no/weights.pt"),
        (["--judge", "local-dir:nowhere"], "nowhere"),
        (["--start", "no.safetensors"], "no.safetensors"),
        (["--output", "no/where/x.safetensors"], "no/where"),
        (["--resume"], "--resume"),
    ],
)
def test_what_a_look_at_the_files_shows(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    args: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    output = [] if "--output" in args else ["--output", "x.safetensors"]
    assert said in refused(capsys, ["--prompt", "x", *output, *args], 1)
    assert not list(tmp_path.glob("*x.*"))


def test_refusals_and_help_need_no_torch() -> None:
    code = (
        "import sys; from trainer.cli.main import main\n"
        "codes = [main(a) for a in (['--help'], ['--prompt', ''], ['clip', '--texts'],"
        " ['--prompt', 'x', '--clip-model', 'local-dir:no', '--output', '/tmp/x.safetensors'])]\n"
        "assert codes == [0, 2, 0, 1], codes; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True)


@pytest.mark.slow
def test_without_torch_one_line_names_the_set_up(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, base: list[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert "./train.sh" in refused(capsys, base, 1)


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for word in ("--prompt", "--resume", "clip", 'train.py --prompt "storm clouds"'):
        assert word in out


def test_lists_are_spread() -> None:
    assert spread_lists(["--resolutions", "112", "224", "--live"]) == [
        "--resolutions", "112", "--resolutions", "224", "--live",
    ]  # fmt: skip
    assert spread_lists(["compare", "--hidden-dims", "8", "16", "x"]) == [
        "compare", "--hidden-dims", "8", "--hidden-dims", "16", "x",
    ]  # fmt: skip
    assert spread_lists(["--judge", "a:b", "local-dir:c", "style"]) == [
        "--judge", "a:b", "--judge", "local-dir:c", "style",
    ]  # fmt: skip
    assert spread_lists(["--resolutions", "x"]) == ["--resolutions", "x"]
    assert spread_lists(["--resolutions"]) == ["--resolutions"]


@pytest.mark.parametrize("length", [101, 240])
def test_a_name_that_no_style_can_have_is_refused_before_the_work(
    base: list[str], length: int, capsys: pytest.CaptureFixture[str]
) -> None:
    output = Path(base[-1]).with_name("x" * length + ".safetensors")
    assert "1 to 100 printable characters" in refused(capsys, [*base[:-1], str(output)], 1)


def test_a_prompt_names_its_file() -> None:
    assert slug("A stained-glass Window!") == "a-stained-glass-window"
    assert slug("...") == "style"
    assert len(slug("word " * 100)) <= 60


def test_clip_tells_of_itself(capsys: pytest.CaptureFixture[str], tiny: str) -> None:
    assert main(["clip", "--texts"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(set(lines)) > 250
    assert main(["clip", "--check", "--clip-model", tiny]) == 0
    assert "64 px" in capsys.readouterr().out
    assert main(["clip", "--list"]) == 0
    assert "ViT-B-32:openai" in capsys.readouterr().out
    assert "ViT-B-32" in refused(capsys, ["clip", "--fetch", "ViT-B-23:openai"], 1)


def start(args: list[str]) -> subprocess.Popen[str]:
    """``chladni train`` in a process group of its own, as a terminal starts it."""
    code = "import sys; from visualizer.cli import main; sys.exit(main(['train', *sys.argv[1:]]))"
    return subprocess.Popen(
        [sys.executable, "-c", code, *args],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        start_new_session=True,
    )  # fmt: skip


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 120.0
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.usefixtures("_short_card")
def test_ctrl_c_saves_and_resume_gives_the_unbroken_weights(
    base: list[str], tmp_path: Path
) -> None:
    # A race of two, ten iterations a round: Ctrl-C comes in its middle.
    count = ["--iterations", "60", "--candidates", "4"]
    assert main([*base, *count]) == 0
    unbroken = style_sha256(load_style(tmp_path / "clouds.safetensors"))
    broken = [*base[:-1], str(tmp_path / "broken.safetensors"), *count, "--live"]
    process = start(broken)
    # The first checkpoint comes with the first iteration.
    wait_for(tmp_path / "broken.checkpoint", process)
    # A terminal sends Ctrl-C to the whole group: to chladni and to the trainer it started.
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 130, told
    assert "--resume" in told
    load_style(tmp_path / "broken.safetensors")
    assert json.loads((tmp_path / "broken.json").read_text())["card"] is None
    assert main([*broken, "--resume"]) == 0
    assert style_sha256(load_style(tmp_path / "broken.safetensors")) == unbroken
    assert not (tmp_path / "broken.checkpoint").exists()
