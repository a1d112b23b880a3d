"""The `linkbot` command: a module for each group of commands, and what only they need (demo, doctor, dry run).

The top floor: imports every other room, each command only what it needs, so that the light ones start at once. Nothing
imports this room but `python -m bot` and the installed command.
"""

from bot.cli.linkbot import main

__all__ = ["main"]
