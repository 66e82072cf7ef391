"""Small JSON files that may be missing or broken: what is in them can be found out again."""

from __future__ import annotations

import json
import logging
from pathlib import Path

log = logging.getLogger(__name__)


def read_object(path: Path) -> dict[str, object]:
    """A JSON object; an empty one where there is none that can be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        log.debug("%s: %s", path, error)
        return {}
    return content if isinstance(content, dict) else {}
