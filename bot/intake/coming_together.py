"""Which mails came together: with one message, or of one person within seconds."""

from __future__ import annotations

import hashlib

from bot.mail import Mail
from bot.surface import SLACKBOT
from storage.bundles import Brought
from storage.tables import Arrival


def brought(arrival: Arrival, mail: Mail, seconds: float) -> Brought | None:
    """Who brought a mail, for what the same person brings within so many seconds of it; with none only what came with
    one message belongs together. None where somebody asked for it by name: they want that one."""
    if arrival.asked:
        return None
    return Brought(
        team=arrival.team,
        channel=arrival.channel,
        ts=arrival.ts,
        thread_ts=arrival.thread_ts or arrival.ts,
        by=brought_by(arrival, mail),
        user=arrival.user,
        seconds=seconds,
    )


def brought_by(arrival: Arrival, mail: Mail) -> str:
    """Names who brought a mail without saying who it is: the person in Slack, or for a mail to a channel's address
    whoever forwarded it, or else wrote it. What comes in a thread belongs to that thread."""
    parts = [arrival.user, arrival.thread_ts]
    if arrival.user in ("", SLACKBOT):
        by = mail.forward.by if mail.forward and mail.forward.by else mail.sender
        parts.append(((by.address or by.name or "") if by else "").casefold())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
