"""The main loop. Live or film, window or none: the parts that come in decide, not a flag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from visualizer.contracts import (
    BeatKeeper,
    Clock,
    Control,
    Frame,
    Guard,
    Listener,
    Observer,
    Pool,
    Renderer,
    Sink,
)
from visualizer.show.action_inbox import ActionInbox
from visualizer.show.awaiting import await_styles
from visualizer.show.commands import apply
from visualizer.show.feature_fold import fold
from visualizer.show.scene_builder import SceneBuilder
from visualizer.show.session import Session
from visualizer.show.transitions import advance
from visualizer.types import Beat, Features


@dataclass(frozen=True, slots=True)
class Parts:
    """All that the loop joins. guards: each is given what the one before it lets through.

    scene_builder: a fresh one, unless a show is taken up in its middle.
    """

    clock: Clock
    listener: Listener
    renderer: Renderer
    pool: Pool
    beat_clock: BeatKeeper
    guards: Sequence[Guard] = ()
    controls: Sequence[Control] = ()
    observers: Sequence[Observer] = ()
    sinks: Sequence[Sink] = ()
    scene_builder: SceneBuilder = field(default_factory=SceneBuilder)


@dataclass(frozen=True, slots=True)
class Before:
    """What the frame before the first one heard: nothing, unless a show is taken up midway."""

    features: Features = Features()  # noqa: RUF009 - a frozen value
    beat: Beat = Beat()  # noqa: RUF009 - a frozen value


def run(parts: Parts, session: Session, before: Before = Before()) -> Session:
    """Play until the clock ends or somebody quits; returns the last session.

    Every hop is analysed and every scene made, also in frames that nobody wants to see: what is
    drawn never depends on what was drawn before. What a control asks for that cannot be done, or
    that it fails to ask for, is a warning.
    """
    inbox, features, beat = ActionInbox(parts.controls), before.features, before.beat
    for tick in parts.clock.ticks():
        actions = inbox.poll(tick)
        for action in actions:
            session = apply(action, session, parts.pool)

        hops = parts.listener.heard_until(tick.time_s)
        features = fold(hops, features)
        beat_before, beat = beat, parts.beat_clock.step(tick, features.beat, actions)
        session = advance(await_styles(session, parts.pool), tick.dt_s, beat_before, beat)
        frame = Frame(tick, hops, features, session, actions, beat)
        scene = parts.scene_builder.scene(frame)
        for guard in parts.guards:
            scene = guard.step(scene, tick)

        for observer in parts.observers:
            observer.see(frame)
        wanting = [sink for sink in parts.sinks if sink.wants(frame)]
        if wanting:
            picture = parts.renderer.draw(scene)
            for sink in wanting:
                sink.show(picture, frame)
        if session.quitting:
            break
    return session
