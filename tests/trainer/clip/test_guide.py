from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.numpy import save_file
from safetensors.torch import load_file
from safetensors.torch import save_file as save_torch

from tests.tiny_clip import make_tiny_clip
from trainer.clip.guide import Guide, explain_missing, has_bfloat16, load_guide, resize_positions
from trainer.clip.names import name_clip
from trainer.clip.open_clip import import_open_clip
from trainer.clip.targets import Target, make_target, read_embeddings
from trainer.clip.word_lists import all_texts, distractors, mean_texts
from trainer.runs.run import guiding
from visualizer.errors import ChladniError

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_tiny_clip(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def guide(tiny: str) -> Guide:
    return load_guide(tiny, None)


def test_the_end_of_a_text_that_is_not_read_is_known(guide: Guide) -> None:
    # The tiny tower reads 16 tokens, of which two frame the text.
    assert guide.unread("a rose") == ""
    assert guide.unread(" ".join(["rose"] * 14)) == ""
    assert guide.unread(" ".join(["rose"] * 14 + ["tulip", "lava"])) == "tulip lava"


def test_a_prompt_that_is_not_read_to_its_end_is_said(
    guide: Guide, caplog: pytest.LogCaptureFixture
) -> None:
    make_target(" ".join(["rose"] * 14 + ["tulip"]), guide, None)
    assert [message for message in caplog.messages if "left out" in message] == [
        f"the text is longer than {guide.name} reads; left out is its end: 'tulip'"
    ]


def unit_rows(vectors: torch.Tensor) -> None:
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(len(vectors)))


def test_what_it_says_of_itself(guide: Guide, tiny: str) -> None:
    assert (guide.side, guide.patch, guide.dimensions) == (64, 16, 32)
    assert guide.name == f"local-dir:{Path(tiny).name}"
    assert guide.has_text()


@pytest.mark.parametrize(
    ("vision", "name"),
    [
        ({"width": 768, "layers": 12, "patch_size": 16, "image_size": 224}, "ViT-B/16"),
        ({"width": 1024, "layers": 24, "patch_size": 14, "image_size": 336}, "ViT-L/14@336px"),
        ({"width": 64, "layers": 1, "patch_size": 16, "image_size": 64}, "local-dir:mine"),
        ({"width": 64, "layers": [3, 4, 6, 3], "patch_size": None}, "local-dir:mine"),
        ("nonsense", "local-dir:mine"),
    ],
)
def test_a_folder_is_called_by_its_architecture(tmp_path: Path, vision: object, name: str) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    config = {"model_cfg": {"vision_cfg": vision}}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    assert name_clip(f"local-dir:{folder}", None) == name


def test_others_are_called_by_model_and_tag_without_a_path() -> None:
    assert name_clip("ViT-B-32", "openai") == "ViT-B-32:openai"
    assert name_clip("ViT-B-32", "/somewhere/weights.pt") == "ViT-B-32:weights.pt"
    assert name_clip("local-dir:/no/where", None) == "local-dir:where"


@pytest.mark.parametrize("side", [16, 40, 48, 64, 100])
def test_images_of_any_size_become_unit_vectors(guide: Guide, side: int) -> None:
    images = torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(0))
    images.requires_grad_()
    vectors = guide.encode_image(images)
    assert vectors.shape == (2, 32)
    unit_rows(vectors.detach())
    vectors.sum().backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
    assert images.grad is not None
    assert float(images.grad.abs().max()) > 0.0


def test_sides_go_to_the_nearest_patch_at_most_its_own(guide: Guide) -> None:
    sides = {7: 16, 16: 16, 25: 32, 40: 32, 41: 48, 64: 64, 512: 64}
    assert {side: guide.nearest_side(side) for side in sides} == sides


def test_its_own_size_is_the_model_untouched(guide: Guide, tiny: str) -> None:
    model = import_open_clip().create_model(tiny, require_pretrained=True).eval()
    images = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        wanted = model.encode_image((images - 0.5) / 0.25, normalize=True)
        torch.testing.assert_close(guide.encode_image(images), wanted)
        guide.encode_image(torch.zeros(1, 3, 32, 32))
        torch.testing.assert_close(guide.encode_image(images), wanted)


def test_in_bfloat16_vectors_stay_close(guide: Guide) -> None:
    images = torch.rand(4, 3, 32, 32, generator=torch.Generator().manual_seed(2))
    images.requires_grad_()
    exact, rounded = guide.encode_image(images), guide.in_bfloat16.encode_image(images)
    assert rounded.dtype == torch.float32
    cosines = (exact * rounded).detach().sum(dim=1)
    assert float(cosines.min()) > 0.999
    # Rounding was there: this is not the same model twice.
    assert float((exact - rounded).detach().abs().max()) > 1e-6
    rounded.sum().backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
    assert images.grad is not None
    assert float(images.grad.abs().max()) > 0.0
    assert guide.in_bfloat16 is guide.in_bfloat16
    assert guide.in_bfloat16.name == guide.name


