"""Sound that goes out: songs, and the demo track."""
