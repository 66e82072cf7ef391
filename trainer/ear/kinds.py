"""The kinds of music that are made up: what drums, bass and chords do in each, and how fast.

Lines of drums are a bar's steps, 1 to 9 for how loud. They were written for this table after
what any drummer's primer says of each kind; nothing of a recording is in them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

KICK, SNARE, CLAP, RIM = 36, 38, 39, 37
HAT, PEDAL, OPEN, RIDE, CRASH = 42, 44, 46, 51, 49
LOW_TOM, MID_TOM, HIGH_TOM = 43, 47, 50
TAMBOURINE, SHAKER, CONGA, COWBELL = 54, 70, 63, 56

Groove = dict[int, str]
Programs = tuple[int, ...]

ANY_BASS: Programs = (32, 33, 34, 35, 36, 38, 39)
ANY_CHORDS: Programs = (0, 4, 16, 24, 25, 26, 27, 48, 50, 89)
ANY_LEAD: Programs = (0, 11, 22, 25, 26, 27, 30, 40, 52, 53, 56, 61, 65, 66, 73, 80, 81)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of music.

    bpm: slowest and fastest. beats: in a bar; steps: in a beat, 3 is a triplet. swing: where the
    second eighth falls, least and most. kits, basses, chords, leads: General MIDI programs.
    bass_lines, chord_lines: names in ``bass.LINES`` and ``chords.LINES``. sway: of the tempo, as
    a share; jitter_s: of each note. without_drums, with_lead: how often. in_three: how often it
    is in three instead. weight: how often there is such a piece, in relation to others.
    """

    bpm: tuple[float, float]
    grooves: tuple[Groove, ...] = ()
    kits: Programs = (0, 8, 16)
    beats: int = 4
    steps: int = 4
    swing: tuple[float, float] = (0.5, 0.5)
    bass_lines: tuple[str, ...] = ("whole", "eighths", "kick", "own")
    basses: Programs = ANY_BASS
    chord_lines: tuple[str, ...] = ("pad", "strum", "stabs", "arpeggio")
    chords: Programs = ANY_CHORDS
    leads: Programs = ANY_LEAD
    sway: float = 0.004
    jitter_s: float = 0.006
    without_drums: float = 0.1
    with_lead: float = 0.7
    in_three: float = 0.0
    weight: float = field(default=1.0)


EIGHTHS, SIXTEENTHS, BACKBEAT = "7.5.7.5.7.5.7.5.", "7575757575757575", "....9.......9..."
FOUR, UPBEATS = "9...9...9...9...", "..7...7...7...7."

