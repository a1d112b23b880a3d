"""The Slack surface: one module per way in, cards as pure functions, every word in one catalogue."""
