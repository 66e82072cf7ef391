"""The styles there are: found in a folder, in the order of their slots."""

from __future__ import annotations

import logging
import os
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from visualizer.errors import StyleError
from visualizer.style.procedural.seeds import MAX_SEED, seed_style
from visualizer.style.style import Style
from visualizer.style.style_file import load_style
from visualizer.system.files import read_text
from visualizer.system.paths import own_styles_folder

log = logging.getLogger(__name__)

DEFAULT_STYLE = "flames"
SLOTS = "slots.toml"
"""In a folder of styles: the order in which they are played, made for a set."""
SEED_PREFIX = "seed:"
_PACKAGED = "_styles"
"""The shipped styles' folder in an installed package."""


def styles_folder() -> Path:
    """The shipped styles: inside the installed package, or beside the checkout."""
    package = Path(__file__).parents[1]
    inside = package / _PACKAGED
    return inside if inside.is_dir() else package.parent / "styles"


def new_styles_folder() -> Path:
    """Where new styles of the library go: the checkout's, or a folder of the user's own.

    The latter for an installed program, whose styles go with it, and where the checkout is closed.
    """
    shipped = styles_folder()
    is_checkout = shipped.name != _PACKAGED and os.access(shipped, os.W_OK)
    return shipped if is_checkout else own_styles_folder()


def library_folders(folder: Path) -> tuple[Path, ...]:
    """The folders that make up the library at ``folder``; in the first one names win.

    The program's own library is the user's styles beside the shipped ones, any other one folder.
    """
    library = tuple(dict.fromkeys((new_styles_folder(), styles_folder())))
    return library if folder in library else (folder,)


@dataclass(frozen=True, slots=True)
class Library:
    """Styles in the order of their slots: slot 1 is ``styles[0]``."""

    folder: Path
    styles: tuple[Style, ...]

    def default(self) -> Style:
        """The style that a show begins with. Raises StyleError for an empty library."""
        if not self.styles:
            raise StyleError(
                f"there are no styles in {self.folder}; give --styles a folder with"
                " .safetensors files, or try --style seed:1"
            )
        named = [style for style in self.styles if style.name == DEFAULT_STYLE]
        return (named or self.styles)[0]


def open_library(folder: Path, slots: Sequence[str] = ()) -> Library:
    """Load every style of a folder; one that is broken is logged and passed over.

    slots: names, ``seed:N`` or paths that come first, in this order; then those that the folder's
    own ``slots.toml`` names; then the trained styles and the untrained ones, each by name.
    Raises StyleError when there is no such folder.
    """
    if not folder.is_dir():
        raise StyleError(f"there is no styles folder {folder}; give --styles one that exists")
    found = {}
    for path in sorted(_files(folder).values()):
        try:
            found[path.stem] = load_style(path)
        except StyleError as error:
            log.warning("%s", error)
    first = []
    for spec in dict.fromkeys((*slots, *read_slots(folder / SLOTS))):
        style = found.pop(spec, None) or _from_elsewhere(spec, folder)
        if style is None:
            log.warning("the slots name %r, which is not in %s: passed over", spec, folder)
        else:
            # No name twice: a file from elsewhere stands in for the folder's own.
            found.pop(style.name, None)
            first.append(style)
    rest = sorted(found.items(), key=lambda item: (item[1].prompt is None, item[0].lower()))
    return Library(folder, (*first, *(style for _, style in rest)))


def find_style(spec: str, folder: Path) -> Style:
    """The style that ``NAME``, ``PATH`` or ``seed:N`` names. Raises StyleError."""
    path = style_path(spec, folder)
    if path is None:
        return seed_style(parse_seed(spec))
    if not path.is_file():
        wanted = f"style {spec!r}" if path.stem == spec else f"style file {spec}"
        raise StyleError(f"there is no {wanted}; {_hint(folder)}")
    return load_style(path)


def style_path(spec: str, folder: Path) -> Path | None:
    """The file that ``NAME`` or ``PATH`` means, there or not; None for ``seed:N``."""
    if spec.startswith(SEED_PREFIX):
        return None
    path = Path(spec)
    if path.suffix or path.name != spec:
        return path
    return _files(folder).get(spec, folder / f"{spec}.safetensors")


def slug(text: str) -> str:
    """A style's name for a prompt: its words, joined by hyphens."""
    words = re.findall(r"\w+", text.lower())
    return "-".join(words)[:60].strip("-") or "style"


def parse_seed(spec: str) -> int:
    """N of ``seed:N``. Raises StyleError."""
    digits = spec.removeprefix(SEED_PREFIX)
    # The length first: int() of a million digits takes seconds.
    if digits.isascii() and digits.isdigit() and len(digits) <= 19 and int(digits) <= MAX_SEED:
        return int(digits)
    raise StyleError(f"{spec!r} is not a seed, expected seed:N with N from 0 to {MAX_SEED}")


def read_slots(path: Path) -> tuple[str, ...]:
    """The order of the slots from the user's ``slots.toml``: ``slots = ["name", "seed:7"]``.

    An absent file gives none; a broken one is logged, never fatal.
    """
    try:
        slots = tomllib.loads(read_text(path)).get("slots", [])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        log.warning("cannot use the slots in %s: %s", path, error)
        return ()
    if not isinstance(slots, list) or not all(isinstance(name, str) for name in slots):
        log.warning('%s: expected slots = ["NAME", "seed:N", ...]', path)
        return ()
    return tuple(slots)


def _from_elsewhere(spec: str, folder: Path) -> Style | None:
    if not spec.startswith(SEED_PREFIX) and not Path(spec).suffix:
        return None
    try:
        return find_style(spec, folder)
    except StyleError as error:
        log.warning("%s", error)
        return None


def _files(folder: Path) -> dict[str, Path]:
    """The style files of the library at ``folder``, by name."""
    folders = reversed(library_folders(folder))
    return {path.stem: path for each in folders for path in each.glob("*.safetensors")}


def _hint(folder: Path) -> str:
    names = sorted(_files(folder))
    known = ", ".join(names[:12]) if names else f"none in {folder}"
    return f"there are: {known}; or give a file's path, or seed:N"
