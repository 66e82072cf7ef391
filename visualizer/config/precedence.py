"""How a show begins: what was asked for, then what its user always wants, then the last night."""

from __future__ import annotations

import logging
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TypeVar

from visualizer.config.request import LiveRequest
from visualizer.config.saved_show import SavedShow
from visualizer.config.settings import Settings
from visualizer.duration import Span
from visualizer.errors import StyleError
from visualizer.show.session import Hands
from visualizer.style.library import find_style, styles_folder

T = TypeVar("T")

AT_REST = Hands()
NOTHING = SavedShow()

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Resolved:
    """request: with all that was left out filled in. likely_device, likely_monitor: may be gone.

    slots: names of styles in the order in which they lay. hands: as they stood. last: all
    that is known of the last night.
    """

    request: LiveRequest
    likely_device: str | None = None
    likely_monitor: int | None = None
    slots: tuple[str, ...] = ()
    hands: Hands = AT_REST
    last: SavedShow = NOTHING


def resolve(request: LiveRequest, settings: Settings, last: SavedShow) -> Resolved:
    """Fill in what the command line left out, from the settings and then from the last night.

    A style of the last night that is gone is named in the log and passed over.
    """
    look = request.look
    style = look.style
    if style is None and last.style is not None:
        style = _still_there(last.style, look.styles or styles_folder())
    playlist = _first(look.playlist, settings.playlist, last.playlist)
    scales = (look.scale, settings.scale, last.scale)
    filled = replace(
        look,
        style=style,
        audio_scale=_first(look.audio_scale, last.audio_scale),
        scale=next((scale for scale in scales if scale is not None), None),
        fade=_first(look.fade, settings.fade, last.fade),
        playlist=playlist if isinstance(playlist, Span) else None,
        shuffle=_first(look.shuffle or None, settings.shuffle, last.shuffle) or False,
        switch_on=_first(look.switch_on, settings.switch_on, last.switch_on),
        flashes=_first(look.flashes, settings.flashes),
    )
    return Resolved(
        replace(request, look=filled, fullscreen=request.fullscreen or bool(settings.fullscreen)),
        likely_device=_first(settings.audio_device, last.audio_device),
        likely_monitor=settings.monitor,
        slots=last.slots,
        hands=_hands(last),
        last=last,
    )


def _hands(last: SavedShow) -> Hands:
    """As they stood; what nobody remembers is at rest, and no show begins in the dark."""
    known = {field.name for field in fields(Hands)} & {field.name for field in fields(last)}
    stood = {name: getattr(last, name) for name in known}
    hands = replace(AT_REST, **{name: it for name, it in stood.items() if it is not None})
    return hands if hands.dimmer > 0.0 else replace(hands, dimmer=AT_REST.dimmer)


def _still_there(spec: str, folder: Path) -> str | None:
    try:
        find_style(spec, folder)
    except StyleError as error:
        log.warning("the last night's style is left out: %s", error)
        return None
    return spec


def _first(*values: T | None) -> T | None:
    """The first that is said."""
    return next((value for value in values if value is not None), None)
