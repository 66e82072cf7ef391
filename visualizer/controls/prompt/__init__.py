"""A prompt from the stage: a line to type it, and the trainer that follows it."""
