"""Sound: where hops come from, and what is heard in them."""
