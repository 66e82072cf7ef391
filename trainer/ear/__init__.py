"""The ear's school: music whose every beat and bar is known, and the network that learns them."""
