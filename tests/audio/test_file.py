from __future__ import annotations

import logging
import os
import wave
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from visualizer.audio.file import AudioFile
from visualizer.audio.file_source import FileSource
from visualizer.errors import SoundError
from visualizer.types import HOP, RATE_HZ

Samples = NDArray[np.float32]

ENCODERS = {
    "mkv": "flac",
    "ts": "aac",
    "caf": "pcm_s16le",
    "au": "pcm_s16be",
    "ac3": "ac3",
    "w64": "pcm_s16le",
    "aiff": "pcm_s16be",
    "webm": "libopus",
    "wav": "pcm_s16le",
    "flac": "flac",
    "mp3": "libmp3lame",
    "m4a": "aac",
    "ogg": "libopus",
    "opus": "libopus",
}
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def encode(
    path: Path,
    samples: Samples,
    rate_hz: int,
    *,
    cover: bool = False,
    codec: str | None = None,
    moved_s: Callable[[float], float] = lambda _: 0.0,
) -> Path:
    """Write samples (N, C) with ``codec``, or the one that the suffix names.

    moved_s: what is added to a packet's time stamp, by that stamp.
    """
    layout = LAYOUTS[samples.shape[1]]

    def put(packets: Iterable[av.Packet[Any]]) -> None:
        for packet in packets:
            assert packet.pts is not None
            assert packet.dts is not None
            moved = round(moved_s(float(packet.pts * packet.time_base)) / packet.time_base)
            packet.pts, packet.dts = packet.pts + moved, packet.dts + moved
            container.mux(packet)

    with av.open(str(path), "w") as container:
        codec = codec or ENCODERS[path.suffix[1:]]
        options = {"strict": "experimental"} if codec == "vorbis" else {}
        stream = container.add_stream(codec, rate=rate_hz, layout=layout, options=options)
        assert isinstance(stream, av.AudioStream)
        if cover:
            picture = container.add_stream("png", rate=1)
            assert isinstance(picture, av.VideoStream)
            picture.width = picture.height = 64
            picture.pix_fmt = "rgb24"
            picture.disposition = av.stream.Disposition.attached_pic
        container.start_encoding()
        if cover:
            image = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
            container.mux(picture.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        resampler = av.AudioResampler(
            format=stream.codec_context.format.name,
            layout=layout,
            rate=rate_hz,
            frame_size=stream.codec_context.frame_size or 1024,
        )
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout=layout)
        frame.sample_rate = rate_hz
        frame.pts = 0
        frame.time_base = Fraction(1, rate_hz)
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            put(stream.encode(part))
        put(stream.encode(None))
    return path


