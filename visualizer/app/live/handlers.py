"""Who carries out what neither changes the session nor concerns the beat."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from visualizer.app.live.controls import LiveControls
from visualizer.audio.source_switch import SourceSwitch
from visualizer.contracts import Frame
from visualizer.controls.hot_reload import Drops
from visualizer.night.recording.recorder import Recorder
from visualizer.output.screenshot import Screenshots
from visualizer.output.style_saver import StyleSaver
from visualizer.output.window.window import Window
from visualizer.show.commands import CARRIED_OUT


class Handlers:
    """An observer that hands each action of ``CARRIED_OUT`` to its one handler.

    handlers: by the command's name, called with the action's arguments; none blocks. Raises
    ValueError where a command has none, or a name is no such command: a mistake in the program.
    """

    def __init__(self, handlers: Mapping[str, Callable[..., object]]) -> None:
        if wrong := handlers.keys() ^ CARRIED_OUT:
            raise ValueError(f"commands without a handler, or handlers without: {sorted(wrong)}")
        self._handlers = handlers

    def see(self, frame: Frame) -> None:
        """Carry out what was asked for in this frame, in order."""
        for action in frame.actions:
            if action.name in self._handlers:
                self._handlers[action.name](*action.args)


def make_handlers(  # noqa: PLR0913, PLR0917 - each carries something out
    window: Window,
    source_switch: SourceSwitch,
    controls: LiveControls,
    screenshots: Screenshots,
    style_saver: StyleSaver,
    recorder: Recorder,
) -> Handlers:
    """Whom each command of a show goes to."""
    expect = controls.hot_reload.expect
    drops = Drops(lambda path: expect(path, shown=True), source_switch.play)
    return Handlers(
        {
            "fullscreen": window.toggle_fullscreen,
            "monitor": window.to_next_monitor,
            "device": source_switch.next_device,
            "screenshot": screenshots.ask,
            "record": recorder.ask,
            "keep": style_saver.ask,
            "drop": drops.take,
            "prompt": controls.prompter.begin,
            "prompt-off": controls.prompter.end,
        }
    )
