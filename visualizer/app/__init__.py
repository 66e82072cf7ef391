"""Entry points: they open every part and join them."""
