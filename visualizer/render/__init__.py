"""Pictures: the network as a shader, and all that reaches the GPU."""