KINDS: dict[str, Kind] = {
    "rock": Kind(
        (90, 160),
        (
            {KICK: "9.......9.6.....", SNARE: BACKBEAT, HAT: EIGHTHS},
            {KICK: "9.....6.9.......", SNARE: "....9.......9..3", HAT: EIGHTHS},
            {KICK: "9.7.....9.7.....", SNARE: BACKBEAT, RIDE: EIGHTHS},
            {KICK: "9.....9...9.....", SNARE: BACKBEAT, OPEN: "6...6...6...6..."},
            {KICK: FOUR, SNARE: BACKBEAT, HAT: EIGHTHS},
        ),
        chord_lines=("strum", "eighths", "pad", "stabs", "power"),
        chords=(25, 27, 28, 29, 30, 16, 0),
        weight=1.6,
    ),
    "ballad": Kind(
        (56, 96),
        (
            {KICK: "9.......6.6.....", SNARE: BACKBEAT, HAT: EIGHTHS},
            {KICK: "9.........7.....", SNARE: BACKBEAT, HAT: "6.445.446.445.44"},
            {KICK: "9.......8.......", RIM: "....7.......7...", HAT: EIGHTHS},
        ),
        chord_lines=("pad", "arpeggio", "strum", "quarters"),
        chords=(0, 2, 4, 24, 25, 48, 89),
        without_drums=0.25,
        weight=1.2,
    ),
    "metal": Kind(
        (84, 200),
        (
            {KICK: "9.9.9.9.9.9.9.9.", SNARE: BACKBEAT, CRASH: "7...6...7...6..."},
            {KICK: "9..99..99..99...", SNARE: BACKBEAT, OPEN: "7...7...7...7..."},
            {KICK: "9999999999999999", SNARE: BACKBEAT, RIDE: "8...7...8...7..."},
            {KICK: FOUR, SNARE: "..8...8...8...8.", HAT: EIGHTHS},
        ),
        kits=(16, 0, 8),
        bass_lines=("eighths", "kick", "sixteenths"),
        basses=(33, 34),
        chord_lines=("power", "chug", "chug", "eighths"),
        chords=(29, 30),
        leads=(29, 30, 53, 81),
        weight=1.3,
    ),
    "pop": Kind(
        (80, 130),
        (
            {KICK: "9.......9..6....", SNARE: BACKBEAT, HAT: EIGHTHS},
            {KICK: "9..7....9..7....", CLAP: BACKBEAT, HAT: EIGHTHS, SHAKER: SIXTEENTHS},
            {KICK: FOUR, CLAP: BACKBEAT, HAT: UPBEATS},
            {KICK: "9.....9.....7...", SNARE: BACKBEAT, HAT: "7.557.557.557.55"},
        ),
        kits=(0, 8, 24, 25, 16),
        weight=1.5,
    ),
    "house": Kind(
        (112, 138),
        (
            {KICK: FOUR, CLAP: BACKBEAT, OPEN: UPBEATS, HAT: EIGHTHS},
            {KICK: FOUR, OPEN: UPBEATS},
            {KICK: FOUR, SNARE: BACKBEAT, HAT: SIXTEENTHS},
            {
                KICK: "9...9...9...9..5",
                CLAP: BACKBEAT,
                TAMBOURINE: UPBEATS,
                CONGA: "..4..4...4..4.4.",
            },
        ),
        kits=(24, 25, 0),
        bass_lines=("upbeats", "eighths", "own", "sixteenths", "octaves"),
        basses=(38, 39, 33, 87),
        chord_lines=("pad", "stabs", "fast arpeggio", "upbeats"),
        chords=(4, 16, 48, 50, 81, 89, 90),
        leads=(80, 81, 82, 87),
        sway=0.0,
        jitter_s=0.001,
        weight=1.2,
    ),
    "disco": Kind(
        (104, 132),
        (
            {KICK: FOUR, SNARE: BACKBEAT, OPEN: UPBEATS, HAT: EIGHTHS},
            {KICK: FOUR, SNARE: BACKBEAT, HAT: SIXTEENTHS},
        ),
        bass_lines=("octaves", "own", "upbeats", "eighths"),
        chord_lines=("stabs", "fast strum", "pad", "upbeats"),
        chords=(27, 28, 48, 4, 61),
    ),
    "techno": Kind(
        (124, 176),
        (
            {KICK: FOUR, HAT: UPBEATS},
            {KICK: "9.........7.....", SNARE: BACKBEAT, HAT: EIGHTHS, RIDE: UPBEATS},
            {KICK: "9..9......9.....", SNARE: "....9..4.4..9...", HAT: SIXTEENTHS},
        ),
        kits=(24, 25),
        bass_lines=("sixteenths", "upbeats", "own", "whole"),
        basses=(38, 39, 87),
        chord_lines=("fast arpeggio", "stabs", "pad"),
        chords=(81, 80, 90, 88, 87),
        leads=(80, 81, 87),
        sway=0.0,
        jitter_s=0.001,
        weight=0.7,
    ),
    "hip hop": Kind(
        (72, 108),
        (
            {KICK: "9.....7...9.....", SNARE: BACKBEAT, HAT: "7.5.7.5.7.5.7.55"},
            {KICK: "9..7......97....", SNARE: BACKBEAT, HAT: EIGHTHS},
            {KICK: "9......7..9....6", CLAP: BACKBEAT, HAT: "7.5.7.577.5.7.5."},
            {KICK: "9.7.......7..7..", SNARE: "....9..4.4..9...", HAT: EIGHTHS},
        ),
        kits=(24, 25, 0, 8),
        swing=(0.5, 0.6),
        bass_lines=("kick", "own", "whole"),
        chord_lines=("stabs", "pad", "arpeggio", "quarters"),
        chords=(0, 4, 11, 16, 48, 89),
        with_lead=0.4,
        weight=1.5,
    ),
    "reggae": Kind(
        (62, 96),
        (
            {KICK: "........9.......", RIM: "........8.......", HAT: EIGHTHS},
            {KICK: "9.......9.......", SNARE: "........8.......", HAT: UPBEATS},
            {KICK: FOUR, RIM: "........8.......", HAT: EIGHTHS},
        ),
        swing=(0.5, 0.58),
        bass_lines=("own",),
        chord_lines=("upbeats", "upbeats", "skank"),
        chords=(27, 28, 16, 0),
        weight=0.7,
    ),
    "rocksteady": Kind(
        (120, 210),
        (
            {KICK: "........9.......", RIM: "........8.......", HAT: "6...6...6...6..."},
            {KICK: "9...............", SNARE: "........9.......", HAT: "6...7...6...7..."},
            {KICK: "........9.......", SNARE: "........9.......", HAT: "6...7.5.6...7.5."},
            {KICK: "9.......9.......", RIM: "........7.......", HAT: "5.4.6.4.5.4.6.4."},
        ),
        bass_lines=("whole", "slow own", "slow own"),
        chord_lines=("backbeat",),
        chords=(27, 28, 16, 0, 26),
    ),
    "blues": Kind(
        (60, 176),
        (
            {KICK: "9..6..8..6..", SNARE: "...9.....9..", HAT: "7.57.57.57.5"},
            {KICK: "9.....9.....", SNARE: "...8.....8..", RIDE: "7.57.57.57.5"},
            {KICK: "9....69.....", SNARE: "...9.....9..", HAT: "755755755755"},
        ),
        steps=3,
        bass_lines=("walk", "shuffle", "whole"),
        chord_lines=("shuffle", "stabs", "strum"),
        chords=(0, 16, 25, 26, 27, 29),
        leads=(22, 26, 27, 29, 30, 65, 66),
        sway=0.008,
        weight=1.4,
    ),
    "slow blues": Kind(
        (48, 80),
        (
            {KICK: "9.....8.....", SNARE: "...9.....9..", HAT: "655655655655"},
            {KICK: "9....68.....", SNARE: "...9.....9..", RIDE: "755755755755"},
        ),
        steps=3,
        bass_lines=("walk", "whole", "shuffle"),
        chord_lines=("triplets", "pad", "stabs", "shuffle"),
        chords=(0, 16, 26, 27, 18),
        leads=(26, 27, 29, 66, 22),
        sway=0.008,
        weight=0.8,
    ),
    "country": Kind(
        (76, 180),
        (
            {KICK: "9.......9.......", SNARE: BACKBEAT, HAT: EIGHTHS},
            {KICK: "9...7...9...7...", SNARE: "5575557555755575"},
            {KICK: "9.......9.......", SNARE: UPBEATS},
            {KICK: "9.......8.......", RIM: "....7.......7...", HAT: EIGHTHS},
        ),
        swing=(0.5, 0.6),
        bass_lines=("alternate", "walk", "alternate"),
        chord_lines=("boom", "strum", "backbeat", "arpeggio"),
        chords=(24, 25, 27, 105, 0),
        leads=(25, 27, 40, 22, 105, 110),
        without_drums=0.2,
        weight=1.4,
    ),
    "jazz": Kind(
        (62, 230),
        (
            {RIDE: "7..7.57..7.5", PEDAL: "...6.....6.."},
            {RIDE: "7..7.57..7.5", PEDAL: "...6.....6..", KICK: "4..3..4..3.."},
            {
                RIDE: "6..7.46..7.4",
                PEDAL: "...6.....6..",
                SNARE: "..3....3...4",
                KICK: "3....4......",
            },
            {SNARE: "5..6.35..6.3", PEDAL: "...5.....5.."},
        ),
        kits=(32, 40, 0),
        steps=3,
        bass_lines=("walk", "walk", "halves"),
        basses=(32, 43),
        chord_lines=("charleston", "sparse", "quarters", "pad"),
        chords=(0, 26, 11, 4),
        leads=(0, 11, 26, 56, 57, 59, 64, 65, 66, 71, 73),
        sway=0.012,
        jitter_s=0.012,
        without_drums=0.25,
        with_lead=0.95,
        weight=1.5,
    ),
    "big band": Kind(
        (100, 200),
        (
            {
                RIDE: "7..7.57..7.5",
                PEDAL: "...6.....6..",
                KICK: "5..5..5..5..",
                SNARE: "...4.....4..",
            },
            {KICK: "7.....7.....", SNARE: "...8.....8..", HAT: "6..6.46..6.4"},
        ),
        kits=(32, 0),
        steps=3,
        bass_lines=("walk", "halves"),
        basses=(32,),
        chord_lines=("quarters", "stabs", "charleston"),
        chords=(61, 62, 57, 65, 0, 26),
        leads=(56, 57, 64, 65, 66, 71),
        sway=0.008,
        jitter_s=0.01,
        with_lead=0.9,
        weight=0.7,
    ),
}
