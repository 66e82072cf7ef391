"""A performance as a journal: recorded, played again, mended."""
