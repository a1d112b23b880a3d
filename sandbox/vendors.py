"""The vendors' stand-ins put together: onOffice, Zoho CRM and the mailboxes, filled with the same invented world."""

from __future__ import annotations

import time
from collections.abc import Callable

from sandbox.faults import Faults
from sandbox.mailbox import Account, MailboxPart, MailServer
from sandbox.onoffice import Access, OnOfficePart
from sandbox.part import Part
from sandbox.seeds import World
from sandbox.zoho import Client, ZohoPart

MAILBOXES = (
    Account("info@nordlicht.example", "sandbox-mail", ("Anfragen & Büro", "Archiv", "Sent")),
    Account("anna.berger@nordlicht.example", "sandbox-mail", ("Anfragen & Büro", "Archiv", "Sent")),
)
ONOFFICE = Access(token="sandboxtokensandboxtokensandbox0", secret=("s3cr3t" * 11)[:64])  # noqa: S106 - invented
ZOHO = Client(id="1000.SANDBOX", secret="sandbox-zoho-secret", refresh_token="1000.sandbox.refresh")  # noqa: S106 - invented


def parts(faults: Faults, base_url: str, imap_port: int, clock: Callable[[], float] = time.time) -> list[Part]:
    """The vendors' parts. `base_url` is where they are reached (`http://127.0.0.1:P`); `imap_port` 0 picks a free one.

    Each has `environment()`, what a program needs to use it; the mailbox part has `imap()` too. `clock` tells the
    time in seconds since the epoch.
    """
    world = World(clock())
    mailboxes = MailServer(faults, MAILBOXES, port=imap_port)
    return [
        MailboxPart(mailboxes, world),
        OnOfficePart(faults, base_url, mailboxes, world, ONOFFICE, clock),
        ZohoPart(faults, base_url, world, ZOHO, clock),
    ]
