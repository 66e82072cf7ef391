"""An address as a QR code (ISO/IEC 18004), which a phone's camera reads."""

from __future__ import annotations

import io

import segno

Code = tuple[tuple[bool, ...], ...]
"""Rows of dots, true where dark, without the quiet zone around them."""


def code_of(address: str) -> Code:
    """The code as dots, for whoever draws them."""
    return tuple(tuple(bool(dot) for dot in row) for row in segno.make(address).matrix)


def printed_code(address: str) -> str:
    """The code in half blocks, for a terminal."""
    text = io.StringIO()
    segno.make(address).terminal(text, compact=True)
    return text.getvalue()
