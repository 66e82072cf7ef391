"""One prompt at several widths, side by side."""
