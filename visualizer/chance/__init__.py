"""What chance draws: the parts that `visualizer.seeds` makes untrained styles of."""
