"""What a show can be told before it begins: one table behind options, settings and last night."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Flag, auto
from typing import Annotated, Any, get_type_hints

from visualizer.config.request import AUTO, FLASHES, SCALES
from visualizer.config.toml_fields import (
    FLAG,
    LENGTH,
    LENGTH_OR_OFF,
    MONITORS,
    TEXT,
    TEXTS,
    Kind,
    either,
    number,
    one_of,
)
from visualizer.duration import Span
from visualizer.monitor_choice import MonitorChoice
from visualizer.show.commands import LEVELS
from visualizer.show.session import SWITCH_ON, Hands, Session
from visualizer.types import MIRRORS


class In(Flag):
    """Which file may say it."""

    SETTINGS = auto()
    SAVED_SHOW = auto()


BOTH = In.SETTINGS | In.SAVED_SHOW


def _level(command: str) -> Kind:
    level = LEVELS[command]
    return number(level.low, level.high)


@dataclass(frozen=True, slots=True)
class ShowFields:
    """Each field with what may stand for it in a file, and in which. None: nobody has said.

    What has a field of its name in ``Look``, ``Session`` or ``Hands`` goes there and comes from
    there. style, slots: as ``find_style`` takes them, the slots in their order. playlist: False
    holds each style. scale: of the network pass, or AUTO. audio_device: an input's name.
    monitor, clone: as in ``LiveRequest``. flashes: one of FLASHES. prompt_options: the trainer's,
    for what is trained during the show. What was black, frozen or locked is in no file: no show
    begins so.
    """

    style: Annotated[str | None, TEXT, In.SAVED_SHOW] = None
    slots: Annotated[tuple[str, ...] | None, TEXTS, In.SAVED_SHOW] = None
    fade: Annotated[Span | None, LENGTH, BOTH] = None
    playlist: Annotated[Span | bool | None, LENGTH_OR_OFF, BOTH] = None
    shuffle: Annotated[bool | None, FLAG, BOTH] = None
    switch_on: Annotated[str | None, one_of(*SWITCH_ON), BOTH] = None
    scale: Annotated[float | str | None, either(one_of(AUTO), number(*SCALES)), BOTH] = None
    audio_device: Annotated[str | None, TEXT, BOTH] = None
    fullscreen: Annotated[bool | None, FLAG, In.SETTINGS] = None
    monitor: Annotated[MonitorChoice | None, MONITORS, In.SETTINGS] = None
    clone: Annotated[MonitorChoice | None, MONITORS, In.SETTINGS] = None
    flashes: Annotated[str | None, one_of(*FLASHES), In.SETTINGS] = None
    prompt_options: Annotated[tuple[str, ...] | None, TEXTS, In.SETTINGS] = None
    audio_scale: Annotated[float | None, _level("audio-scale"), In.SAVED_SHOW] = None
    dimmer: Annotated[float | None, _level("dimmer"), In.SAVED_SHOW] = None
    hue: Annotated[float | None, _level("hue"), In.SAVED_SHOW] = None
    zoom: Annotated[float | None, _level("zoom"), In.SAVED_SHOW] = None
    drift: Annotated[float | None, _level("drift"), In.SAVED_SHOW] = None
    mirror: Annotated[int | None, one_of(*MIRRORS), In.SAVED_SHOW] = None


def kinds_in(place: In) -> Mapping[str, Kind]:
    """What a file may say, by key, in the table's order."""
    rows = get_type_hints(ShowFields, include_extras=True).items()
    said = ((name, *row.__metadata__) for name, row in rows)
    return {name: kind for name, kind, places in said if place in places}


def names_in(holder: type) -> tuple[str, ...]:
    """The table's fields that a dataclass has too."""
    theirs = {field.name for field in fields(holder)}
    return tuple(field.name for field in fields(ShowFields) if field.name in theirs)


def first_said(*sources: ShowFields) -> ShowFields:
    """Of each field, what the first source that says anything says."""

    def first(name: str) -> Any:  # noqa: ANN401 - each field has a type of its own
        said = (getattr(source, name) for source in sources)
        return next((value for value in said if value is not None), None)

    return ShowFields(**{field.name: first(field.name) for field in fields(ShowFields)})


def fields_of(session: Session) -> ShowFields:
    """What a session knows of them."""
    stands = {name: getattr(session, name) for name in names_in(Session)}
    hands = {name: getattr(session.hands, name) for name in names_in(Hands)}
    return ShowFields(**stands, **hands)
