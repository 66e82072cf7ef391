"""A whole run: from a request to a style, its card and its pictures on the disk."""
