"""How a card's rank is written. Without torch: reports are laid out before it is loaded."""

from __future__ import annotations

from typing import Any


def rank_text(card: dict[str, Any]) -> str:
    """``3 of 101``, or a dash where it is not known."""
    return "-" if card["rank"] is None else f"{card['rank']} of {card['rank_of']}"
