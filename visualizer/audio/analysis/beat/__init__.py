"""Where the beats are: what hears them, what weighs them, and how sure it is."""
