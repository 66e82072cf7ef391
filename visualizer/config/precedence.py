"""How a show begins: what was asked for, then what its user always wants, then the last night."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from visualizer.config.fields import ShowFields, first_said, names_in
from visualizer.config.request import LiveRequest, Look
from visualizer.errors import StyleError
from visualizer.monitor_choice import MonitorChoice
from visualizer.show.session import Hands
from visualizer.style.library import find_style, styles_folder

AT_REST = Hands()
NOTHING = ShowFields()

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Resolved:
    """request: with all that was left out filled in. likely_device and the like: may be gone.

    slots: names of styles in the order in which they lay. hands: as they stood. last: all
    that is known of the last night. prompt_options: the trainer's, as in ``ShowFields``.
    """

    request: LiveRequest
    likely_device: str | None = None
    likely_monitor: MonitorChoice | None = None
    likely_clone: MonitorChoice | None = None
    slots: tuple[str, ...] = ()
    hands: Hands = AT_REST
    last: ShowFields = NOTHING
    prompt_options: tuple[str, ...] = ()


def resolve(request: LiveRequest, settings: ShowFields, last: ShowFields) -> Resolved:
    """Fill in what the command line left out, from the settings and then from the last night.

    A style of the last night that is gone is named in the log and passed over.
    """
    look = request.look
    there = last
    if look.style is None and last.style is not None:
        there = replace(last, style=_still_there(last.style, look.styles or styles_folder()))
    said = first_said(_asked(request), settings, there)
    filled = replace(
        look,
        **{name: getattr(said, name) for name in names_in(Look)}
        # To hold each style is to have no playlist.
        | {"playlist": said.playlist or None, "shuffle": bool(said.shuffle)},
    )
    return Resolved(
        replace(request, look=filled, fullscreen=bool(said.fullscreen)),
        likely_device=said.audio_device,
        likely_monitor=settings.monitor,
        likely_clone=settings.clone,
        slots=last.slots or (),
        hands=_hands(last),
        last=last,
        prompt_options=settings.prompt_options or (),
    )


def _asked(request: LiveRequest) -> ShowFields:
    """What the command line says. Its flags can only be set: without one, nothing is said."""
    asked = {name: getattr(request.look, name) for name in names_in(Look)}
    asked["fullscreen"] = request.fullscreen
    return ShowFields(**{name: None if it is False else it for name, it in asked.items()})


def _hands(last: ShowFields) -> Hands:
    """As they stood; what nobody remembers is at rest, and no show begins in the dark."""
    stood = {name: getattr(last, name) for name in names_in(Hands)}
    hands = replace(AT_REST, **{name: it for name, it in stood.items() if it is not None})
    return hands if hands.dimmer > 0.0 else replace(hands, dimmer=AT_REST.dimmer)


def _still_there(spec: str, folder: Path) -> str | None:
    try:
        find_style(spec, folder)
    except StyleError as error:
        log.warning("the last night's style is left out: %s", error)
        return None
    return spec
