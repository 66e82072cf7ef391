"""The window, its displays and its keys."""
