"""What a show leaves to the next night."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from visualizer.audio.source_switch import SourceSwitch
from visualizer.config.fields import ShowFields, fields_of
from visualizer.config.precedence import Resolved
from visualizer.config.saved_show import paths_of, spec_of
from visualizer.controls.hot_reload import HotReload
from visualizer.show.session import Session
from visualizer.show.style_pool import StylePool


class Memory:
    """How the show stands, in words for the next night. library: the styles' folder."""

    def __init__(
        self,
        resolved: Resolved,
        library: Path,
        pool: StylePool,
        hot_reload: HotReload,
        source_switch: SourceSwitch,
    ) -> None:
        last = self._last = resolved.last
        self._scale = resolved.request.look.scale
        self._library, self._pool = library, pool
        self._hot_reload, self._source_switch = hot_reload, source_switch
        styles = (*(last.slots or ()), *([] if last.style is None else [last.style]))
        self._paths = paths_of(styles)

    def remember(self, session: Session) -> ShowFields:
        """All that the next night goes on from."""
        paths = self._paths | self._hot_reload.paths
        return replace(
            fields_of(session),
            style=spec_of(session.style, self._library, paths),
            slots=tuple(spec_of(style, self._library, paths) for style in self._pool.styles),
            audio_device=self._source_switch.input_name or self._last.audio_device,
            scale=self._scale,
        )
