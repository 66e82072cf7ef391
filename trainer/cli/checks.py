"""Everything that a run will need is looked at before torch is imported, which takes seconds."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from trainer.clip.names import LOCAL_DIR, Clip
from trainer.clip.picture import open_image
from trainer.clip.targets import check_known, read_embeddings
from trainer.request import TrainRequest
from visualizer.errors import ChladniError, StyleError, UsageError
from visualizer.style.style import check_name
from visualizer.system.files import check_target


def check_request(request: TrainRequest) -> None:
    """Look at every file that a run will need. Raises ChladniError."""
    if request.output.suffix != ".safetensors":
        raise UsageError(f"the output is {request.output}, expected a name ending in .safetensors")
    check_name(request.output.stem)
    check_target(request.output, StyleError)
    check_clip(request.clip)
    for judge in request.judges:
        check_clip(judge)
    if request.text_embedding is not None:
        check_texts(request.text_embedding, request.prompt, request.negative)
    if request.image is not None:
        open_image(request.image)
    if request.song is not None:
        from visualizer.audio.file import AudioFile

        with AudioFile(request.song):
            pass
    if request.resume and not request.checkpoint.is_file():
        raise ChladniError(
            f"there is no run to go on with at {request.checkpoint};"
            " leave --resume out to begin one"
        )


def check_clip(clip: Clip) -> None:
    """Look at a CLIP's files. Raises ChladniError; names and tags are open_clip's to know."""
    if clip.model.startswith(LOCAL_DIR):
        folder = Path(clip.model.removeprefix(LOCAL_DIR))
        if not (folder / "open_clip_config.json").is_file():
            raise ChladniError(
                f"{folder} holds no CLIP: open_clip_config.json is missing;"
                " expected a folder that open_clip wrote"
            )
        return
    # Tags have neither a slash nor a dot; so a file was meant.
    meant_file = clip.pretrained is not None and ("/" in clip.pretrained or "." in clip.pretrained)
    if meant_file and not Path(clip.pretrained or "").is_file():
        raise ChladniError(f"there is no file {clip.pretrained} with weights of {clip.model}")


def check_texts(path: Path, *texts: str | None) -> None:
    """Look for the vectors of texts, None being none, in a file. Raises ChladniError."""
    known = read_embeddings(path)
    for text in texts:
        if text is not None:
            check_known(text, known, path)


def need_torch() -> None:
    """Raise ChladniError where the train install is missing."""
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("open_clip") is None:
        raise ChladniError(
            "training needs torch and open_clip, which are not installed here;"
            " run ./train.sh with the same arguments, which installs them first"
        )
