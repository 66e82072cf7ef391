from __future__ import annotations

import json
from pathlib import Path

import pytest

from trainer.runs.batch import name_outputs, read_prompts, run_batch
from visualizer.errors import ChladniError, UsageError


def prompts_file(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "prompts.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def leave(prompt: str, output: Path) -> None:
    output.write_bytes(b"style")
    notes = {"prompt": prompt, "card": {"score": 0.3}}
    output.with_suffix(".json").write_text(json.dumps(notes), encoding="utf-8")


def test_every_line_that_says_something_is_a_prompt_once(tmp_path: Path) -> None:
    path = prompts_file(tmp_path, "\ufeffmolten lava\n\n  a rose \r\nmolten lava\n\t\n")
    assert read_prompts(path) == ("molten lava", "a rose")


@pytest.mark.parametrize(
    ("text", "error", "word"),
    [
        ("\n  \n", UsageError, "no prompt"),
        (b"caf\xe9", ChladniError, "UTF-8"),
        (b"x" * (2**20 + 1), ChladniError, "larger"),
    ],
)
def test_a_file_without_prompts_is_refused(
    tmp_path: Path, text: str | bytes, error: type[ChladniError], word: str
) -> None:
    with pytest.raises(error, match=word):
        read_prompts(prompts_file(tmp_path, text))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(ChladniError, match="cannot read"):
            read_prompts(path)


def test_names_that_meet_are_numbered(tmp_path: Path) -> None:
    outputs = name_outputs(("A rose", "a rose!", "a tulip"), tmp_path, lambda p: p[2:6].lower())
    assert [path.name for _, path in outputs] == [
        "rose.safetensors",
        "rose-2.safetensors",
        "tuli.safetensors",
    ]


def test_a_failing_prompt_does_not_stop_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def train(prompt: str, output: Path) -> None:
        if prompt == "b":
            raise ChladniError("no vector\nfor b")
        if prompt == "c":
            raise RuntimeError("out of memory")
        leave(prompt, output)

    outputs = [(prompt, tmp_path / f"{prompt}.safetensors") for prompt in "abcd"]
    outcome = run_batch(outputs, train)
    assert (outcome.done, outcome.skipped, outcome.failed) == (("a", "d"), (), ("b", "c"))
    assert "'b': no vector for b" in caplog.text
    assert "out of memory" in caplog.text
    assert run_batch(outputs, train).skipped == ("a", "d")


def test_only_a_finished_run_of_the_same_prompt_is_skipped(tmp_path: Path) -> None:
    trained: list[str] = []
    output = tmp_path / "a.safetensors"
    states: list[bytes | None] = [
        None,
        b"{",
        b"[]",
        b'{"prompt": "a", "card": null}',
        b'{"prompt": "b", "card": {"score": 1}}',
    ]
    for notes in states:
        output.write_bytes(b"style")
        output.with_suffix(".json").unlink(missing_ok=True)
        if notes is not None:
            output.with_suffix(".json").write_bytes(notes)
        run_batch([("a", output)], lambda prompt, _: trained.append(prompt))
    assert trained == ["a"] * len(states)
    leave("a", output)
    output.unlink()
    run_batch([("a", output)], lambda prompt, _: trained.append(prompt))
    assert len(trained) == len(states) + 1


def test_an_interrupt_ends_the_batch(tmp_path: Path) -> None:
    def train(prompt: str, _: Path) -> None:
        raise KeyboardInterrupt(prompt)

    with pytest.raises(KeyboardInterrupt, match="a"):
        run_batch([("a", tmp_path / "a.safetensors"), ("b", tmp_path / "b.safetensors")], train)
