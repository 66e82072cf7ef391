"""What was asked for: options, settings, last night."""
