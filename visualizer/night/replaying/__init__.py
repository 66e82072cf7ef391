"""A journal becomes the parts of the loop again."""
