"""What stands where in the HUD: readings, the desk of sliders below or beside them, a notice."""

from __future__ import annotations

from imgui_bundle import imgui

from visualizer.controls.sliders import FADERS
from visualizer.monitor.frame_times import KEPT
from visualizer.output.hud import marks
from visualizer.output.hud.readings import (
    HELD,
    Delays,
    Desk,
    Input,
    Readings,
    beat_glow,
    meter_share,
)
from visualizer.output.hud.theme import (
    ACCENT,
    BAD,
    BPM,
    DIM,
    FIXED,
    FPS,
    GOOD,
    NAME,
    ROWS,
    TEXT,
    Fonts,
)
from visualizer.show.session import SWITCH_ON
from visualizer.types import MIRRORS, Action, Features

WIDTH = 18.0
"""Of a panel, in letters."""
FADES = ("1s", "2s", "4s", "4bars")

_GROWING = (
    FIXED
    | imgui.WindowFlags_.always_auto_resize
    # The key table lies over it, also after a click on a slider.
    | imgui.WindowFlags_.no_bring_to_front_on_focus
)


class Panel:
    """Draws readings into the current imgui frame."""

    def __init__(self, fonts: Fonts) -> None:
        self._bold = fonts.bold
        self._desk_height = 0.0

    def draw(self, readings: Readings, height: float) -> list[Action]:
        """Draw for a window of this height; what the sliders and buttons ask for."""
        em = imgui.get_style().font_size_base
        margin, gap = round(0.7 * em), round(0.4 * em)
        room = height - 2 * margin
        _begin("readings", margin, margin, room)
        self._readings(readings)
        imgui.end()
        beside = margin + round(WIDTH * em) + gap
        # Decided by the window alone: nothing may push a slider away from under a hand.
        is_tall = em * ROWS <= height
        if is_tall:
            _begin("desk", margin, height - margin - self._desk_height, room)
        else:
            _begin("desk", beside, margin, room)
        asked = _desk(readings.desk)
        self._desk_height = imgui.get_window_height()
        imgui.end()
        y = margin if is_tall else margin + self._desk_height + gap
        for name, words in (("learning", readings.prompt), ("training", readings.training)):
            if words:
                _begin(name, beside, y, room)
                marks.note(words, "", ACCENT, DIM)
                y += imgui.get_window_height() + gap
                imgui.end()
        if readings.notice is not None:
            _begin("notice", beside, y, room)
            marks.note(readings.notice.text, f"{readings.notice.age_s:.0f} s", BAD, DIM)
            y += imgui.get_window_height() + gap
            imgui.end()
        if readings.code:
            _begin("remote", beside, y, room)
            marks.title("phone")
            marks.code(readings.code)
            imgui.end()
        return asked

    def _readings(self, readings: Readings) -> None:
        self._style(readings)
        self._tempo(readings)
        _sound(readings.features, readings.input)
        self._pace(readings)
        if readings.delays is not None:
            _delays(readings.delays)

    def _style(self, readings: Readings) -> None:
        imgui.push_font(self._bold, round(NAME * marks.em()))
        marks.line(readings.style)
        imgui.pop_font()
        recording = "recording" if readings.recording else ""
        if readings.change:
            marks.line(readings.change, recording, ACCENT, BAD)
        else:
            following = readings.following and f"next: {readings.following}"
            marks.line(following, recording, DIM, BAD)
        marks.bar(readings.progress, 0.25)

    def _tempo(self, readings: Readings) -> None:
        em, beat = marks.em(), readings.beat
        left, top = imgui.get_cursor_screen_pos()
        end = left + imgui.get_content_region_avail().x
        bpm = "---" if beat.bpm is None else f"{beat.bpm:.1f}"
        marks.number(bpm, f"BPM, {beat.source}", self._bold, round(BPM * em))
        for place in range(beat.beats_in_bar):
            glow = beat_glow(beat) if place == beat.bar else 0.0
            marks.light(end - (3.66 - 1.1 * place) * em, top + 1.3 * em, glow)

    def _pace(self, readings: Readings) -> None:
        pace = readings.pace
        late = BAD if pace.is_late().any() else DIM
        flashes = readings.flashes and f"flashes {readings.flashes}, "
        marks.title("picture", f"{flashes}{pace.late} late", late)
        em, corner = marks.em(), imgui.get_item_rect_max()
        marks.light(corner.x - 0.36 * em, corner.y + 1.2 * em, float(readings.flashes == HELD))
        marks.number(
            f"{pace.fps:.0f}",
            f"fps, scale {readings.scale:.2f}",
            self._bold,
            round(FPS * marks.em()),
        )
        marks.frame_graph(pace, KEPT, 2.2)


def _begin(name: str, x: float, y: float, rest: float) -> None:
    width = round(WIDTH * imgui.get_style().font_size_base)
    imgui.set_next_window_pos((x, y))
    imgui.set_next_window_size_constraints((width, 0.0), (width, rest))
    imgui.begin(name, None, _GROWING)


def _sound(features: Features, source: Input) -> None:
    em = marks.em()
    marks.title("sound", f"{max(features.level_db, -99.0):.1f} dB", TEXT, inset=1.2)
    corner = imgui.get_item_rect_max()
    marks.light(corner.x + 0.84 * em, corner.y - 0.5 * em, features.pulse)
    marks.columns(features.bands, 2.2)
    marks.bar(meter_share(features.level_db), 0.3)
    dropped = f", {source.overflows} dropped" if source.overflows else ""
    marks.line(source.device, source.state + dropped, TEXT, BAD if source.lost else GOOD)


def _delays(delays: Delays) -> None:
    marks.title("sound to picture", "ms, p50 and p99")
    for delay, colour in (
        (delays.total, TEXT),
        *((stage, DIM) for stage in delays.work),
        (delays.wait, ACCENT),
    ):
        marks.line(delay.label, f"{delay.p99_ms:.1f}", colour)
        marks.right(f"{delay.p50_ms:.1f}", colour, inset=3.5)


def _desk(desk: Desk) -> list[Action]:
    asked = [
        action for fader in FADERS for action in marks.slider(fader, desk.value_of(fader.name))
    ]
    for label, command, choices, now in (
        ("mirror", "mirror", tuple(map(str, MIRRORS)), str(desk.mirror)),
        ("fade", "fade-time", FADES, desk.fade),
        ("switch", "switch-on", SWITCH_ON, desk.switch_on),
    ):
        marks.labelled(label)
        row = [(choice, choice == now, Action(command, (choice,))) for choice in choices]
        asked += marks.buttons(command, row)
    asked += marks.buttons("holding", [
        ("freeze", desk.frozen, _turned("freeze", on=desk.frozen)),
        ("black", desk.blackout, _turned("blackout", on=desk.blackout)),
        ("lock", desk.locked, _turned("lock", on=desk.locked)),
        ("tap", False, Action("tap")),
    ])  # fmt: skip
    asked += marks.buttons("playing", [
        ("playlist", desk.playlist, Action("playlist")),
        ("shuffle", desk.shuffle, _turned("shuffle", on=desk.shuffle)),
        ("hands off", False, Action("hands-off")),
    ])  # fmt: skip
    return asked


def _turned(switch: str, *, on: bool) -> Action:
    return Action(switch, ("0" if on else "1",))
