"""What is drawn over the window's picture, and never reaches a film."""
