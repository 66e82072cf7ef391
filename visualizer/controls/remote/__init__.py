"""A page that the show serves: a phone or tablet in the hand plays it."""