def write_wav(path: Path, samples: NDArray[np.int16], rate_hz: int = RATE_HZ) -> Path:
    """Samples (N, C) as they are, by the standard library: any number of channels."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def rising_tone(count: int, channels: int, rate_hz: int) -> Samples:
    """A sweep from 100 Hz upwards: like itself at no other lag; each channel its own level."""
    t = np.arange(count) / rate_hz
    sweep = 0.5 * np.sin(2 * np.pi * (100 + 300 * t) * t)
    return (sweep[:, None] * np.linspace(1.0, 0.5, channels)).astype(np.float32)


def read_all(audio: AudioFile) -> Samples:
    return np.concatenate(list(audio.blocks()))


@pytest.mark.parametrize(
    ("suffix", "channels", "rate_hz"),
    [
        (suffix, channels, rate_hz)
        for suffix, most, rates in (
            ("wav", 6, (8_000, 22_050, 44_100, 48_000, 96_000)),
            ("flac", 6, (8_000, 22_050, 44_100, 48_000, 96_000)),
            ("m4a", 6, (8_000, 22_050, 44_100, 48_000, 96_000)),
            # At 8 kHz LAME has no room to note how much it appended.
            ("mp3", 2, (22_050, 44_100, 48_000)),
            ("ogg", 6, (8_000, 48_000)),
            ("opus", 6, (8_000, 48_000)),
        )
        for channels in LAYOUTS
        if channels <= most
        for rate_hz in rates
    ],
)
def test_every_format_keeps_its_length_to_the_sample(
    tmp_path: Path, suffix: str, channels: int, rate_hz: int
) -> None:
    count = rate_hz + 137
    path = encode(tmp_path / f"x.{suffix}", rising_tone(count, channels, rate_hz), rate_hz)
    expected = -(-count * RATE_HZ // rate_hz)
    with AudioFile(path) as audio:
        assert audio.probe.channels == channels
        assert audio.frames == expected
        assert audio.duration_s == expected / RATE_HZ
        sound = read_all(audio)
    assert sound.shape == (expected, channels)
    assert sound.dtype == np.float32


@pytest.mark.parametrize("suffix", ["mp3", "m4a", "opus", "ogg", "flac", "wav"])
def test_sound_is_where_it_was_and_in_its_channel(tmp_path: Path, suffix: str) -> None:
    original = rising_tone(RATE_HZ, 2, RATE_HZ)
    with AudioFile(encode(tmp_path / f"x.{suffix}", original, RATE_HZ)) as audio:
        sound = read_all(audio)
    body = slice(4_000, 40_000)
    spectra = np.fft.rfft(sound[body, 0]) * np.conj(np.fft.rfft(original[body, 0]))
    assert int(np.argmax(np.fft.irfft(spectra))) == 0  # the lag where they are most alike
    assert np.corrcoef(sound[body, 0], original[body, 0])[0, 1] > 0.99
    levels = np.sqrt((sound[body] ** 2).mean(axis=0))
    assert levels[1] / levels[0] == pytest.approx(0.5, abs=0.02)


def test_a_wav_is_read_bit_by_bit(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(-32_768, 32_768, (5_000, 2)).astype(np.int16)
    with AudioFile(write_wav(tmp_path / "x.wav", noise)) as audio:
        np.testing.assert_array_equal(read_all(audio), noise / np.float32(32_768))


def test_flac_and_wav_are_the_same(tmp_path: Path) -> None:
    noise = np.random.default_rng(2).integers(-32_768, 32_768, (9_999, 2)).astype(np.int16)
    exact = (noise / 32_768).astype(np.float32)
    with (
        AudioFile(write_wav(tmp_path / "x.wav", noise)) as wav,
        AudioFile(encode(tmp_path / "x.flac", exact, RATE_HZ)) as flac,
    ):
        np.testing.assert_array_equal(read_all(wav), read_all(flac))


@settings(max_examples=40, deadline=None)
@given(rate_hz=st.integers(4_000, 192_000), count=st.integers(1, 5_000), channels=st.integers(1, 9))
def test_any_rate_gives_its_length_at_48_khz(
    tmp_path_factory: pytest.TempPathFactory, rate_hz: int, count: int, channels: int
) -> None:
    samples = np.full((count, channels), 1_000, np.int16)
    path = write_wav(tmp_path_factory.mktemp("rates") / "x.wav", samples, rate_hz)
    with AudioFile(path) as audio:
        assert read_all(audio).shape == (-(-count * RATE_HZ // rate_hz), channels)
        assert audio.frames == -(-count * RATE_HZ // rate_hz)


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100, 96_000])
def test_resampling_moves_nothing(tmp_path: Path, rate_hz: int) -> None:
    click = np.zeros((rate_hz, 1), np.int16)
    click[rate_hz // 2] = 32_000
    with AudioFile(write_wav(tmp_path / "x.wav", click, rate_hz)) as audio:
        assert int(np.argmax(read_all(audio))) == RATE_HZ // 2


def test_surround_is_mixed_to_stereo_without_overshoot(tmp_path: Path) -> None:
    loud = np.full((RATE_HZ, 6), 0.9, np.float32)
    quiet_right = loud * np.array([1, 0, 0, 0, 0, 0], np.float32)
    for samples in (loud, quiet_right):
        with AudioFile(encode(tmp_path / "x.wav", samples, RATE_HZ)) as audio:
            mixed = np.concatenate(list(audio.stereo_blocks()))
        assert mixed.shape == (RATE_HZ, 2)
        assert np.abs(mixed).max() <= 1.0
    assert mixed[:, 0].min() > 0.2
    assert np.abs(mixed[:, 1]).max() < 1e-4


@pytest.mark.parametrize("channels", [3, 8, 12, 32])
def test_many_channels_make_a_stereo_film(tmp_path: Path, channels: int) -> None:
    samples = np.full((1_000, channels), 8_192, np.int16)
    with AudioFile(write_wav(tmp_path / "x.wav", samples)) as audio:
        assert audio.stereo_channels == 2
        mixed = np.concatenate(list(audio.stereo_blocks()))
    assert mixed.shape == (1_000, 2)
    assert 0.1 < mixed.min() <= mixed.max() <= 1.0


def test_mono_stays_mono_in_a_film(tmp_path: Path) -> None:
    with AudioFile(write_wav(tmp_path / "x.wav", np.zeros((500, 1), np.int16))) as audio:
        assert audio.stereo_channels == 1
        assert np.concatenate(list(audio.stereo_blocks())).shape == (500, 1)


@settings(max_examples=25, deadline=None)
@given(first=st.integers(0, 6_000), count=st.integers(0, 6_000))
def test_cuts_are_exact_to_the_sample(
    tmp_path_factory: pytest.TempPathFactory, first: int, count: int
) -> None:
    ramp = np.arange(5_000, dtype=np.int16).reshape(-1, 1)
    path = write_wav(tmp_path_factory.mktemp("cut") / "x.wav", ramp)
    with AudioFile(path) as audio:
        blocks = list(audio.stereo_blocks(first / RATE_HZ, count / RATE_HZ))
    got = np.concatenate([np.zeros((0, 1)), *blocks])[:, 0] * 32_768
    np.testing.assert_array_equal(got, ramp[first : first + count, 0])


def test_hops_are_due_when_they_end_for_any_chunking(tmp_path: Path) -> None:
    ramp = np.arange(HOP * 20 + 7, dtype=np.int16).reshape(-1, 1)
    with AudioFile(write_wav(tmp_path / "x.wav", ramp)) as audio:
        every = np.stack(list(FileSource(audio).all_hops()))
        assert every.shape == (21, HOP, 1)
        padded = np.concatenate([ramp, np.zeros((HOP - 7, 1))]) / 32_768
        np.testing.assert_array_equal(every.reshape(-1, 1), padded)
        for fps in (Fraction(24), Fraction(30_000, 1_001), Fraction(60), Fraction(144)):
            with FileSource(audio) as source:
                handed: list[Samples] = []
                for frame in range(int(21 * HOP / RATE_HZ * fps) + 2):
                    handed += source.hops_until(float(frame / fps))
                    assert len(handed) == frame / fps * RATE_HZ // HOP
            np.testing.assert_array_equal(np.stack(handed[:21]), every)


def test_silence_follows_the_end(tmp_path: Path) -> None:
    samples = np.full((HOP, 2), 9_999, np.int16)
    with AudioFile(write_wav(tmp_path / "x.wav", samples)) as audio, FileSource(audio) as source:
        hops = source.hops_until(1.0)
        assert len(hops) == 187
        assert hops[0].all()
        assert all(hop.shape == (HOP, 2) and not hop.any() for hop in hops[1:])
        assert source.hops_until(1.0) == []
        assert len(source.hops_until(2.0)) == 188


def test_entering_again_starts_again(tmp_path: Path) -> None:
    samples = np.full((HOP, 1), 9_999, np.int16)
    with AudioFile(write_wav(tmp_path / "x.wav", samples)) as audio:
        source = FileSource(audio)
        for _ in range(2):
            with source:
                assert source.hops_until(HOP / RATE_HZ)[0].all()


@pytest.mark.parametrize("suffix", ["mp3", "m4a", "flac"])
def test_cover_art_is_not_looked_at(tmp_path: Path, suffix: str) -> None:
    tone = rising_tone(10_000, 2, RATE_HZ)
    with AudioFile(encode(tmp_path / f"x.{suffix}", tone, RATE_HZ, cover=suffix == "mp3")) as audio:
        assert audio.frames == 10_000


def test_a_name_with_a_colon_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_wav(tmp_path / "http:12 song.wav", np.zeros((500, 1), np.int16))
    with AudioFile(Path("http:12 song.wav")) as audio:
        assert audio.frames == 500


def test_a_file_that_changes_its_channels_and_rate_midway_plays_on(tmp_path: Path) -> None:
    one = encode(tmp_path / "1.mp3", rising_tone(44_100, 2, 44_100), 44_100)
    two = encode(tmp_path / "2.mp3", rising_tone(24_000, 1, 24_000), 24_000)
    both = tmp_path / "both.mp3"
    both.write_bytes(one.read_bytes() + two.read_bytes())
    with AudioFile(both) as audio:
        sound = read_all(audio)
        assert sound.shape == (audio.frames, 2)
    assert audio.duration_s == pytest.approx(2.0, abs=0.2)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.mp3", b""),
        ("text.mp3", b"this is no music, only words\n" * 300),
        ("playlist.mp3", b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n"),
        ("list.mp3", b"ffconcat version 1.0\nfile '/etc/hostname'\n"),
        ("noise.mp3", np.random.default_rng(0).bytes(30_000)),
        ("zeros.flac", bytes(30_000)),
        ("riff.wav", b"RIFF\xff\xff\xff\xffWAVEfmt "),
    ],
)
def test_what_is_no_sound_is_refused_in_one_sentence(
    tmp_path: Path, name: str, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SoundError) as refusal, AudioFile(path):
        pass
    message = str(refusal.value)
    assert str(path) in message
    assert "expected a wav, flac, mp3, m4a, ogg or opus file" in message
    assert "\n" not in message
    assert not caplog.records


def test_a_wav_without_samples_is_refused(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "x.wav", np.zeros((0, 2), np.int16))
    with pytest.raises(SoundError, match=r"x\.wav"), AudioFile(path):
        pass


def test_a_film_without_sound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "silent.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width = stream.height = 32
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(SoundError, match="has no audio in it"), AudioFile(path):
        pass


def test_what_is_not_a_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    for path, reason in (
        (tmp_path, "is a folder"),
        (tmp_path / "none.wav", "does not exist"),
        (pipe, "is not a file"),
    ):
        with pytest.raises(SoundError, match=reason), AudioFile(path):
            pass

    def closed(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write_wav(tmp_path / "x.wav", np.zeros((10, 1), np.int16))
    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(SoundError, match="cannot be read, Permission denied"), AudioFile(path):
        pass


@pytest.mark.parametrize("suffix", ["mp3", "flac", "wav", "opus"])
def test_a_truncated_file_plays_as_far_as_it_goes(
    tmp_path: Path, suffix: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = encode(tmp_path / f"x.{suffix}", rising_tone(RATE_HZ * 4, 2, RATE_HZ), RATE_HZ)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with AudioFile(path) as audio, caplog.at_level(logging.WARNING):
        assert len(read_all(audio)) == audio.frames
        assert audio.duration_s == pytest.approx(2.0, abs=0.3)
    if suffix in {"mp3", "flac"}:  # the others' headers promise nothing
        assert [str(path) in record.getMessage() for record in caplog.records] == [True]


def test_a_hole_in_the_middle_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = encode(tmp_path / "x.mp3", rising_tone(RATE_HZ * 4, 2, RATE_HZ), RATE_HZ)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3_000] = np.random.default_rng(3).bytes(3_000)
    path.write_bytes(data)
    with AudioFile(path) as audio:
        sound = read_all(audio)
    assert len(sound) == audio.frames > 3 * RATE_HZ
    assert np.isfinite(sound).all()
    assert len(caplog.records) <= 1


def test_a_truncated_m4a_has_no_index_and_is_refused(tmp_path: Path) -> None:
    path = encode(tmp_path / "x.m4a", rising_tone(RATE_HZ, 2, RATE_HZ), RATE_HZ)
    path.write_bytes(path.read_bytes()[:5_000])
    with pytest.raises(SoundError, match="not sound that can be decoded"), AudioFile(path):
        pass


def loudest_hz(sound: Samples) -> float:
    """Of one channel."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(spectrum.argmax() * RATE_HZ / len(sound))


