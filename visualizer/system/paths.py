"""Where a user's own files lie."""

from __future__ import annotations

from pathlib import Path

import platformdirs

APP_NAME = "chladni"


def slots_file() -> Path:
    """Where a user gives the order of the slots."""
    return platformdirs.user_config_path(APP_NAME, appauthor=False) / "slots.toml"


def settings_file() -> Path:
    """Where a user says what every show begins with."""
    return platformdirs.user_config_path(APP_NAME, appauthor=False) / "settings.toml"


def midi_map_file() -> Path:
    """Where is written what MIDI controllers do."""
    return platformdirs.user_config_path(APP_NAME, appauthor=False) / "midi.toml"


def saved_show_file() -> Path:
    """Where a show writes down how it stood when it ended."""
    return platformdirs.user_state_path(APP_NAME, appauthor=False) / "last-night.toml"


def scales_folder() -> Path:
    """Where is kept what was measured of styles without a card."""
    return platformdirs.user_cache_path(APP_NAME, appauthor=False) / "scales"


def tunings_file() -> Path:
    """Where is kept how the GPU draws fastest."""
    return platformdirs.user_cache_path(APP_NAME, appauthor=False) / "tunings.json"


def own_styles_folder() -> Path:
    """The user's own styles, beside those that ship with an installed program."""
    return platformdirs.user_data_path(APP_NAME, appauthor=False) / "styles"


def videos_folder() -> Path:
    """The user's folder for videos, or the working folder where there is none."""
    folder = platformdirs.user_videos_path()
    return folder if folder.is_dir() else Path.cwd()


def pictures_folder() -> Path:
    """The user's pictures folder, or the working folder where there is none."""
    folder = platformdirs.user_pictures_path()
    return folder if folder.is_dir() else Path.cwd()
