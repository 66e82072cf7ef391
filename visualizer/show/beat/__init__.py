"""The show's beat: taps, clocks from outside, and which of them counts."""
