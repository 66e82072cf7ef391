"""Keeping a happy accident: the untrained style that is on becomes a file."""

from __future__ import annotations

import itertools
import json
import logging
from dataclasses import asdict, replace
from pathlib import Path

from visualizer.contracts import Frame, Picture
from visualizer.errors import StyleError
from visualizer.style.style import Style, style_sha256
from visualizer.style.style_file import save_style, style_bytes
from visualizer.system.workers import BackgroundWorker
from visualizer.types import Image

log = logging.getLogger(__name__)

PREVIEW_PX = 640
"""The longer side of the picture beside a kept style."""


class StyleSaver(BackgroundWorker):
    """Saves the style as NAME.safetensors, .json and .png when it is asked to.

    A sink, for the picture's sake. A trained style has its file already. An existing file is
    never overwritten: another style of that name goes to NAME-2, NAME-3 ...
    """

    def __init__(self, folder: Path) -> None:
        super().__init__("keep")
        self._folder = folder
        self._asked = False

    def ask(self) -> None:
        """Keep the style that is on in the next picture."""
        self._asked = True

    def wants(self, _frame: Frame) -> bool:
        """Only frames on which somebody asked to keep what is on."""
        return self._asked

    def show(self, picture: Picture, frame: Frame) -> None:
        """Hand the style and its picture over."""
        self._asked = False
        style = frame.session.style
        if style.prompt is not None:
            log.info("%s is a trained style, which has its file already", style.name)
            return
        # A copy: the renderer may use its buffer again before the file is written.
        rgb = picture.read_rgb().copy()
        self.do(lambda: self._keep(style, rgb))

    def _keep(self, style: Style, rgb: Image) -> None:
        path, named, is_new = self._place(style)
        if not is_new:
            log.info("%s is kept already: %s", style.name, path)
            return
        preview, card = path.with_suffix(".png"), path.with_suffix(".json")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write_preview(rgb, preview)
            card.write_text(_card(named), encoding="utf-8")
            # Last, and whole or not at all: a folder is read by its .safetensors files.
            save_style(named, path)
        except (OSError, StyleError) as error:
            # What fitted onto a full disk would keep the name taken when there is room again.
            for written in (preview, card):
                if written.exists():
                    written.unlink()
            reason = error.strerror if isinstance(error, OSError) else error
            raise StyleError(f"cannot keep {path}: {reason}") from error
        log.info("%s is kept: %s", style.name, path)

    def _place(self, style: Style) -> tuple[Path, Style, bool]:
        """Where it goes, under which name, and whether it is not there yet."""
        for number in itertools.count(1):
            name = style.name if number == 1 else f"{style.name}-{number}"
            named = replace(style, name=name)
            path = self._folder / f"{name}.safetensors"
            if not any(path.with_suffix(end).exists() for end in (".safetensors", ".png", ".json")):
                return path, named, True
            if path.is_file() and path.read_bytes() == style_bytes(named):
                return path, named, False
        raise AssertionError("counting never ends")


def _write_preview(rgb: Image, path: Path) -> None:
    # Here, in the thread: it takes .02 s to load, and the first picture needs none of it.
    from PIL import Image as PillowImage  # noqa: PLC0415 - as above

    preview = PillowImage.fromarray(rgb)
    preview.thumbnail((PREVIEW_PX, PREVIEW_PX))
    preview.save(path)


def _card(style: Style) -> str:
    """What a person would ask about the file beside it."""
    card = {
        "name": style.name,
        "prompt": style.prompt,
        "seed": style.seed,
        "sha256": style_sha256(style),
        "parameters": style.architecture.parameters,
        "architecture": asdict(style.architecture),
    }
    return json.dumps(card, indent=2) + "\n"
