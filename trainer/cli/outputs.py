"""What a run may write: never over its inputs, over a style nobody named, or over others' files."""

from __future__ import annotations

import logging
from pathlib import Path

from trainer.clip.names import LOCAL_DIR, Clip
from trainer.files import check_replaceable, read_checkpoint, run_files
from trainer.request import TrainRequest
from visualizer.style.library import library_folders
from visualizer.system.files import numbered
from visualizer.system.used_files import check_apart, used

log = logging.getLogger(__name__)


def check_outputs(
    request: TrainRequest, start: Path | None = None, status: Path | None = None
) -> None:
    """Raise ChladniError where the run would cost a file. start: the file of ``--start``.

    status: that of ``--status``.
    """
    clips = (request.clip, *request.judges)
    reads = (
        *used("--image", request.image),
        *used("--audio", request.song),
        *used("--text-embedding", request.text_embedding),
        *used("--start", start),
        *used("a file of CLIP", *(path for clip in clips for path in _of(clip))),
    )
    writes = used("what the run writes", *run_files(request.output))
    check_apart(reads, (*writes, *used("--status", status)))
    check_replaceable(request.output)


def free_output(folder: Path, name: str, *, force: bool = False) -> Path:
    """Where a style goes that was named by its prompt: an existing one is only replaced by force.

    Says so where the name is taken and NAME-2 stands in for it.
    """
    wanted = folder / f"{name}.safetensors"
    if force:
        return wanted
    folders = library_folders(folder)
    output = next(
        path
        for path in numbered(wanted)
        if not any(file.exists() for each in folders for file in run_files(each / path.name))
    )
    if output != wanted:
        log.info(
            "%s is there already: this one becomes %s (--force replaces)", wanted.stem, output.stem
        )
    return output


def unfinished_output(folder: Path, name: str, prompt: str | None, image: Path | None) -> Path:
    """Where the newest run for a prompt or image was stopped, or would have been."""
    meant = {"prompt": prompt, "image": None if image is None else image.name}
    found = wanted = folder / f"{name}.safetensors"
    for path in numbered(wanted):
        if not any(file.exists() for file in run_files(path)):
            return found
        described = read_checkpoint(path.with_suffix(".checkpoint")) or {}
        settings = described.get("settings")
        if isinstance(settings, dict) and meant.items() <= settings.items():
            found = path
    raise AssertionError("counting never ends")


def _of(clip: Clip) -> tuple[Path, ...]:
    """The files that a CLIP is read from, where they are no cache's."""
    if clip.model.startswith(LOCAL_DIR):
        folder = Path(clip.model.removeprefix(LOCAL_DIR))
        return tuple(folder.iterdir()) if folder.is_dir() else ()
    return () if clip.pretrained is None else (Path(clip.pretrained),)
