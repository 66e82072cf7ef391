"""How a run begins: accidents are composed, looked at, and race for the prompt."""
