"""MIDI in the show: hands, lights, lessons and the clock, frame by frame."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.controls.midi.fakes import DESK, FakeControllers, touch
from tests.fakes import some_styles
from visualizer.contracts import Frame
from visualizer.controls.midi.bindings import Binding, Place
from visualizer.controls.midi.control import MidiControl
from visualizer.controls.midi.map_file import read_map
from visualizer.controls.midi.picking import Picking
from visualizer.controls.midi.targets import Targets, level
from visualizer.controls.midi.wire.connections import Heard
from visualizer.controls.midi.wire.messages import Source, Touch, Transport, decode
from visualizer.controls.sliders import KNOBS, Fader
from visualizer.show.commands import COMMANDS, Command, check_action
from visualizer.show.session import Hands, Session
from visualizer.types import Action, Features, Tick

STYLES = some_styles(3)
START = Session(STYLES[0])


class Rig:
    """A control with fake controllers; ``frame`` goes one frame on."""

    def __init__(
        self, folder: Path, bindings: Mapping[str, str | Binding] = MappingProxyType({})
    ) -> None:
        self.map_file = folder / "midi.toml"
        self.controllers = FakeControllers()
        self.now_s = 1000.0
        self.tick = Tick(0, 0.0, 0.0)
        self.session = START
        self.control = MidiControl(
            self.controllers,
            {
                Place(DESK, Source.parse(source)): does
                if isinstance(does, Binding)
                else Binding.parse(does)
                for source, does in bindings.items()
            },
            map_file=self.map_file,
            targets=Targets(lambda style: STYLES.index(style) + 1),
            submit=self._at_once,
            now_s=lambda: self.now_s,
        )

    def _at_once(self, job: Callable[[], None]) -> None:
        job()

    def hear(self, *messages: Touch | Transport | None, port: str = DESK) -> None:
        self.controllers.waiting += [Heard(port, message, self.now_s) for message in messages]

    def frame(self, *actions: Action) -> list[Action]:
        """What is asked for in the next frame, in which ``actions`` were done by others."""
        self.now_s += 0.02
        self.tick = Tick(self.tick.index + 1, self.tick.time_s + 0.02, 0.02)
        asked = list(self.control.poll(self.tick))
        self.control.see(Frame(self.tick, (), Features(), self.session, actions))
        return asked

    def shown(self) -> list[tuple[int, ...]]:
        """What controllers were sent since the last look."""
        sent, self.controllers.sent = self.controllers.sent, []
        return [message for _, message in sent]


def test_hands_play(tmp_path: Path) -> None:
    rig = Rig(tmp_path, {"note 1/36": "slot 3", "cc 1/7": "dimmer"})
    rig.frame()
    rig.hear(touch("note 1/36", 100), touch("cc 1/7", 127), touch("cc 1/7", 64))
    assert rig.frame() == [Action("slot", ("3",)), Action("dimmer", ("0.5039",))]
    assert rig.frame() == []


EXAMPLES = {
    "style": "kiln",
    "fade": "kiln 2s",
    "morph": "kiln 2s",
    "fade-time": "4beats",
    "drop": "/songs/one.flac",
    "renewed": "kiln",
    "clock": "midi",
}
"""Arguments for commands that no key gives any."""


def asked_by(command: Command) -> Action:
    """What its key asks for, or what a person would write."""
    if command.keys:
        return Action(command.name, command.keys[0].args)
    return Action(command.name, tuple(EXAMPLES.get(command.name, "").split()))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_pad_asks_for_every_command_as_its_key_does(command: Command, tmp_path: Path) -> None:
    action = asked_by(command)
    check_action(action)
    rig = Rig(tmp_path, {"note 10/36": shlex.join((action.name, *action.args))})
    rig.frame()
    rig.hear(decode((0x99, 36, 100)), decode((0x89, 36, 0)))
    assert rig.frame() == [action]


@pytest.mark.parametrize("fader", KNOBS.values(), ids=KNOBS)
def test_a_knob_asks_for_every_slider_as_the_hud_does(fader: Fader, tmp_path: Path) -> None:
    rig = Rig(tmp_path, {"cc 1/7": Binding.parse(fader.name, "jump")})
    rig.frame()
    rig.hear(decode((0xB0, 7, 100)))
    (asked,) = rig.frame()
    check_action(asked)
    assert asked == fader.moved(100 / 127, level(START, fader.name))


def test_lights_follow_the_show_whoever_moved_it(tmp_path: Path) -> None:
    rig = Rig(tmp_path, {"note 1/36": "slot 1", "note 1/37": "blackout", "cc 1/7": "dimmer"})
    rig.frame()
    assert rig.shown() == [(0x90, 36, 127), (0x90, 37, 0), (0xB0, 7, 127)]
    rig.frame()
    assert rig.shown() == []
    rig.session = replace(START, base=STYLES[1], blackout=True, hands=Hands(dimmer=0.0))
    rig.frame()
    assert rig.shown() == [(0x90, 36, 0), (0x90, 37, 127), (0xB0, 7, 0)]


def test_a_fader_is_not_told_where_a_hand_has_just_put_it(tmp_path: Path) -> None:
    rig = Rig(tmp_path, {"cc 1/7": "dimmer"})
    rig.frame()
    rig.shown()
    rig.hear(touch("cc 1/7", 127), touch("cc 1/7", 64))
    rig.frame()
    rig.session = replace(START, hands=Hands(dimmer=0.5039))
    rig.frame()
    assert rig.shown() == []


def test_a_controller_that_comes_back_is_told_everything(tmp_path: Path) -> None:
    rig = Rig(tmp_path, {"note 1/36": "slot 1"})
    rig.frame()
    rig.shown()
    rig.hear(None)
    rig.frame()
    assert rig.shown() == [(0x90, 36, 127)]


def test_while_learning_keys_choose_and_hands_teach(tmp_path: Path) -> None:
    rig = Rig(tmp_path, {"note 1/36": "next"})

    class Keys:
        asked: tuple[Action, ...] = ()

        def poll(self, _tick: Tick) -> tuple[Action, ...]:
            return self.asked

    keys = Keys()
    picking = Picking(keys, rig.control.learner)
    rig.frame(Action("learn"))
    keys.asked = (Action("blackout"), Action("hud"))
    assert picking.poll(rig.tick) == [Action("hud")]
    rig.hear(touch("note 1/36", 100), touch("note 1/36", 0))
    assert rig.frame() == []
    rig.frame(Action("learn"))
    assert not rig.control.learner.is_on
    assert picking.poll(rig.tick) == keys.asked
    rig.hear(touch("note 1/36", 100))
    assert rig.frame() == [Action("blackout")]
    place = Place(DESK, Source.parse("note 1/36"))
    assert read_map(rig.map_file) == {place: Binding.parse("blackout")}
    rig.frame(Action("learn", ("clear",)))
    rig.hear(touch("note 1/36", 100))
    rig.frame()
    rig.frame(Action("learn"))
    assert read_map(rig.map_file) == {}


def test_what_cannot_be_written_lasts_for_the_show(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "midi.toml").mkdir()
    rig = Rig(tmp_path)
    rig.frame(Action("learn"))
    rig.control.learner.choose(Action("next"))
    rig.hear(touch("note 1/36", 100))
    rig.frame()
    rig.frame(Action("learn"))
    assert "what was learned lasts for this show only" in caplog.text
    rig.hear(touch("note 1/36", 0), touch("note 1/36", 100))
    assert rig.frame() == [Action("next")]


def test_the_first_sender_that_ticks_is_followed_until_it_is_silent(tmp_path: Path) -> None:
    rig = Rig(tmp_path)

    def play(frames: int, *ports: str) -> None:
        for _ in range(frames):
            for port in ports:
                rig.hear(Transport("clock"), port=port)
            rig.frame()

    play(60, "A", "B")
    grid = rig.control.clock.grid(rig.tick.time_s)
    assert grid is not None
    assert grid.bpm == pytest.approx(60.0 / (24 * 0.02))
    play(99, "B")
    assert rig.control.clock.grid(rig.tick.time_s) is not None
    play(60, "B")
    assert rig.control.clock.grid(rig.tick.time_s) is not None
