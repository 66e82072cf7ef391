"""OSC, in and out: desks, TouchOSC, other programs (Open Sound Control 1.0)."""
