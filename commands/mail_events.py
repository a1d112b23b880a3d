"""Mails that people share, over HTTP: those that come at the same time are written down together.

Bolt takes one request at a time through all that listens, and each would wait for a transaction of its own. Slack waits
three seconds for an answer, also when a hundred mails come at once, so that what needs nothing but to be written down
does not go through Bolt; all else does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from bot.intake import Incoming
from bot.surface import SurfaceError
from commands.access import is_own
from commands.inbox import arrivals, deleted

# What every message with a file holds, in the raw bytes of its event.
FILES = b'"files"'

Mails = list[tuple[Incoming, dict[str, Any]]]


class MailEvents:
    """Takes what need not go through Bolt."""

    def __init__(
        self, receive_all: Callable[[Mails], None], *, team: Callable[[], str], in_use: Callable[[str], bool]
    ) -> None:
        """`receive_all` writes mails down; `team` is the bot's own workspace; `in_use` tells of a conversation whether
        the bot works there."""
        self._receive_all = receive_all
        self._team = team
        self._in_use = in_use

    @staticmethod
    def may_be(body: bytes) -> bool:
        """Whether it is worth looking for mails in a request; costs next to nothing."""
        return FILES in body

    def take(self, bodies: Sequence[bytes]) -> list[bool]:
        """Write down the mails of verified requests: what is True has been, and Slack may be told so; what is False is
        for Bolt. Raises SQLAlchemyError where nothing could be written: then Slack delivers all of them again."""
        mails = [self._mails(body) for body in bodies]
        if found := [mail for of_one in mails for mail in of_one]:
            self._receive_all(found)
        return [bool(of_one) for of_one in mails]

    def _mails(self, body: bytes) -> Mails:
        """The mails of an event in which nothing else is. One in another shape than Slack's must not keep back those
        that came with it: Bolt refuses it by itself, as it does all where the bot's own workspace is not known yet."""
        with suppress(ValueError, LookupError, TypeError, AttributeError, RecursionError, SurfaceError):
            payload = json.loads(body)
            if _brings_mails_alone(payload) and is_own(payload, self._team()):
                found = arrivals(payload) if self._in_use(payload["event"]["channel"]) else []
                return found if all(_has_slacks_ids(incoming) for incoming, _ in found) else []
        return []


def _brings_mails_alone(payload: Mapping[str, Any]) -> bool:
    """Whether an event is a message of which Bolt's listeners would only write down the mails. The bot itself shares
    none, so that nobody need ask whose message it is."""
    event = payload["event"]
    return (
        payload["type"] == "event_callback"
        and event["type"] == "message"
        and not payload.get("is_ext_shared_channel")
        and deleted(payload) is None
    )


def _has_slacks_ids(incoming: Incoming) -> bool:
    """Whether what is written down as it came has the shape of Slack's ids and moments. Databases refuse other things,
    and with them all that is written at the same time."""
    named = (incoming.key, incoming.team, incoming.channel, incoming.ts, incoming.thread_ts, incoming.user)
    return all(isinstance(one, str) and one.isascii() and one.isprintable() for one in named)
