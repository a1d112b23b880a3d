"""Logging: what happened, by id; never mail text, never a secret."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

# These print whole requests, which hold mail text: Bolt every request whose signature is wrong (INFO) and every one
# that nobody handled (WARNING), Slack's client every call (DEBUG), httpx every URL (INFO).
TALKATIVE = {
    "slack_bolt": logging.ERROR,
    "slack_sdk": logging.WARNING,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "alembic": logging.WARNING,
    "dbos": logging.WARNING,
    "imap_tools": logging.WARNING,
    # A traceback for each request that is given up while the bot ends, and a line for each that is no HTTP.
    "uvicorn": logging.CRITICAL,
}


def set_up(level: str) -> None:
    """Log to standard error from `level` on, with the libraries that talk too much held back."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    for name, least in TALKATIVE.items():
        logging.getLogger(name).setLevel(least)


def tell_everything() -> None:
    """Also log what Linkbot's own modules keep to themselves otherwise: codes and names of errors."""
    for package in ("bot", "commands", "storage"):
        logging.getLogger(package).setLevel(logging.DEBUG)


@contextmanager
def slack_held_back() -> Iterator[None]:
    """Nothing of Slack's client is logged, where the command says itself what it could not do."""
    client = logging.getLogger("slack_sdk")
    before = client.level
    client.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        client.setLevel(before)


def origin(error: BaseException) -> str:
    """What went wrong and where, without the error's own text: that could hold words of a mail."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame is not None else "?"
    return f"{type(error).__name__} at {where}"


def quiet_logger(name: str) -> logging.Logger:
    """A logger for libraries that copy the level of the one they are given."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.ERROR)
    return logger
