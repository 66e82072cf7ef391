"""A show in a window: a file for each side of it, joined in ``show.py``."""
