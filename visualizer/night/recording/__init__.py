"""A show becomes a journal, while it goes on."""
