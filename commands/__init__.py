"""The Slack surface: one module per way in, cards as pure functions, their words in `bot/language`."""