def tone(hz: float, seconds: float, rate_hz: int, channels: int = 2) -> Samples:
    wave_form = 0.4 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)
    return np.repeat(wave_form[:, None], channels, axis=1).astype(np.float32)


CHAIN = [("vorbis", 44_100, 400.0), ("vorbis", 48_000, 800.0), ("vorbis", 22_050, 1200.0)]
MIXED = [("libopus", 48_000, 400.0), ("flac", 44_100, 800.0), ("vorbis", 32_000, 1200.0)]


def chained(folder: Path, links: list[tuple[str, int, float]]) -> Path:
    path = folder / "chain.ogg"
    parts = [
        encode(folder / f"{n}.ogg", tone(hz, 3.0, rate_hz), rate_hz, codec=codec)
        for n, (codec, rate_hz, hz) in enumerate(links)
    ]
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


@pytest.mark.parametrize("links", [CHAIN, MIXED], ids=["rates", "codecs"])
def test_a_chained_ogg_is_heard_link_by_link(
    tmp_path: Path, links: list[tuple[str, int, float]], caplog: pytest.LogCaptureFixture
) -> None:
    with AudioFile(chained(tmp_path, links)) as audio:
        sound = read_all(audio)
        assert audio.frames == len(sound)
        assert audio.duration_s == pytest.approx(9.0, abs=0.02)
        assert audio.probe.header_duration_s == pytest.approx(9.0, abs=0.05)
    for second, hz in zip((1, 4, 7), (400.0, 800.0, 1200.0), strict=True):
        part = sound[second * RATE_HZ : (second + 1) * RATE_HZ, 0]
        assert loudest_hz(part) == pytest.approx(hz, abs=2.0)
    assert caplog.messages == []


