"""What every entry point needs before anything is drawn: the styles, and the actions asked for.

All of it is checked here, before a GL context is made, so that a refusal takes no time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from visualizer.config.fields import names_in
from visualizer.config.request import ALLOW, Look
from visualizer.controls.script import read_script
from visualizer.errors import ChladniError, StyleError
from visualizer.show.flashes.limit import FlashLimit
from visualizer.show.session import Hands, Session
from visualizer.style.library import Library, find_style, open_library, read_slots, styles_folder
from visualizer.style.morph_pairs import Morphs, read_morphs
from visualizer.style.style import Style, style_sha256
from visualizer.system.paths import slots_file
from visualizer.types import Action

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Preflight:
    """The show before it begins.

    named: every style that the script asks for, by the word it uses. morphs: of the library.
    """

    library: Library
    morphs: Morphs
    session: Session
    timed: tuple[tuple[float, Action], ...]
    named: Mapping[str, Style]

    @property
    def style(self) -> Style:
        """The style that the show begins with."""
        return self.session.style

    @property
    def styles(self) -> tuple[Style, ...]:
        """All that may be shown: the first one, the library's and the script's."""
        return (self.style, *self.library.styles, *self.named.values())


def run_preflight(look: Look, slots: Sequence[str] = (), hands: Hands = Hands()) -> Preflight:  # noqa: B008 - a frozen value
    """Load styles and script. Raises StyleError and ChladniError, one sentence each.

    slots: the styles' order where the user has not written one down. hands: as they stand.
    """
    folder = look.styles or styles_folder()
    if look.styles is not None and not folder.is_dir():
        raise StyleError(f"there is no styles folder {folder}; give --styles one that exists")
    style = None if look.style is None else find_style(look.style, folder)
    timed = () if look.actions is None else read_script(look.actions)
    library = open_library(folder, read_slots(slots_file()) or slots)
    style = library.default() if style is None else _own_copy(style, library)
    session = Session(
        style,
        hands=hands,
        **{name: it for name in names_in(Session) if (it := getattr(look, name)) is not None},
    )
    return Preflight(library, read_morphs(folder), session, timed, _named_styles(timed, library))


def check_for_film(timed: Sequence[tuple[float, Action]]) -> None:
    """Raise ChladniError for an action that only a show can carry out.

    A film is the same whenever it is made; a training ends when it does.
    """
    for time_s, action in timed:
        if action.name in {"prompt", "prompt-off"}:
            raise ChladniError(
                f"the action at {time_s:g} s is {action.name}, which a film cannot wait for; train"
                ' the style first, ./train.sh --prompt "…", and give its name to style or fade'
            )


def flash_limit(flashes: str | None, aspect: Callable[[], float]) -> FlashLimit | None:
    """What keeps flashes down, unless they are allowed. aspect: of the picture at any time."""
    if flashes == ALLOW:
        log.info("flashes are allowed: nothing keeps them below three a second")
        return None
    return FlashLimit(aspect)


def _own_copy(style: Style, library: Library) -> Style:
    """The library's own copy of a style, so that next and previous know where they are."""
    digest = style_sha256(style)
    same = (s for s in library.styles if s.name == style.name and style_sha256(s) == digest)
    return next(same, style)


def _named_styles(timed: tuple[tuple[float, Action], ...], library: Library) -> dict[str, Style]:
    named = {}
    for time_s, action in timed:
        if action.name in {"style", "fade", "morph"}:
            spec = action.args[0]
            try:
                named[spec] = _own_copy(find_style(spec, library.folder), library)
            except StyleError as error:
                raise ChladniError(f"the action at {time_s:g} s: {error}") from error
    return named
