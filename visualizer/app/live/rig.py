"""What a show plugs into: everything that asks and is told from outside, opened after the picture.

Each part is in the loop from the first frame on, and silent until it is open: the first picture
waits for none of their libraries. A part that cannot open is one warning.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any, TypeVar

from visualizer.app.live.midi import open_live_midi
from visualizer.config.request import LiveRequest
from visualizer.contracts import Control, Frame, Observer
from visualizer.controls.link import LinkClock
from visualizer.controls.midi.picking import Picking
from visualizer.errors import ChladniError
from visualizer.show.beat.clock_choice import OuterClock
from visualizer.show.style_pool import StylePool
from visualizer.types import Action, Tick

log = logging.getLogger(__name__)


Part = TypeVar("Part", bound=AbstractContextManager[Any])


class LateControl:
    """A control that asks for nothing until it is there. name: in warnings."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.control: Control | None = None

    def poll(self, tick: Tick) -> Sequence[Action]:
        """What the control asks for."""
        return () if self.control is None else self.control.poll(tick)


class LateObserver:
    """An observer that misses what was before it."""

    def __init__(self) -> None:
        self.observer: Observer | None = None

    def see(self, frame: Frame) -> None:
        """Tell the observer."""
        if self.observer is not None:
            self.observer.see(frame)


class LiveRig:
    """The rig of one show; ``closing`` closes what was opened. styles: the library's folder."""

    def __init__(
        self, request: LiveRequest, pool: StylePool, styles: Path, closing: ExitStack
    ) -> None:
        self._request, self._closing = request, closing
        self._pool, self._styles = pool, styles
        self._remote, self._remote_news = LateControl("remote"), LateObserver()
        self._code: tuple[tuple[bool, ...], ...] = ()
        self._midi = open_live_midi(request.midi, pool, closing)
        self._osc = LateControl("OSC")
        self._osc_queries, self._osc_out = LateObserver(), LateObserver()
        self._link = LinkClock(leads=request.link_leads)

    @property
    def controls(self) -> tuple[Control, ...]:
        """Who asks."""
        return self._osc, self._midi.control, self._remote

    @property
    def observers(self) -> tuple[Observer, ...]:
        """Who is told."""
        told = self._osc_queries, self._osc_out, self._remote_news
        return *told, self._midi.control, self._link

    @property
    def jobs(self) -> tuple[Callable[[], object], ...]:
        """What opens the parts, one a frame."""
        midi = lambda: self._midi.connect(self._closing)  # noqa: E731 - one of a row
        return self._open_osc, midi, self._open_link, self._open_remote

    @property
    def outer_clocks(self) -> Mapping[str, OuterClock]:
        """Whose beat may count."""
        return {"midi": self._midi.control.clock, "link": self._link}

    def picking(self, control: Control) -> Control:
        """A control whose actions choose commands, while somebody learns controllers."""
        return Picking(control, self._midi.control.learner)

    def prompt(self) -> str:
        """What to do next, for who learns controllers."""
        return self._midi.control.learner.prompt

    def code(self) -> tuple[tuple[bool, ...], ...]:
        """The address for phones as a QR code's rows; none where no phone reaches it."""
        return self._code

    def _open_osc(self) -> None:
        # Loading python-osc takes .02 s.
        from visualizer.controls.osc.osc_in import OscIn  # noqa: PLC0415 - as above
        from visualizer.controls.osc.osc_out import OscOut  # noqa: PLC0415 - as above

        if self._request.osc is not None:
            heard = self._entered(OscIn(*self._request.osc))
            self._osc.control = self._osc_queries.observer = heard
        if self._request.osc_out is not None:
            self._osc_out.observer = self._entered(OscOut(*self._request.osc_out))

    def _open_link(self) -> None:
        if self._request.link or self._request.link_leads:
            self._entered(self._link)

    def _open_remote(self) -> None:
        if self._request.remote is None:
            return
        # Loading websockets and segno takes .06 s.
        from visualizer.controls.remote.code import code_of, printed_code  # noqa: PLC0415 - as above
        from visualizer.controls.remote.remote import Remote  # noqa: PLC0415 - as above

        def slots() -> tuple[str, ...]:
            return tuple(style.name for style in self._pool.styles)

        def thumbnail(name: str) -> Path | None:
            return self._styles / f"{name}.png" if name in slots() else None

        remote = self._entered(Remote(*self._request.remote, slots, thumbnail))
        self._remote.control = self._remote_news.observer = remote
        if remote is not None and remote.is_for_phones:
            self._code = code_of(remote.address)
            log.info("for a phone's camera:\n%s", printed_code(remote.address))

    def _entered(self, part: Part) -> Part | None:
        """The part, opened; None, and a warning, where it cannot be."""
        try:
            self._closing.enter_context(part)
        except ChladniError as error:
            log.warning("%s", error)
            return None
        return part
