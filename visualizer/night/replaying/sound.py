"""What a night heard: its FLAC files, hop by hop, and as the sound of a film."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise, repeat

import numpy as np

from visualizer.audio.analysis.framer import Framer
from visualizer.audio.blocks import Block, cut, left_right, silence
from visualizer.audio.flac import read_flac
from visualizer.audio.rounded import from_whole
from visualizer.night.journal import Journal, Sound
from visualizer.types import HOP, RATE_HZ, Hop

log = logging.getLogger(__name__)

APART_S = 0.05
"""Sound and picture that are further apart are brought together: sound cards count seconds of their
own, and what a lost device did not hear is nowhere."""


class NightSound:
    """All hops of a night, in order. Raises SoundError where a file is not as it should be."""

    def __init__(self, journal: Journal) -> None:
        self._hops = _all_hops(journal)
        self._held: list[Hop] = []

    def has(self, count: int) -> bool:
        """Whether so many are left: a killed program leaves less than it heard."""
        self._held += islice(self._hops, max(count - len(self._held), 0))
        return len(self._held) >= count

    def take(self, count: int) -> list[Hop]:
        """The next ones; fewer at the end."""
        self.has(count)
        taken, self._held = self._held[:count], self._held[count:]
        return taken


def with_its_sound(journal: Journal) -> Journal:
    """The night as far as its sound goes: a program that is killed leaves less than it heard.

    To know that, the sound of a night without an end is read. Raises SoundError.
    """
    if journal.is_whole or not journal.sounds:
        return journal
    last = journal.sounds[-1]
    left = last.first + sum(1 for _ in _hops(journal, last))
    heard = 0
    for count, note in enumerate(journal.notes):
        heard += note.hops
        if heard > left:
            return replace(journal, notes=journal.notes[:count])
    return journal


def film_sound(journal: Journal, first_s: float, last_s: float) -> Iterator[Block]:
    """(N, 2) blocks from ``first_s`` to ``last_s`` of the night, where they were heard.

    All of that time: what was not heard is silence.
    """
    first, last = round(first_s * RATE_HZ), round(last_s * RATE_HZ)
    return cut(_placed(journal, last), first, last)


def _placed(journal: Journal, last: int) -> Iterator[Block]:
    """Up to the sample ``last`` at least."""
    sound, position = NightSound(journal), 0
    for note in journal.notes:
        hops = sound.take(note.hops)
        if not hops:
            continue
        block = np.concatenate([_stereo(hop) for hop in hops])
        begins = round((note.time_s - journal.header.start_s) * RATE_HZ) - len(block)
        late = begins - position
        if late > APART_S * RATE_HZ:
            yield from silence(late, 2)
            position = begins
        elif late < -APART_S * RATE_HZ:
            block = block[-late:]
        yield block
        position += len(block)
    yield from silence(last - position, 2)


def _stereo(hop: Hop) -> Block:
    channels = hop.shape[1]
    if channels == 1:
        return np.repeat(hop, 2, axis=1)
    return hop if channels == 2 else left_right(hop)


def _all_hops(journal: Journal) -> Iterator[Hop]:
    for sound, after in pairwise((*journal.sounds, None)):
        if sound is None:
            return
        hops = _hops(journal, sound)
        if after is None:
            yield from hops
            return
        count = after.first - sound.first
        read = 0
        for hop in islice(hops, count):
            read += 1
            yield hop
        if read < count:
            log.warning("%s is shorter than the night says: the rest is silent", sound.name)
            yield from repeat(np.zeros((HOP, sound.channels), np.float32), count - read)


def _hops(journal: Journal, sound: Sound) -> Iterator[Hop]:
    framer = Framer(sound.channels)
    for block in read_flac(journal.folder / sound.name, sound.channels):
        yield from framer.push(from_whole(block))
