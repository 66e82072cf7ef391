"""A night again: what a film, a window and a verification of it have in common."""

from __future__ import annotations

import logging
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np

from visualizer.audio.analysis.analyzer import Analyzer
from visualizer.audio.analysis.listener import Listener
from visualizer.audio.analysis.onset import ONSET_METHODS
from visualizer.config.request import ALLOW
from visualizer.contracts import Clock, Readiness, Renderer, Source
from visualizer.errors import ChladniError, StyleError
from visualizer.loop import Before, Parts, run
from visualizer.night.asked import BY_NAME
from visualizer.night.journal import JOURNAL, Journal, Note
from visualizer.night.machine import Machine, take_up
from visualizer.night.reader import read_night
from visualizer.night.replaying.cursor import (
    Cursor,
    FollowedClock,
    RecordedActions,
    RecordedClock,
    RecordedSource,
    SpreadSource,
    replayed_clocks,
)
from visualizer.night.replaying.pool import NightPool
from visualizer.night.replaying.sound import NightSound, with_its_sound
from visualizer.show.beat.beat_clock import BeatClock
from visualizer.show.flashes.limit import FlashLimit
from visualizer.show.scene_builder import SceneBuilder
from visualizer.show.style_pool import StylePool, at_once
from visualizer.style.library import find_style, styles_folder
from visualizer.style.morph_pairs import read_morphs
from visualizer.style.style import Style, style_sha256

log = logging.getLogger(__name__)

CHANCE = 20
"""Seed of what an edited night leaves to chance."""
DEFAULT_FPS = Fraction(60)


class Replay:
    """A night that was read, to be played again once.

    Making one raises ChladniError for what is no night, or cannot be played.
    """

    def __init__(self, folder: Path) -> None:
        self.journal: Journal = with_its_sound(read_night(folder))
        header = self.journal.header
        if not self.journal.notes:
            raise ChladniError(f"nothing was recorded in {folder}: there is no tick")
        if header.onset not in ONSET_METHODS:
            where = f"{folder / JOURNAL}, line 1"
            raise ChladniError(f"{where}: there is no onset method {header.onset!r:.80}")
        self.cursor = Cursor(self.journal)
        self.sound = NightSound(self.journal)
        self._names = {style: name for name, style in self.journal.styles.items()}
        self._machine = Machine(
            Analyzer(header.onset, header.channels),
            BeatClock(replayed_clocks(self.cursor), lambda: self.cursor.note.lead_s),
            SceneBuilder(),
            () if header.flashes == ALLOW else (FlashLimit(self._aspect_now),),
        )
        self._aspect: Callable[[], float] = self._recorded_aspect
        self._stand = take_up(self.journal, self._machine)

    @property
    def styles(self) -> tuple[Style, ...]:
        """All that were shown."""
        return tuple(self.journal.styles.values())

    @property
    def style(self) -> Style:
        """The style that it begins with."""
        return self._stand.session.style

    @property
    def length_s(self) -> float:
        """From the night's beginning to its last tick, or to the one that quits."""
        notes = self.journal.notes
        ends = (note for note in notes if any(it.name == "quit" for it in note.actions))
        return next(ends, notes[-1]).time_s - self.journal.header.start_s

    @property
    def fps(self) -> Fraction:
        """At which it was played, at most."""
        try:
            fps = Fraction(self.journal.header.fps)
        except (ValueError, ZeroDivisionError):
            return DEFAULT_FPS
        return fps if 1 <= fps <= 240 else DEFAULT_FPS

    @property
    def holding(self) -> bool:
        """Whether the frame at hand is dimmed, so that it does not flash."""
        return any(isinstance(each, FlashLimit) and each.holding for each in self._machine.guards)

    def name_of(self, style: Style) -> str:
        """What a style is called in the night."""
        return self._names.get(style, style.name)

    def _recorded_aspect(self) -> float:
        """Width / height of the picture then."""
        width, height = self.cursor.note.sight.size
        return width / height

    def _aspect_now(self) -> float:
        return self._aspect()

    def recorded(self, renderer: Renderer, readiness: Readiness) -> Parts:
        """The parts of the loop, by the night's own ticks: every scene is what it was."""
        clock = RecordedClock(self.journal, self.cursor, self.sound)
        source = RecordedSource(self.cursor, self.sound)
        return self._parts(clock, source, renderer, readiness)

    def followed(
        self, clock: Clock, aspect: Callable[[], float], renderer: Renderer, readiness: Readiness
    ) -> Parts:
        """The parts of the loop, by a clock whose 0 is the night's beginning."""
        self._aspect = aspect
        followed = FollowedClock(clock, self.journal, self.cursor)
        source = SpreadSource(self.journal, self.sound)
        return self._parts(followed, source, renderer, readiness)

    def run(self, parts: Parts) -> None:
        """Play it."""
        stand = self._stand
        run(parts, stand.session, Before(stand.features, stand.beat))

    def _parts(
        self, clock: Clock, source: Source, renderer: Renderer, readiness: Readiness
    ) -> Parts:
        for style in self.styles:
            readiness.ready(style)
        machine = self._machine
        others = _others(self.journal, readiness)
        return Parts(
            clock=clock,
            listener=Listener(source, machine.analyzer),
            renderer=renderer,
            pool=NightPool(self.cursor, self.journal.styles, others),
            beat_clock=machine.beat_clock,
            guards=machine.guards,
            controls=(RecordedActions(self.cursor),),
            scene_builder=machine.scene_builder,
        )


def _others(journal: Journal, readiness: Readiness) -> StylePool:
    """Who answers what was not asked in the night: the library as it was, as far as it is there."""
    recorded = {(style.name, style_sha256(style)): style for style in journal.styles.values()}
    slots = []
    for slot in journal.header.slots:
        style = recorded.get((slot.name, slot.sha256)) or _in_library(slot.name)
        slots += [] if style is None else [style]
    known = {style.name: style for style in (*journal.styles.values(), *slots)}
    asked = {name for note in journal.notes for name in _unanswered(note)} - known.keys()
    for name in sorted(asked):
        if (style := _in_library(name)) is None:
            log.warning("the night asks for the style %r, which is not there", name)
        else:
            known[name] = style
    return StylePool(
        slots,
        readiness,
        random=np.random.default_rng(CHANCE),
        submit=at_once,
        named=known,
        morphs=read_morphs(styles_folder()),
    )


def _unanswered(note: Note) -> list[str]:
    """The styles that a tick's actions ask for by name, and that nobody answered yet."""
    answered = {each.question[1] for each in note.answers if each.question[0] == "named"}
    named = [action.args[0] for action in note.actions if action.name in BY_NAME]
    return [name for name in named if name not in answered]


def _in_library(name: str) -> Style | None:
    try:
        return find_style(name, styles_folder())
    except StyleError as error:
        log.debug("%s", error)
        return None