def test_a_link_that_cannot_be_decoded_is_said_and_the_others_are_heard(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = chained(tmp_path, CHAIN)
    data = path.read_bytes()
    second = data.index(b"\x01vorbis", data.index(b"\x01vorbis") + 1)
    path.write_bytes(data[:second] + b"\x01unknow" + data[second + 7 :])
    with AudioFile(path) as audio:
        assert audio.duration_s == pytest.approx(6.0, abs=0.02)
        assert loudest_hz(read_all(audio)[4 * RATE_HZ : 5 * RATE_HZ, 0]) == pytest.approx(1200.0)
    assert [message.split("chain.ogg ")[1] for message in caplog.messages] == [
        "cannot be decoded from 3.0 s on; what can be decoded is played"
    ]


@pytest.mark.parametrize("suffix", ["mkv", "webm"])
def test_a_pause_of_the_recorder_is_silence_and_what_follows_is_in_time(
    tmp_path: Path, suffix: str
) -> None:
    path = encode(
        tmp_path / f"x.{suffix}", tone(500.0, 4.0, RATE_HZ), RATE_HZ,
        moved_s=lambda stamp_s: 2.0 if stamp_s >= 2.0 else 0.0,
    )  # fmt: skip
    with AudioFile(path) as audio:
        sound = np.abs(read_all(audio)[:, 0])
        assert audio.frames == len(sound)
        assert audio.duration_s == pytest.approx(6.0, abs=0.01)
        # As a film hears a part of it that begins in the pause.
        part = np.abs(np.concatenate(list(audio.stereo_blocks(3.0, 2.0)))[:, 0])
    loud_s = np.flatnonzero(sound > 0.2) / RATE_HZ
    assert loud_s[loud_s < 3.0][-1] == pytest.approx(2.0, abs=0.05)
    assert loud_s[loud_s > 3.0][0] == pytest.approx(4.0, abs=0.05)
    np.testing.assert_array_equal(part, sound[3 * RATE_HZ : 5 * RATE_HZ])


def test_sound_that_begins_late_in_its_container_begins_late(tmp_path: Path) -> None:
    path = encode(tmp_path / "x.mkv", tone(500.0, 1.0, 44_100), 44_100, moved_s=lambda _: 1.5)
    with AudioFile(path) as audio:
        sound = read_all(audio)[:, 0]
    assert np.flatnonzero(sound)[0] == pytest.approx(1.5 * RATE_HZ, abs=50)
    assert len(sound) == pytest.approx(2.5 * RATE_HZ, abs=50)


def test_a_recorded_broadcast_begins_with_its_first_sound(tmp_path: Path) -> None:
    path = encode(tmp_path / "x.ts", tone(500.0, 2.0, RATE_HZ), RATE_HZ, moved_s=lambda _: 4000.0)
    with AudioFile(path) as audio:
        assert audio.duration_s == pytest.approx(2.0, abs=0.05)


@pytest.mark.parametrize("suffix", ["caf", "au", "ac3", "w64", "aiff", "webm", "mkv", "ts"])
@pytest.mark.parametrize("name", ["song.{}", "song", "song.wav"])
def test_the_content_says_what_a_file_is(tmp_path: Path, suffix: str, name: str) -> None:
    made = encode(tmp_path / f"made.{suffix}", tone(500.0, 1.0, RATE_HZ), RATE_HZ)
    path = made.rename(tmp_path / name.format(suffix))
    with AudioFile(path) as audio:
        sound = read_all(audio)
    assert len(sound) == pytest.approx(RATE_HZ, abs=2000)
    assert loudest_hz(sound[: RATE_HZ // 2, 0]) == pytest.approx(500.0, abs=2.0)
