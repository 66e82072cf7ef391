"""What is heard: a hop becomes features."""
