"""A mail in a mailbox, and the mail that is looked for there."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.utils import format_datetime

import pytest

from bot.mail import IdSource, ImapAccount, Locator, Mail, MessageId, Participant

BERLIN = timezone(timedelta(hours=1))
SENT = datetime(2026, 11, 18, 9, 31, tzinfo=BERLIN)
on_both_servers = pytest.mark.parametrize("server", ["pymap", "dovecot"], indirect=True)


def raw(
    message_id: str = "<o1@example.de>",
    subject: str = "Wohnung Müllerstraße",
    sender: str = "Erika Muster <erika@example.de>",
    date: datetime = SENT,
    text: str = "Guten Tag,\n\nist die Wohnung noch frei?\n",
) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "max@example.com", subject
    message["Date"] = format_datetime(date)
    if message_id:
        message["Message-ID"] = message_id
    message.set_content(text)
    return message.as_bytes()


def mail(*ids: tuple[str, IdSource], subject: str = "Wohnung Müllerstraße", date: datetime | None = SENT) -> Mail:
    return Mail(
        sender=Participant("Erika Muster", "erika@example.de"),
        to=(Participant(None, "max@example.com"),),
        subject=subject,
        date=date,
        message_ids=tuple(MessageId(value, source) for value, source in ids),
    )


def locator(*accounts: ImapAccount) -> Locator:
    return Locator(lambda: accounts, timeout=5)
