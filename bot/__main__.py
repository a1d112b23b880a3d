"""`python -m bot` is the `linkbot` command."""

from bot.cli import main

main()
