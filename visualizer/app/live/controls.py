"""Who asks for actions during a show, put together."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from visualizer.app.live.graphics import LiveGraphics
from visualizer.app.live.rig import LiveRig
from visualizer.app.preflight import Preflight
from visualizer.config.precedence import Resolved
from visualizer.contracts import Control, Observer
from visualizer.controls.hot_reload import HotReload
from visualizer.controls.playlist import Playlist
from visualizer.controls.prompt.prompter import Prompter
from visualizer.controls.script import Script
from visualizer.style.library import library_folders
from visualizer.system.paths import own_styles_folder
from visualizer.system.workers import worker


@dataclass(frozen=True, slots=True)
class LiveControls:
    """All who ask beside the window and the HUD. prompter: to be entered by who ends it."""

    script: Script
    playlist: Playlist
    hot_reload: HotReload
    prompter: Prompter
    rig: LiveRig

    def beside(self, *seen: Control) -> tuple[Control, ...]:
        """All controls. seen: those on the screen, which choose commands while MIDI is learnt."""
        chosen = map(self.rig.picking, seen)
        mine = self.script, self.playlist, self.hot_reload, self.prompter
        return *chosen, *mine, *self.rig.controls

    @property
    def observers(self) -> tuple[Observer, ...]:
        """Those of them who look at the show."""
        return self.playlist, self.hot_reload, self.prompter, *self.rig.observers


def open_controls(
    resolved: Resolved, preflight: Preflight, graphics: LiveGraphics, closing: ExitStack
) -> LiveControls:
    """Put together whoever asks; what takes long opens after the first picture."""
    library, pool = preflight.library.folder, graphics.pool
    hot_reload = HotReload(pool, graphics.preparer, worker("hot_reload", closing))
    prompter = Prompter(
        graphics.window.line,
        pool,
        graphics.preparer,
        worker("prompt", closing),
        folder=folder_for_new(library),
        options=resolved.prompt_options,
        kept=hot_reload.note_path,
    )
    rig = LiveRig(resolved.request, pool, library, closing)
    return LiveControls(Script(preflight.timed), Playlist(), hot_reload, prompter, rig)


def folder_for_new(library: Path) -> Path:
    """The library's folder for new styles, or one of the user's own where that is closed."""
    first = library_folders(library)[0]
    return first if os.access(first, os.W_OK) or not first.exists() else own_styles_folder()
