"""The show itself, pure: what is asked for becomes the scene of each frame."""
