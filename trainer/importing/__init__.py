"""Other programs' networks become styles."""
