"""The guard against flashes: what a scene will look like, how often that flashes, what to dim."""
