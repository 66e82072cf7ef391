"""How sound reaches z: the entries and routes that every style of ours has."""

from __future__ import annotations

from visualizer.style.style import Route

Z_NAMES = (
    "bass",
    "mid",
    "high",
    "level",
    "onset",
    "beat_sin",
    "beat_cos",
    "drift1_cos",
    "drift1_sin",
    "drift2_cos",
    "drift2_sin",
)
"""The entries of z that seeds use and that training draws."""

STANDARD_ROUTES = (
    Route("bass", "sub", 0.5),
    Route("bass", "bass", 0.75),
    Route("mid", "low_mid", 0.6),
    Route("mid", "mid", 0.7),
    Route("mid", "high_mid", 0.5),
    Route("high", "presence", 0.5),
    Route("high", "brilliance", 0.5),
    Route("high", "air", 0.4),
    Route("level", "level", 1.0),
    Route("onset", "pulse", 1.0),
    *(Route(name, name, 1.0) for name in Z_NAMES[5:]),
)
"""How the eight bands and the other signals meet those entries, each about 0..1."""
