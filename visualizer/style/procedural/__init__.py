"""Untrained styles, composed from one number."""
