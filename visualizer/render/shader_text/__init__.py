"""Shaders and their buffers as text and bytes. Pure."""
