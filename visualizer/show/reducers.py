"""What each action makes of the session: functions from (session, arguments, pool) to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from visualizer.contracts import Pool
from visualizer.duration import Span
from visualizer.show.arguments import OFF, smoothly, switch
from visualizer.show.session import HAND_RANGES, SWITCH_ON, Crossing, Hands, Session, Switch
from visualizer.show.transitions import ask, steer
from visualizer.style.style import MAX_AUDIO_SCALE, Style
from visualizer.types import MIRRORS

AUDIO_SCALE_STEP = 0.01
"""One press of an arrow key; the usual range is 0.08 to 0.12."""
STEER_STEP = 0.05
DEFAULT_PLAYLIST = Span(8.0, "bars")
"""How long each style stays when the playlist is turned on without saying so."""

Change = Callable[[Session, tuple[str, ...], Pool], Session]


# --- which style is on


def to_next(session: Session, args: tuple[str, ...], pool: Pool) -> Session:
    """The next one in slot order."""
    return _go(session, pool.neighbour(session.asked, 1), args, pool)


def to_previous(session: Session, args: tuple[str, ...], pool: Pool) -> Session:
    """The one before in slot order."""
    return _go(session, pool.neighbour(session.asked, -1), args, pool)


def to_random(session: Session, args: tuple[str, ...], pool: Pool) -> Session:
    """A random other one."""
    # A locked show draws nothing, so that locking does not change what comes after it.
    return session if session.locked else _go(session, pool.any_other(session.asked), args, pool)


def to_last(session: Session, args: tuple[str, ...], pool: Pool) -> Session:
    """The one that was on before."""
    return _go(session, session.last, args, pool)


def to_slot(session: Session, args: tuple[str, ...], pool: Pool) -> Session:
    """The one in a slot."""
    return _go(session, pool.slot(int(args[0])), args[1:], pool)


def to_seed(session: Session, args: tuple[str, ...], pool: Pool) -> Session:
    """A fresh untrained one."""
    if session.locked:
        return session
    style = pool.fresh_seed()
    return _go(session, style, args, pool) if style else replace(session, seed_asked=args)


def cut(session: Session, args: tuple[str, ...], pool: Pool) -> Session:
    """``style NAME``: always a cut."""
    return _go(session, pool.named(args[0]), (), pool)


def fade(session: Session, args: tuple[str, ...], pool: Pool) -> Session:
    """``fade NAME SPAN``: two pictures cross."""
    style = pool.named(args[0])
    if style is None:
        return session
    return ask(session, Switch(style, Span.parse(args[1]), ready=pool.is_ready(style)))


def morph(session: Session, args: tuple[str, ...], pool: Pool) -> Session:
    """``morph NAME SPAN``: the weights change, where that was measured to look good."""
    return _go(session, pool.named(args[0]), args[1:], pool)


def cross(session: Session, args: tuple[str, ...], pool: Pool) -> Session:
    """``cross left|right|X``: the crossing in hand; right begins one to the next style."""
    step = {"left": -STEER_STEP, "right": STEER_STEP}.get(args[0])
    at = 0.0 if session.crossing is None else session.crossing.goal
    if session.crossing is not None and session.crossing.span is not None:
        at = session.crossing.progress
    # Rounded, so that as many steps back as forth end where they began.
    goal = float(args[0]) if step is None else round(at + step, 4)
    if session.crossing is None and goal <= 0.0:
        return session
    target = pool.neighbour(session.base, 1)
    if target is None:
        return steer(session, goal, None)
    morphing = pool.can_morph(session.base, target)
    begins = Crossing(target, None, morphing, ready=pool.is_ready(target))
    return steer(session, goal, begins)


def renew(session: Session, args: tuple[str, ...], pool: Pool) -> Session:
    """``renewed NAME``: a style's file changed, and the new one takes the old one's place."""
    style = pool.named(args[0])
    if style is None or not pool.is_ready(style):
        return session

    def new(old: Style) -> Style:
        return style if old.name == style.name else old

    crossing, waiting = session.crossing, session.waiting
    if crossing is not None:
        crossing = replace(crossing, target=new(crossing.target))
    if waiting is not None:
        # The new weights were not measured against anybody's.
        waiting = replace(waiting, style=new(waiting.style), morph_from=None)
    return replace(
        session,
        base=new(session.base),
        last=session.last and new(session.last),
        crossing=crossing,
        waiting=waiting,
    )


def _go(session: Session, style: Style | None, how: tuple[str, ...], pool: Pool) -> Session:
    """Ask for a style, if there is one: a cut, or smoothly where ``how`` says so.

    Smoothly is a morph between styles of a family, else a fade.
    """
    if style is None:
        return session
    ready = pool.is_ready(style)
    if not how:
        return ask(session, Switch(style, ready=ready))
    span = smoothly(how[0]) or session.fade
    # What is coming now will be on by then.
    stage = session.style
    may_morph = pool.can_morph(stage, style)
    return ask(session, Switch(style, span, stage if may_morph else None, ready))


# --- switches that can be set or turned over


def toggle(name: str) -> Change:
    """Set or turn over a switch of the session."""

    def change(session: Session, args: tuple[str, ...], _: Pool) -> Session:
        on: Any = switch(args[0]) if args else not getattr(session, name)
        return replace(session, **{name: on})

    return change


def lock(session: Session, args: tuple[str, ...], pool: Pool) -> Session:
    """Hold this style, or let go of it. What waits for its beat is given up."""
    turned = toggle("locked")(session, args, pool)
    return replace(turned, waiting=None, seed_asked=None) if turned.locked else turned


def freeze(session: Session, args: tuple[str, ...], _: Pool) -> Session:
    """Let the picture stand still, and go on."""
    frozen = switch(args[0]) if args else not session.hands.frozen
    return replace(session, hands=replace(session.hands, frozen=frozen))


def switch_on(session: Session, args: tuple[str, ...], _: Pool) -> Session:
    """Say when switches begin; without an argument, the next of the three."""
    after = SWITCH_ON[(SWITCH_ON.index(session.switch_on) + 1) % len(SWITCH_ON)]
    return replace(session, switch_on=args[0] if args else after)


def playlist(session: Session, args: tuple[str, ...], _: Pool) -> Session:
    """Let styles follow each other by themselves."""
    if not args:
        span = DEFAULT_PLAYLIST if session.playlist is None else None
    else:
        span = None if args[0] == OFF else Span.parse(args[0])
    return replace(session, playlist=span)


def fade_time(session: Session, args: tuple[str, ...], _: Pool) -> Session:
    """How long smooth changes take."""
    return replace(session, fade=Span.parse(args[0]))


# --- hands


def hand(name: str, step: float, *, factor: bool = False) -> Change:
    """Set a hand, or move it up or down by a step; ``factor``: by multiplication."""
    low, high = HAND_RANGES[name]

    def change(session: Session, args: tuple[str, ...], _: Pool) -> Session:
        now = float(getattr(session.hands, name))
        value = _stepped(args[0], now, step, factor=factor)
        # Rounded, so that ten steps up and ten down end where they began.
        held: Any = round(min(max(value, low), high), 4)
        return replace(session, hands=replace(session.hands, **{name: held}))

    return change


def mirror(session: Session, args: tuple[str, ...], _: Pool) -> Session:
    """Fold the picture; without an argument, the next symmetry."""
    now = MIRRORS.index(session.hands.mirror)
    fold = int(args[0]) if args else MIRRORS[(now + 1) % len(MIRRORS)]
    return replace(session, hands=replace(session.hands, mirror=fold))


def audio_scale(session: Session, args: tuple[str, ...], _: Pool) -> Session:
    """How much sound moves the picture."""
    now = session.style.audio_scale if session.audio_scale is None else session.audio_scale
    scale = _stepped(args[0], now, AUDIO_SCALE_STEP)
    return replace(session, audio_scale=round(min(max(scale, 0.0), MAX_AUDIO_SCALE), 4))


def hands_off(session: Session, _: tuple[str, ...], __: Pool) -> Session:
    """Everything back as the style has it."""
    return replace(session, hands=Hands(), audio_scale=None)


def learn(session: Session, _: tuple[str, ...], __: Pool) -> Session:
    """Begin or end to learn controllers: the HUD leads through it."""
    return replace(session, hud_shown=True)


def leave(session: Session, _: tuple[str, ...], __: Pool) -> Session:
    """End the show."""
    return replace(session, quitting=True)


def _stepped(text: str, now: float, step: float, *, factor: bool = False) -> float:
    if text not in {"up", "down"}:
        return float(text)
    if factor:
        return now * step if text == "up" else now / step
    return now + step if text == "up" else now - step
