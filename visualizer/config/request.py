"""What a person asked for, as values: the command line makes them, the entry points read them."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from visualizer.duration import Span
from visualizer.monitor_choice import MonitorChoice

AUTO = "auto"
SCALES = (0.1, 1.0)
"""Of the network pass, where it is not AUTO."""
REMOTE_HOST, REMOTE_PORT = "127.0.0.1", 8765
"""Where the page for phones is served: for this machine alone, unless asked for more."""
OSC_HOST, OSC_PORT = "127.0.0.1", 9000
"""Where a show hears OSC: this machine alone, unless asked for more."""
LIMIT, ALLOW = FLASHES = ("limit", "allow")
"""What may be done about flashes; the first is the default."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is drawn, and how sound moves it.

    style: NAME, PATH or seed:N; None is the library's default. styles: the library's folder.
    resolution: (width, height); None is the entry point's own. scale: of the network pass;
    AUTO follows what the GPU can do, None is AUTO for a show and 1 for a film.
    audio_scale: None plays each style at its own. actions: a file of timed actions.
    onset: the detector's name, None is the default. channels: 0-based; None mixes all.
    fade, playlist, shuffle, switch_on: as in ``Session``; None is the show's own.
    flashes: one of FLASHES; None is the first.
    tune: measure how the GPU draws fastest, where that is not known yet.
    """

    style: str | None = None
    styles: Path | None = None
    resolution: tuple[int, int] | None = None
    fps: Fraction | None = None
    audio_scale: float | None = None
    scale: float | str | None = None
    actions: Path | None = None
    onset: str | None = None
    channels: tuple[int, ...] | None = None
    fade: Span | None = None
    playlist: Span | None = None
    shuffle: bool = False
    switch_on: str | None = None
    flashes: str | None = None
    tune: bool = True


@dataclass(frozen=True, slots=True)
class FilmRequest:
    """A song to a film: its part from ``start_s``, ``duration_s`` long (None: to the end).

    encoder, crf: as in ``visualizer.output.film.encoder.Encoding``; None: what its file usually
    holds. report: a JSON file to write.
    """

    song: Path
    out: Path
    look: Look = field(default_factory=Look)
    start_s: float = 0.0
    duration_s: float | None = None
    encoder: str | None = None
    crf: int = 18
    report: Path | None = None


@dataclass(frozen=True, slots=True)
class LiveRequest:
    """A show in a window, from an input (``song`` None) or following a song.

    device: an input's name or index. borderless, on_top: of the window. monitor: where it
    opens, spanning several. clone: monitors that are filled with the same picture.
    for_s: end by itself after so long.
    status: a file that gets one JSON object a second. fresh: forget the last night.
    remote: (host, port) where the page for phones is served.
    delay_ms: how much later than here the sound is heard by those who watch.
    link: join Ableton Link; link_leads: and set its tempo by taps.
    osc, osc_out: (host, port) where OSC is heard, and where it is sent; None is neither.
    midi: the controllers that play: ``all``, ``off``, or a part of their names.
    record: from the beginning; record_to: into this folder, None is the user's videos;
    record_hashes: with every scene and every picture's hash.
    """

    look: Look = field(default_factory=Look)
    song: Path | None = None
    device: str | None = None
    fullscreen: bool = False
    borderless: bool = False
    on_top: bool = False
    monitor: MonitorChoice | None = None
    clone: MonitorChoice | None = None
    for_s: float | None = None
    status: Path | None = None
    fresh: bool = False
    delay_ms: float = 0.0
    osc: tuple[str, int] | None = (OSC_HOST, OSC_PORT)
    osc_out: tuple[str, int] | None = None
    remote: tuple[str, int] | None = None
    link: bool = False
    link_leads: bool = False
    midi: str = "all"
    record: bool = False
    record_to: Path | None = None
    record_hashes: bool = False


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """A night again: as a film, or in a window where ``out`` is None.

    resolution: (width, height); None is the night's own. fps, scale: as in ``Look``. recorded: by
    the night's own ticks. start_s, end_s: the part that is wanted, in the night's seconds; None
    is its end. encoder, crf, report: as for a film.
    """

    night: Path
    out: Path | None = None
    resolution: tuple[int, int] | None = None
    fps: Fraction | None = None
    scale: float | None = None
    recorded: bool = False
    start_s: float = 0.0
    end_s: float | None = None
    encoder: str | None = None
    crf: int = 18
    report: Path | None = None
    fullscreen: bool = False
