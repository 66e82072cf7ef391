"""How the show stands, under the names of the commands that would bring it there.

Motor faders, LEDs, desks and pages show this: whoever changed it, all of them agree.
"""

from __future__ import annotations

from collections.abc import Mapping

from visualizer.show.arguments import OFF
from visualizer.show.session import Crossing, Session

Value = str | float | int | bool


def standing(session: Session) -> Mapping[str, Value]:
    """Each command's value, as its first argument would give it; switches as booleans.

    Commands that only trigger something (``next``, ``tap``) stand nowhere and are left out.
    """
    hands, crossing = session.hands, session.crossing
    own, asked = session.style.audio_scale, session.audio_scale
    return {
        "style": session.style.name,
        "cross": 0.0 if crossing is None else _crossed(crossing),
        "lock": session.locked,
        "switch-on": session.switch_on,
        "playlist": OFF if session.playlist is None else str(session.playlist),
        "shuffle": session.shuffle,
        "fade-time": str(session.fade),
        "audio-scale": own if asked is None else asked,
        "drift": hands.drift,
        "zoom": hands.zoom,
        "hue": hands.hue,
        "mirror": hands.mirror,
        "freeze": hands.frozen,
        "dimmer": hands.dimmer,
        "blackout": session.blackout,
        "hud": session.hud_shown,
        "help": session.help_shown,
    }


def _crossed(crossing: Crossing) -> float:
    # In a hand, the picture is still on its way to where the hand is.
    return crossing.goal if crossing.span is None else crossing.progress
