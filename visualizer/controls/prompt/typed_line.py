"""The line that a prompt is typed into: what was typed, and nothing of windows or keys' codes."""

from __future__ import annotations

MOST_LETTERS = 200
"""CLIP reads 77 tokens of a sentence: about as many letters, four or five times over."""
ENTER, ESCAPE, BACKSPACE = "Enter", "Escape", "Backspace"


class TypedLine:
    """A line of text that is open or not. ``text``: what stands in it."""

    def __init__(self) -> None:
        self.is_open = False
        self.text = ""

    def open(self) -> None:
        """Begin an empty line; one that is open already keeps its text."""
        if not self.is_open:
            self.is_open, self.text = True, ""

    def type(self, character: str) -> None:
        """Add a character. What cannot be seen is none, and the line has an end."""
        if character.isprintable() and len(self.text) < MOST_LETTERS:
            self.text += character

    def press(self, key: str) -> str | None:
        """A key that types nothing; returns the sentence where it ends one.

        ENTER ends the line, ESCAPE leaves it, BACKSPACE takes the last character; others do
        nothing. An empty line asks for nothing.
        """
        if key == BACKSPACE:
            self.text = self.text[:-1]
        if key in {ENTER, ESCAPE}:
            self.is_open = False
        return (self.text.strip() or None) if key == ENTER else None
