"""How one style makes way for another: cuts, crossings, and switches that wait for their beat.

All are functions from a session to the next one; nothing here knows the clock or the keys.
"""

from __future__ import annotations

import math
from dataclasses import replace

from visualizer.show.session import Crossing, Session, Switch
from visualizer.style.style import Style
from visualizer.types import MAX_STEP_S, Beat

STEER_S = 0.5
"""A crossing that hands steer glides to where they put it at this pace for the whole way."""
HURRY_S = 0.25
"""What is left of a crossing, while another switch waits behind it, takes no longer than this."""


def ask(session: Session, switch: Switch) -> Session:
    """Ask for another style: at once, or when its beat or bar comes, or it can be drawn.

    A locked show stays.
    """
    is_there = session.crossing is None and session.waiting is None
    if session.locked or (is_there and switch.style is session.base):
        return session
    if session.crossing is not None and not session.crossing.ready:
        session = replace(session, crossing=None)  # nothing of it was seen
    session = replace(session, waiting=switch, seed_asked=None)
    is_now = session.switch_on == "now" and switch.ready and _is_free(session)
    return _begin(session) if is_now else session


def steer(session: Session, goal: float, begins: Crossing | None) -> Session:
    """Take the crossing into hand: it glides to ``goal``, 0..1.

    begins: the crossing that does where none is under way, if it leads anywhere.
    """
    if session.locked:
        return session
    crossing = session.crossing
    if crossing is None and begins is not None and begins.target is not session.base:
        crossing = begins
        # Hands go first. What waits for its beat was asked for from where they are leaving, and
        # whether it may morph was measured from there.
        session = replace(session, waiting=None)
    if crossing is None:
        return session
    goal = min(max(goal, 0.0), 1.0)
    return replace(session, crossing=replace(crossing, span=None, goal=goal))


def advance(session: Session, dt_s: float, before: Beat, beat: Beat) -> Session:
    """The session one frame later: crossings go on, and what waits for a beat begins on it.

    before, beat: those of the frame before and of this one.
    """
    session = _cross(session, min(dt_s, MAX_STEP_S), beat.bpm)
    if session.waiting is None or not session.waiting.ready:
        return session
    return _begin(session) if _is_free(session) and _is_time(session, before, beat) else session


def _is_free(session: Session) -> bool:
    """Whether what waits may begin as far as the picture goes: a cut goes before any crossing."""
    waiting, crossing = session.waiting, session.crossing
    if waiting is None or waiting.span is None or crossing is None:
        return True
    return waiting.style in (session.base, crossing.target)


def _is_time(session: Session, before: Beat, beat: Beat) -> bool:
    if session.switch_on == "now" or beat.bpm is None:
        return True
    if session.switch_on == "beat":
        return beat.count > before.count
    # A stall may have swallowed the downbeat: then the place in the bar has gone back.
    return beat.count > before.count and (
        beat.bar == 0 or beat.count - before.count > beat.beats_in_bar - before.bar - 1
    )


def _begin(session: Session) -> Session:
    """Carry out what waits. A crossing between the same two styles goes on, or turns back."""
    switch, crossing = session.waiting, session.crossing
    session = replace(session, waiting=None)
    if switch is None:
        return session
    if switch.span is None:
        return _arrive(session, switch.style)
    if crossing is not None:
        goal = 0.0 if switch.style is session.base else 1.0
        return replace(session, crossing=replace(crossing, span=switch.span, goal=goal))
    if switch.style is session.base:
        return session
    # It may have waited, and the stage may be another by now.
    morph = switch.morph_from is session.base
    return replace(session, crossing=Crossing(switch.style, switch.span, morph))


def _cross(session: Session, dt_s: float, bpm: float | None) -> Session:
    crossing = session.crossing
    if crossing is None or not crossing.ready:
        return session
    whole_s = STEER_S if crossing.span is None else crossing.span.seconds(bpm)
    goal = crossing.goal
    if session.waiting is not None and session.waiting.ready and not _is_free(session):
        whole_s, goal = min(whole_s, HURRY_S), 1.0
    way, step = goal - crossing.progress, dt_s / whole_s
    progress = goal if abs(way) <= step else crossing.progress + math.copysign(step, way)
    if progress >= 1.0:
        return _arrive(session, crossing.target)
    if progress == goal == 0.0:
        return replace(session, crossing=None)
    return replace(session, crossing=replace(crossing, progress=progress, goal=goal))


def _arrive(session: Session, style: Style) -> Session:
    """On ``style`` alone; the one that was on, or was coming, becomes ``last``."""
    left = session.base if style is session.style else session.style
    last = session.last if left is style else left
    return replace(session, base=style, crossing=None, last=last)