@pytest.mark.parametrize(
    ("able", "rounded"),
    [({}, False), ({"avx512_bf16": True}, True), ({"amx_bf16": True, "avx2": True}, True)],
)
def test_bfloat16_guides_where_the_processor_multiplies_it(
    guide: Guide, monkeypatch: pytest.MonkeyPatch, able: dict[str, bool], *, rounded: bool
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: able)
    assert has_bfloat16(torch.device("cpu")) is rounded
    assert guiding(guide, "auto") is (guide.in_bfloat16 if rounded else guide)
    assert guiding(guide, "float32") is guide
    assert guiding(guide, "bfloat16") is guide.in_bfloat16


def test_positions_keep_the_class_token_and_constant_grids() -> None:
    positions = torch.cat([torch.full((1, 3), 7.0), torch.full((16, 3), 2.0)])
    resized = resize_positions(positions, 2)
    assert resized.shape == (5, 3)
    torch.testing.assert_close(resized[0], positions[0])
    torch.testing.assert_close(resized[1:], torch.full((4, 3), 2.0))


def test_positions_keep_their_direction() -> None:
    x = torch.arange(4.0).repeat(4, 1)
    positions = torch.cat([torch.zeros(1, 2), torch.stack([x, x.T], -1).reshape(16, 2)])
    grid = resize_positions(positions, 2)[1:].reshape(2, 2, 2)
    assert float((grid[:, 1, 0] - grid[:, 0, 0]).min()) > 0.5
    assert float((grid[1, :, 1] - grid[0, :, 1]).min()) > 0.5
    torch.testing.assert_close(grid[0, :, 0], grid[1, :, 0])


def test_texts_become_unit_vectors(guide: Guide) -> None:
    vectors = guide.encode_text(["storm clouds", "lava", "storm clouds"])
    unit_rows(vectors)
    torch.testing.assert_close(vectors[0], vectors[2])
    assert float((vectors[0] - vectors[1]).norm()) > 1e-3


