"""What every show begins with, as its user wants it: ``settings.toml``.

What the command line says goes before it; what it does not say is as it was last night.
"""

from __future__ import annotations

from pathlib import Path

from visualizer.config.fields import In, ShowFields, kinds_in
from visualizer.config.toml_fields import read_entries


def read_settings(path: Path) -> ShowFields:
    """The user's settings; what is wrong in them is named in the log and passed over."""
    return ShowFields(**read_entries(path, kinds_in(In.SETTINGS)))
