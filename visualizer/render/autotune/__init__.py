"""Which form of the shader is the fastest on this GPU."""