@pytest.mark.parametrize(
    ("model", "pretrained", "said"),
    [
        ("ViT-B-33", "openai", "ViT-B-32"),
        ("ViT-B-32", "opeani", "near tags: openai"),
        ("local-dir:/nowhere", None, "/nowhere"),
    ],
)
def test_a_wrong_name_is_one_sentence_with_a_hint(
    model: str, pretrained: str | None, said: str
) -> None:
    with pytest.raises(ChladniError) as caught:
        load_guide(model, pretrained)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_cannot_be_fetched_says_how_to_bring_it() -> None:
    said = explain_missing("ViT-B-32", "openai", OSError("no network"))
    assert "no network" in said
    assert "clip --fetch ViT-B-32:openai" in said
    # OpenAI's weights want another activation, which a file does not tell.
    assert "--clip-model ViT-B-32-quickgelu --clip-pretrained FILE" in said
    assert "--clip-model ViT-B-32 " in explain_missing("ViT-B-32", "laion2b_e16", OSError("x"))


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    make_tiny_clip(tmp_path)
    (tmp_path / "open_clip_model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ChladniError, match="cannot load CLIP"):
        load_guide(f"local-dir:{tmp_path}", None)


def test_an_empty_text_tower_counts_as_none(tmp_path: Path) -> None:
    make_tiny_clip(tmp_path)
    path = tmp_path / "open_clip_model.safetensors"
    tensors = load_file(path)
    save_torch({k: t if "visual" in k else t * 0.0 for k, t in tensors.items()}, path)
    guide = load_guide(f"local-dir:{tmp_path}", None)
    assert not guide.has_text()
    with pytest.raises(ChladniError, match="--text-embedding"):
        guide.encode_text(["lava"])


@pytest.mark.slow
def test_open_clip_is_imported_without_a_word() -> None:
    code = "from trainer.clip.open_clip import import_open_clip as go; go(); go()"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False,
        cwd=ROOT,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_the_lists_are_as_promised() -> None:
    assert len(distractors()) == 100 == len(set(distractors()))
    assert len(distractors("The Moon")) == 100
    assert "the moon" in distractors()
    assert "the moon" not in distractors("moon")
    assert len(set(mean_texts())) == len(mean_texts()) > 150
    assert set(mean_texts()) | set(distractors("moon")) <= set(all_texts())


def write_texts(path: Path, texts: list[str], dimensions: int = 32) -> Path:
    generator = np.random.Generator(np.random.PCG64(0))
    vectors = {t: generator.standard_normal(dimensions).astype(np.float32) for t in texts}
    save_file(vectors, path)
    return path


def test_a_target_from_the_text_tower(guide: Guide) -> None:
    target = make_target("storm clouds", guide, None)
    assert target.centre is not None
    assert target.distractors is not None
    assert target.distractors.shape == (100, 32)
    torch.testing.assert_close(target.vector, guide.encode_text(["storm clouds"])[0])
    aim = torch.nn.functional.normalize(target.vector - target.centre, dim=0)
    torch.testing.assert_close(target.direction, aim)


def test_a_target_from_a_file(guide: Guide, tmp_path: Path) -> None:
    path = write_texts(tmp_path / "texts.safetensors", [*all_texts(), "storm clouds"])
    target = make_target("  Storm  clouds", guide, path)
    stored = torch.tensor(read_embeddings(path)["storm clouds"])
    torch.testing.assert_close(target.vector, stored)
    assert target.centre is not None
    assert target.how == "text vectors of texts.safetensors"


def test_a_file_may_say_how_its_vectors_were_made(guide: Guide, tmp_path: Path) -> None:
    path = tmp_path / "texts.safetensors"
    save_file({"lava": np.ones(32, np.float32)}, path, {"how": " bridged\n text "})
    assert make_target("lava", guide, path).how == "bridged text"


def test_without_the_lists_there_is_no_centre_and_one_line_says_so(
    guide: Guide, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_texts(tmp_path / "texts.safetensors", ["storm clouds"])
    target = make_target("storm clouds", guide, path)
    assert (target.centre, target.distractors) == (None, None)
    torch.testing.assert_close(target.direction, target.vector)
    assert len(caplog.records) == 1
    assert "rank" in caplog.text


def test_a_text_that_the_file_lacks_names_the_near_ones(guide: Guide, tmp_path: Path) -> None:
    path = write_texts(tmp_path / "texts.safetensors", ["storm clouds", "lava"])
    with pytest.raises(ChladniError, match="storm clouds"):
        make_target("storm cloud", guide, path)


def test_vectors_of_another_clip_are_refused(guide: Guide, tmp_path: Path) -> None:
    path = write_texts(tmp_path / "texts.safetensors", ["lava"], dimensions=512)
    with pytest.raises(ChladniError, match="512"):
        make_target("lava", guide, path)


@pytest.mark.parametrize("content", [b"", b"junk" * 100])
def test_a_file_without_vectors_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "texts.safetensors"
    path.write_bytes(content)
    with pytest.raises(ChladniError, match="cannot read text vectors"):
        read_embeddings(path)


@pytest.mark.parametrize("bad", [np.zeros(32), np.full(32, np.nan), np.ones((2, 32))])
def test_a_vector_that_points_nowhere_is_refused(
    tmp_path: Path, bad: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> None:
    path = tmp_path / "texts.safetensors"
    save_file({"lava": bad.astype(np.float32)}, path)
    with pytest.raises(ChladniError, match="lava"):
        read_embeddings(path)


def test_a_negative_prompt_turns_the_direction_away(guide: Guide) -> None:
    def toward(target: Target, text: str) -> float:
        assert target.centre is not None
        vector = guide.encode_text([text])[0] - target.centre
        return float(torch.nn.functional.normalize(vector, dim=0) @ target.direction)

    plain = make_target("storm clouds", guide, None)
    turned = make_target("storm clouds", guide, None, negative="a cat")
    assert toward(turned, "a cat") < toward(plain, "a cat")
    torch.testing.assert_close(turned.vector, plain.vector)


def test_a_picture_is_a_target(guide: Guide, tmp_path: Path) -> None:
    pixels = np.zeros((40, 80, 3), np.uint8)
    pixels[:, 20:60] = (200, 60, 20)
    path = tmp_path / "red.png"
    Image.fromarray(pixels).save(path)
    target = make_target(None, guide, None, image=path)
    middle = torch.tensor([200, 60, 20]).reshape(1, 3, 1, 1) / 255.0
    torch.testing.assert_close(target.vector, guide.encode_image(middle.expand(1, 3, 64, 64))[0])
    mixed = make_target("storm clouds", guide, None, image=path)
    assert float(mixed.direction @ target.vector) > 0.5


def test_what_is_no_picture_is_refused(guide: Guide, tmp_path: Path) -> None:
    path = tmp_path / "no.png"
    path.write_text("no picture")
    with pytest.raises(ChladniError, match=r"no\.png"):
        make_target(None, guide, None, image=path)


def test_a_prompt_that_says_little_is_warned_of(
    guide: Guide, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_texts(tmp_path / "texts.safetensors", all_texts())
    vectors = read_embeddings(path)
    mean = np.mean([vectors[text] for text in mean_texts()], axis=0)
    save_file({**vectors, "seems": mean.astype(np.float32)}, path)
    make_target("seems", guide, path)
    assert "says little" in caplog.text
    caplog.clear()
    make_target("a castle", guide, path)
    assert not caplog.records
