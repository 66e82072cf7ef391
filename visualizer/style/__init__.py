"""What a style is: its weights, its file, the network in NumPy, and the library."""
