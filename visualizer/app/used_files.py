"""Which files films, stills and shows read and write, checked before any is opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from visualizer.config.request import FilmRequest, LiveRequest, Look, ReplayRequest
from visualizer.style.library import library_folders, style_path, styles_folder
from visualizer.system.files import partial_path
from visualizer.system.paths import saved_show_file, settings_file, slots_file
from visualizer.system.used_files import UsedFile, check_apart, used


def check_film_files(request: FilmRequest) -> None:
    """Raise ChladniError where the film or its report would cost another file."""
    writes = (
        *used("the film", request.out),
        *used("the unfinished film", partial_path(request.out)),
        *used("--report", request.report),
    )
    check_apart((*used("the song", request.song), *_look_files(request.look)), writes)


def check_still_files(song: Path, out: Path, look: Look) -> None:
    """Raise ChladniError where the still would cost another file."""
    check_apart((*used("the song", song), *_look_files(look)), used("the still", out))


def check_replay_files(request: ReplayRequest) -> None:
    """Raise ChladniError where a film of a night, or its report, would cost another file."""
    writes = (
        *used("the film", request.out),
        *used("the unfinished film", request.out and partial_path(request.out)),
        *used("--report", request.report),
    )
    night = request.night
    files = night.rglob("*") if night.is_dir() else ()
    check_apart((*used("the night", night), *used("a file of the night", *files)), writes)


def check_live_files(request: LiveRequest) -> None:
    """Raise ChladniError where the show's status would cost another file."""
    reads = (
        *used("the song", request.song),
        *_look_files(request.look),
        *used("the file of settings", settings_file()),
        *used("the file of the last night", saved_show_file()),
    )
    check_apart(reads, used("--status", request.status))


def _look_files(look: Look) -> tuple[UsedFile, ...]:
    """What decides a picture: the style, the library with its cards, actions and slots."""
    folder = look.styles or styles_folder()
    style = None if look.style is None else style_path(look.style, folder)
    return (
        *used("--actions", look.actions),
        *used("--style", style),
        *used("the file of slots", slots_file()),
        *used("a file of the styles", *_all_in(library_folders(folder))),
    )


def _all_in(folders: tuple[Path, ...]) -> Iterator[Path]:
    for folder in folders:
        if folder.is_dir():
            yield from folder.iterdir()
