"""OpenGL's own things: contexts, buffers, programs, timers."""
