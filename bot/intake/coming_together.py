"""Which mails came together: with one message, or of one person within seconds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bot.mail import Mail
from bot.surface import SLACKBOT
from storage.bundles import Brought, Bundles
from storage.locks import Locks
from storage.tables import Arrival


class Joining:
    """Writes down which mails came together. `seconds` may lie between the messages of one person; with none only what
    came with one message belongs together."""

    def __init__(self, bundles: Bundles, locks: Locks, seconds: float) -> None:
        self._bundles = bundles
        self._locks = locks
        self._seconds = seconds

    def join(self, arrival: Arrival, mails: Sequence[tuple[Mail, str]]) -> None:
        """Put the new mails of an arrival, each with its proposal, to what came with them. Whoever asked for a mail by
        name wants that one."""
        if arrival.asked or not mails:
            return
        with self._locks.hold(f"bundles {arrival.team} {arrival.channel}"):
            brought = Brought(
                team=arrival.team,
                channel=arrival.channel,
                ts=arrival.ts,
                thread_ts=arrival.thread_ts or arrival.ts,
                by=brought_by(arrival, mails[0][0]),
                user=arrival.user,
            )
            self._bundles.join(brought, [proposal for _, proposal in mails], self._seconds)


def brought_by(arrival: Arrival, mail: Mail) -> str:
    """Names who brought a mail without saying who it is: the person in Slack, or for a mail to a channel's address
    whoever forwarded it, or else wrote it. What comes in a thread belongs to that thread."""
    parts = [arrival.user, arrival.thread_ts]
    if arrival.user in ("", SLACKBOT):
        by = mail.forward.by if mail.forward and mail.forward.by else mail.sender
        parts.append(((by.address or by.name or "") if by else "").casefold())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
