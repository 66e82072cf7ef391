"""What comes and goes over the cable: ports, messages, their times, the clock in them."""
