"""Decodes a file with PyAV: frames, and where in the file they lie."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from visualizer.audio.ogg_links import FilePart, ogg_links
from visualizer.audio.timeline import Timeline
from visualizer.errors import SoundError

FORMATS = ("wav", "flac", "mp3", "m4a", "ogg", "opus")
"""What is promised and tested."""
EXPECTED = f"expected a {', '.join(FORMATS[:-1])} or {FORMATS[-1]} file: give another file"

_DEMUXERS = (
    "aa,aac,ac3,adx,aiff,amr,ape,apm,asf,ast,au,avi,avr,caf,dsf,dts,dtshd,dv,eac3,flac,flv,gxf,iff,"
    "ircam,loas,matroska,mlp,mov,mp3,mpc,mpc8,mpeg,mpegts,mtaf,mxf,nistsphere,nsv,nut,ogg,oma,osq,"
    "pvf,qcp,qoa,rm,rso,shn,sln,sox,tak,truehd,tta,voc,vqf,w64,wav,wsaud,wv,xwma"
)
# What may be opened at all, by its content: everything that holds its sound itself. A playlist
# named song.mp3 must not fetch other files or addresses.
_PROBE_BYTES = "200000"
# FFmpeg's default, 5 MB, looks for DTS in a wav for up to 0.5 s each time it is opened.

_TS_DISCONT = 0x0200
# FFmpeg's AVFMT_TS_DISCONT: stamps of such a format begin anywhere, and may begin anew.
_SHORTFALL_S = 0.5
# Some headers only estimate; less than this is not worth a word.

Complain = Callable[[float, str], None]
"""Told at which second something is left out, and why."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A frame of sound. begins_s: in the file, where there is a pause before it; None goes on."""

    frame: av.AudioFrame
    begins_s: float | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """One stream of sound: a file's, or a part's of a chained ogg (None: all of the file)."""

    path: Path
    part: range | None = None

    @contextmanager
    def opened(self) -> Iterator[tuple[av.container.InputContainer, av.AudioStream]]:
        """The container and its first audio stream. Raises SoundError.

        Cover art is a video stream and never looked at.
        """
        with ExitStack() as closing:
            # Absolute, for FFmpeg takes "12:30.mp3" for an address.
            whole = str(self.path.absolute())
            try:
                file = None if self.part is None else FilePart(self.path, self.part)
                if file is not None:
                    closing.callback(file.close)
                container = av.open(
                    file or whole,
                    "r",
                    options={"format_whitelist": _DEMUXERS, "probesize": _PROBE_BYTES},
                    metadata_errors="replace",
                )
            except (av.FFmpegError, OSError) as error:
                raise SoundError(
                    f"{self.path} is not sound that can be decoded; {EXPECTED}"
                ) from error
            closing.enter_context(container)
            if not container.streams.audio:
                raise SoundError(f"{self.path} has no audio in it; {EXPECTED}")
            yield container, container.streams.audio[0]

    def decode(self, begins_s: float, complain: Complain) -> Generator[Decoded, None, float]:
        """Frames as the decoder gives them, without the encoder's delay and padding.

        begins_s: where this link begins in its file. What cannot be decoded is told, and left
        out. Returns where the link ends.
        """
        with self.opened() as (container, stream):
            timeline = Timeline(counts_anew=bool(container.format.flags & _TS_DISCONT))
            held: Decoded | None = None
            end_s: Fraction | None = None
            for packet in _packets(container, stream, complain):
                timeline.see_packet(_stamp_s(packet))
                if packet.pts is not None and packet.duration is not None:
                    end_s = (packet.pts + packet.duration) * packet.time_base
                try:
                    frames = packet.decode()
                except av.FFmpegError as error:
                    at_s = begins_s + timeline.position_s
                    complain(at_s, f"is damaged near {at_s:.1f} s: {error.strerror}")
                    continue
                for frame in frames:
                    if held is not None:
                        yield held
                    paused_s = timeline.place(_stamp_s(frame), frame.samples / frame.sample_rate)
                    held = Decoded(frame, None if paused_s is None else begins_s + paused_s)
            if held is not None:
                is_mp4 = container.format.name.startswith("mov")
                frame = _without_padding(held.frame, end_s) if is_mp4 else held.frame
                yield Decoded(frame, held.begins_s)
            promised_s, came_s = header_duration_s(container, stream) or 0.0, timeline.position_s
            if promised_s - came_s > max(_SHORTFALL_S, 0.02 * promised_s):
                complain(came_s, f"ends at {came_s:.1f} s instead of {promised_s:.1f} s")
        return begins_s + timeline.position_s


def links_of(path: Path) -> tuple[Link, ...]:
    """What has to be read one after the other. Raises SoundError."""
    try:
        parts = ogg_links(path)
    except OSError as error:
        raise SoundError(f"{path} cannot be read: {error.strerror or error}") from error
    return tuple(Link(path, part) for part in parts) if len(parts) > 1 else (Link(path),)


def decode(links: tuple[Link, ...], complain: Complain) -> Iterator[Decoded]:
    """All links one after the other; a later one that cannot be decoded is told, and left out.

    Raises SoundError for the first.
    """
    end_s = 0.0
    for link in links:
        try:
            end_s = yield from link.decode(end_s, complain)
        except SoundError:
            if link is links[0]:
                raise
            complain(end_s, f"cannot be decoded from {end_s:.1f} s on")


def header_duration_s(
    container: av.container.InputContainer, stream: av.AudioStream
) -> float | None:
    """What the header promises; None where it does not know."""
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return None if container.duration is None else container.duration / av.time_base


def _packets(
    container: av.container.InputContainer, stream: av.AudioStream, complain: Complain
) -> Iterator[av.Packet[av.AudioStream]]:
    try:
        yield from container.demux(stream)
    except av.FFmpegError as error:
        complain(1.0, f"cannot be read to its end: {error.strerror}")


def _stamp_s(of: av.Packet[av.AudioStream] | av.AudioFrame) -> float | None:
    return None if of.pts is None or of.time_base is None else float(of.pts * of.time_base)


def _without_padding(frame: av.AudioFrame, end_s: Fraction | None) -> av.AudioFrame:
    """The last frame without what the encoder appended to fill it up.

    FFmpeg's decoders cut that themselves except for MP4, whose packets say where they end.
    """
    if end_s is None or frame.pts is None or frame.time_base is None:
        return frame
    keep = int((end_s - frame.pts * frame.time_base) * frame.sample_rate)
    if not 0 < keep < frame.samples:
        return frame
    width = 1 if frame.format.is_planar else frame.layout.nb_channels
    cut = av.AudioFrame.from_ndarray(
        frame.to_ndarray()[:, : keep * width].copy(),
        format=frame.format.name,
        layout=frame.layout.name,
    )
    cut.sample_rate = frame.sample_rate
    return cut
