"""Speed, measured as ratios side by side. Nothing here is a test."""
