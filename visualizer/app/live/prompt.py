"""What trains toward a sentence during the show, put together."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

from visualizer.app.live.graphics import LiveGraphics
from visualizer.config.precedence import Resolved
from visualizer.controls.hot_reload import HotReload
from visualizer.controls.prompt.prompter import Prompter
from visualizer.style.library import library_folders
from visualizer.system.paths import own_styles_folder
from visualizer.system.workers import worker


def make_prompter(
    resolved: Resolved,
    picture: LiveGraphics,
    library: Path,
    hot_reload: HotReload,
    closing: ExitStack,
) -> Prompter:
    """The prompter of one show, to be entered. library: the styles' folder."""
    return Prompter(
        picture.window.line,
        picture.pool,
        picture.preparer,
        worker("prompt", closing),
        folder=folder_for_new(library),
        options=resolved.prompt_options,
        kept=hot_reload.note_path,
    )


def folder_for_new(library: Path) -> Path:
    """The library's folder for new styles, or one of the user's own where that is closed."""
    first = library_folders(library)[0]
    return first if os.access(first, os.W_OK) or not first.exists() else own_styles_folder()
