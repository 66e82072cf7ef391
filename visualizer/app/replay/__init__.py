"""A night played again: as a film, in a window, or to see whether it is what it was."""
