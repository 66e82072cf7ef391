"""MIDI: controllers play the show, show it back to their lights, and give it a clock."""
