"""Linkbot without its look whether a card is there already: the control of `benchmarks.chaos`, which must fail."""

from __future__ import annotations

from bot.cli import main
from commands.slack_surface import SlackSurface


def posted_before(*_: object) -> None:
    """Nothing is known to be there."""


if __name__ == "__main__":
    SlackSurface._posted_before = posted_before  # type: ignore[method-assign]
    main()
