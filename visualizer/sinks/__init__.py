"""Where pictures go: a window, a film, a still."""
