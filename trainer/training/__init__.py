"""From a request to a style: network, views, losses, the loop."""
