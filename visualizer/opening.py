"""How a show begins: what was asked for, then what its user always wants, then the last night."""

from __future__ import annotations

import logging
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TypeVar

from visualizer.errors import StyleError
from visualizer.lastnight import Remembered
from visualizer.library import find_style, styles_folder
from visualizer.request import LiveRequest
from visualizer.session import Hands
from visualizer.settings import Settings

T = TypeVar("T")

AT_REST = Hands()

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opening:
    """request: with all that was left out filled in. likely_device: an input that may be gone.

    slots: names of styles in the order in which they lay. hands: as they stood.
    """

    request: LiveRequest
    likely_device: str | None = None
    slots: tuple[str, ...] = ()
    hands: Hands = AT_REST


def open_with(request: LiveRequest, settings: Settings, last: Remembered) -> Opening:
    """Fill in what the command line left out, from the settings and then from the last night.

    A style of the last night that is gone is named in the log and passed over.
    """
    look = request.look
    style = look.style
    if style is None and last.style is not None:
        style = _still_there(last.style, look.styles or styles_folder())
    scales = (look.scale, settings.scale, last.scale)
    filled = replace(
        look,
        style=style,
        audio_scale=_first(look.audio_scale, last.audio_scale),
        scale=next((scale for scale in scales if scale is not None), None),
        fade=_first(look.fade, settings.fade, last.fade),
        playlist=_first(look.playlist, settings.playlist, last.playlist),
        shuffle=_first(look.shuffle or None, settings.shuffle, last.shuffle) or False,
        switch_on=_first(look.switch_on, settings.switch_on, last.switch_on),
    )
    return Opening(
        replace(
            request,
            look=filled,
            fullscreen=request.fullscreen or bool(settings.fullscreen),
            monitor=_first(request.monitor, settings.monitor),
        ),
        likely_device=_first(settings.audio_device, last.audio_device),
        slots=last.slots,
        hands=_hands(last),
    )


def _hands(last: Remembered) -> Hands:
    known = {field.name for field in fields(Remembered)}
    stood = {
        field.name: getattr(last, field.name) for field in fields(Hands) if field.name in known
    }
    return replace(Hands(), **{name: value for name, value in stood.items() if value is not None})


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
