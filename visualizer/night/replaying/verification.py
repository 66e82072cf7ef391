"""Whether a night that is played again is what was played: scene by scene, picture by picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from visualizer.contracts import Frame, Scene
from visualizer.night.journal import Journal, Note
from visualizer.night.replaying.cursor import Cursor
from visualizer.night.scene_values import first_difference, scene_values
from visualizer.style.style import Style
from visualizer.types import Tick


@dataclass(slots=True)
class Tally:
    """How many were compared, how many of them are equal, and the first that is not."""

    compared: int = 0
    equal: int = 0
    first: tuple[Note, str] | None = None

    def count(self, note: Note, difference: str) -> None:
        """Count one; ``difference``: empty where there is none."""
        self.compared += 1
        self.equal += not difference
        if difference and (self.first is None or note.index < self.first[0].index):
            self.first = note, difference


@dataclass(slots=True)
class Verification:
    """A guard that compares scenes, and is told the pictures' hashes by another thread.

    name_of: a style's name in the night.
    """

    journal: Journal
    cursor: Cursor
    name_of: Callable[[Style], str]
    scenes: Tally = field(default_factory=Tally)
    frames: Tally = field(default_factory=Tally)
    _notes: dict[int, Note] = field(init=False)

    def __post_init__(self) -> None:
        """Where each tick's note is."""
        self._notes = {note.index: note for note in self.journal.notes}

    def step(self, scene: Scene, tick: Tick) -> Scene:
        """Compare a scene, and let it through."""
        note = self._notes[tick.index]
        if note.scene is not None:
            now = scene_values(scene, self.name_of)
            self.scenes.count(note, first_difference(note.scene, now))
        return scene

    def wants(self, frame: Frame) -> bool:
        """Whether there is a hash to compare this frame's picture with."""
        return bool(self._notes[frame.tick.index].frame_sha256)

    def hashed(self, index: int, sha256: str) -> None:
        """Compare a picture."""
        note = self._notes[index]
        is_equal = sha256 == note.frame_sha256
        self.frames.count(
            note, "" if is_equal else f"was {note.frame_sha256:.12}, now {sha256:.12}"
        )

    @property
    def is_equal(self) -> bool:
        """Whether all that was compared is equal, and something was."""
        tallies = self.scenes, self.frames
        return all(tally.equal == tally.compared for tally in tallies) and any(
            tally.compared for tally in tallies
        )

    def lines(self) -> Iterator[str]:
        """The finding, for people."""
        start_s = self.journal.header.start_s
        yield f"{self.scenes.equal} of {self.scenes.compared} scenes equal"
        yield f"{self.frames.equal} of {self.frames.compared} frames equal"
        for what, tally in (("scene", self.scenes), ("frame", self.frames)):
            if tally.first is not None:
                note, difference = tally.first
                at = f"at {note.time_s - start_s:.3f} s (tick {note.index})"
                yield f"the first {what} that differs is {at}: {difference}"
        if self.frames.first is not None and self.scenes.equal == self.scenes.compared:
            yield "the scenes are equal: something else drew them"
