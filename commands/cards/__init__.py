"""Pure functions that build Block Kit from what `bot` shows."""
