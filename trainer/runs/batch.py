"""A file of prompts, one run each; what is done is not done again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from trainer.files import run_files
from visualizer.errors import ChladniError, UsageError
from visualizer.system.files import numbered, read_object, read_text

log = logging.getLogger(__name__)

MAX_FILE_BYTES = 2**20

TrainPrompt = Callable[[str, Path], None]
"""Trains (prompt, output); raises ChladniError."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch: prompts by what happened to them."""

    done: tuple[str, ...]
    skipped: tuple[str, ...]
    failed: tuple[str, ...]


def read_prompts(path: Path) -> tuple[str, ...]:
    """The non-empty lines of a text file, each once. Raises ChladniError."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ChladniError(f"{path} is larger than any list of prompts: one prompt a line")
        lines = read_text(path).splitlines()
    except OSError as error:
        raise ChladniError(f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ChladniError(f"{path} is not UTF-8 text, expected one prompt a line") from error
    prompts = tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if not prompts:
        raise UsageError(f"{path} holds no prompt, expected one a line")
    return prompts


def run_batch(outputs: Iterable[tuple[str, Path]], train: TrainPrompt) -> Outcome:
    """Train every prompt that is not done; one that fails is told, and the others go on."""
    done: list[str] = []
    skipped: list[str] = []
    failed: list[str] = []
    for prompt, output in outputs:
        if is_done(prompt, output):
            log.info("%r is done: %s", prompt, output)
            skipped.append(prompt)
            continue
        try:
            train(prompt, output)
            done.append(prompt)
        # Torch runs out of memory as a RuntimeError; the next prompt may still fit.
        except (ChladniError, RuntimeError, OSError) as error:
            log.error("error: %r: %s", prompt, " ".join(str(error).split()))  # noqa: TRY400 - a sentence, no traceback
            failed.append(prompt)
    return Outcome(tuple(done), tuple(skipped), tuple(failed))


def is_done(prompt: str, output: Path) -> bool:
    """Whether a finished run of this very prompt lies at ``output``: its card is there."""
    return _is_of(prompt, output) and bool(read_object(output.with_suffix(".json")).get("card"))


def name_outputs(
    prompts: Iterable[str], folder: Path, name_of: Callable[[str], str]
) -> tuple[tuple[str, Path], ...]:
    """Each prompt and its file: its own from an earlier batch, or one that is nobody's yet.

    Prompts that shorten to the same name are numbered, and so are those whose name is taken.
    """
    outputs: dict[Path, str] = {}
    for prompt in prompts:
        for path in numbered(folder / f"{name_of(prompt)}.safetensors"):
            if path not in outputs and (_is_of(prompt, path) or _is_free(path)):
                outputs[path] = prompt
                break
    return tuple((prompt, path) for path, prompt in outputs.items())


def _is_of(prompt: str, output: Path) -> bool:
    card = read_object(output.with_suffix(".json"))
    return output.is_file() and card.get("prompt") == prompt


def _is_free(output: Path) -> bool:
    return not any(path.exists() for path in run_files(output))
