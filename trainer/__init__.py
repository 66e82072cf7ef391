"""The trainer: a sentence becomes a style. Needs torch and open_clip, which playing does not."""
