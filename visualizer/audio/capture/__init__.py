"""Sound from an input, through a process of its own."""
