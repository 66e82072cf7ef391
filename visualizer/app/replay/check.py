"""``chladni replay NIGHT --ticks recorded --verify``: is it, to the bit, what was played?"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from visualizer.app.replay.drawing import SightedRenderer, recorded_tunings
from visualizer.app.replay.replay import Replay
from visualizer.errors import ChladniError
from visualizer.night.recording.frame_hashes import FrameHashes
from visualizer.night.replaying.verification import Verification
from visualizer.render.gl.context import standalone
from visualizer.render.preparer import PrepareNow
from visualizer.render.renderer import Renderer
from visualizer.render.tap import rgba_tap
from visualizer.system.progress import FrameBar, progress

log = logging.getLogger(__name__)


def verify(folder: Path) -> Verification:
    """Play a night again by its own ticks, and compare. Raises ChladniError."""
    replay = Replay(folder)
    journal = replay.journal
    if not journal.header.has_hashes:
        raise ChladniError(
            f"{folder} has no hashes to compare with; record one with --record-hashes"
        )
    verification = Verification(journal, replay.cursor, replay.name_of)
    with ExitStack() as opened:
        context = opened.enter_context(standalone())
        header = journal.header
        size = journal.notes[0].sight.size
        renderer = opened.enter_context(
            Renderer(context, *size, header.most_scale, recorded_tunings(header))
        )
        if renderer.name != header.renderer:
            log.warning(
                "the night was drawn by %s, here draws %s: its pictures may differ in the last bit",
                header.renderer,
                renderer.name,
            )
        parts = replay.recorded(
            SightedRenderer(renderer, replay.cursor), PrepareNow(renderer.prepare, renderer.forget)
        )
        bar = opened.enter_context(progress())
        tap = opened.enter_context(rgba_tap())
        hashes = FrameHashes(tap, verification.wants, verification.hashed)
        with hashes:
            replay.run(
                replace(
                    parts,
                    guards=(*parts.guards, verification),
                    sinks=(hashes,),
                    observers=(FrameBar(bar, folder.name, 0, len(journal.notes)),),
                )
            )
    return verification
