"""Which encoders a film can be made with, and how each is set up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import av
from av.codec import Codec
from av.codec.codec import UnknownCodecError
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from visualizer.errors import UsageError

X264 = "libx264"
_FORMATS = ("yuv420p", "nv12")
# The same bytes, U and V apart or in turns; some hardware takes the latter alone.
_PRESET = "veryfast"
# 1080p of smooth moving gradients, crf 18, two slow cores: veryfast 10 fps, 29 MB/min, 51.7 dB;
# medium 3 fps, 29 MB/min, 51.7 dB; ultrafast 22 fps, 58 MB/min. Slower presets buy nothing here.
_THREADS = 8
# x264's output depends on the number of its threads, so the number never changes.
_FRAME_THREADS = 3
# The same for x265, which would choose it by the machine's cores.
_KEYFRAME_EVERY_S = 2
_BITS_PER_PIXEL = 0.2
# At crf 18, for encoders that know bit rates alone; six steps halve it, as they do for H.264.


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a film is encoded.

    encoder: a name that FFmpeg knows. crf: 0 to 51, smaller is better: x264's and x265's own
    scale, and what comes closest to it where another encoder has a scale of its own.
    """

    encoder: str = X264
    crf: int = 18


def check_encoder(name: str, kinds: Sequence[str], width: int, height: int) -> None:
    """Refuse an encoder that is not there or does not work here. Raises UsageError.

    kinds: of pictures that the film's file may hold.
    """
    if _opens(name, kinds, width, height):
        return
    known = _known(kinds)
    usable = ", ".join(other for other in known if _opens(other, kinds, width, height))
    fault = f"the encoder {name} cannot be used on this machine"
    if name not in known:
        fault = f"there is no encoder {name} for films"
    raise UsageError(f"{fault}, expected one of: {usable}")


def set_up(
    codec: VideoCodecContext, encoding: Encoding, width: int, height: int, fps: Fraction
) -> None:
    """Make an encoder that is not open yet one for a film of this size and rate."""
    codec.width, codec.height = width, height
    codec.pix_fmt = _pixel_format(codec.codec)
    codec.time_base = 1 / fps
    codec.framerate = fps
    codec.gop_size = round(_KEYFRAME_EVERY_S * fps)
    codec.color_primaries = ColorPrimaries.BT709
    codec.color_trc = ColorTrc.BT709
    codec.colorspace = Colorspace.ITU709
    codec.color_range = ColorRange.MPEG
    if codec.codec.canonical_name == "hevc":
        # Apple's players know no other name for it.
        codec.codec_tag = "hvc1"
    codec.options = _options(encoding)
    if not codec.options:
        per_pixel = _BITS_PER_PIXEL * 2.0 ** ((18 - encoding.crf) / 6.0)
        codec.bit_rate = round(per_pixel * width * height * fps)


def _options(encoding: Encoding) -> dict[str, str]:
    """The encoder's own words for a constant quality; none where it has no such words."""
    crf = str(encoding.crf)
    # 2x2 averages lie between the pixels, not on the left one as players assume.
    centred = {"chroma_sample_location": "center"}
    match encoding.encoder.rsplit("_", 1)[-1]:
        case "libx264":
            # x264 reads memory that nobody wrote: with AVX-512, macroblock trees made one film in
            # ten of small pictures differ by some bytes from the same one made before.
            x264 = {"x264-params": "chromaloc=1", "mbtree": "0"}
            return {"crf": crf, "preset": _PRESET, "threads": str(_THREADS)} | x264
        case "libx265":
            x265 = f"chromaloc=1:frame-threads={_FRAME_THREADS}:log-level=error"
            return {"crf": crf, "preset": _PRESET, "x265-params": x265}
        case "libvpx-vp9":
            # Its crf goes to 63. The number of threads never changes, as for x264.
            vp9 = {"deadline": "good", "cpu-used": "5", "row-mt": "1", "threads": str(_THREADS)}
            return {"crf": str(round(encoding.crf * 63 / 51)), "b": "0"} | vp9
        case "libsvtav1":
            return {"crf": str(round(encoding.crf * 63 / 51)), "preset": "9"}
        case "nvenc":
            return {"rc": "vbr", "cq": crf, "b": "0"} | centred
        case "qsv":
            return {"global_quality": crf} | centred
        case "amf":
            return {"rc": "cqp", "qp_i": crf, "qp_p": crf, "qp_b": crf} | centred
        case _:
            return {}


def _known(kinds: Sequence[str]) -> list[str]:
    """Encoders of these kinds in this FFmpeg that take a film's pictures, x264 first."""
    names = sorted(av.codecs_available, key=lambda name: (name != X264, name))
    return [name for name in names if _find(name, kinds) is not None]


def _find(name: str, kinds: Sequence[str]) -> Codec | None:
    try:
        codec = Codec(name, "w")
    except UnknownCodecError:
        return None
    # Names such as "hevc" are short for one of the others, and would miss its options.
    suits = codec.name == name and codec.canonical_name in kinds and _takes_planes(codec)
    return codec if suits else None


def _takes_planes(codec: Codec) -> bool:
    # One that names no format asks its driver when it is opened.
    return not codec.video_formats or _pixel_format(codec) in _names_of(codec)


def _pixel_format(codec: Codec) -> str:
    offered = _names_of(codec)
    return next((name for name in _FORMATS if name in offered), _FORMATS[0])


def _names_of(codec: Codec) -> set[str]:
    return {form.name for form in codec.video_formats or ()}


def _opens(name: str, kinds: Sequence[str], width: int, height: int) -> bool:
    codec = _find(name, kinds)
    if codec is None:
        return False
    context = codec.create("video")
    set_up(context, Encoding(name), width, height, Fraction(30))
    try:
        context.open()
    except (av.FFmpegError, OSError):
        # The only way to know: a driver or a card is missing, or the size is beyond it.
        return False
    return True
