"""Styles that were asked for before they could be drawn are waited for: no key is lost."""

from __future__ import annotations

from dataclasses import replace

from visualizer.contracts import Pool
from visualizer.show.reducers import to_seed
from visualizer.show.session import Session


def await_styles(session: Session, pool: Pool) -> Session:
    """The session with what has become ready since; what can never be drawn is given up."""
    if session.seed_asked is not None:
        session = to_seed(session, session.seed_asked, pool)
    waiting, crossing = session.waiting, session.crossing
    if waiting is not None and not waiting.ready:
        if pool.failed(waiting.style):
            session = replace(session, waiting=None)
        elif pool.is_ready(waiting.style):
            session = replace(session, waiting=replace(waiting, ready=True))
    if crossing is not None and not crossing.ready:
        if pool.failed(crossing.target):
            session = replace(session, crossing=None)
        elif pool.is_ready(crossing.target):
            session = replace(session, crossing=replace(crossing, ready=True))
    return session
