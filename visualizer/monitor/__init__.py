"""How the show fares: frame times, delays, faults."""
