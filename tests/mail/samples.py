"""One mail and a forward of it, as the files in which they come."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from bot.mail import IdSource, MessageId, Participant
from tests.mail.msg_file import compound_file, message

ERIKA = Participant("Erika Muster", "erika@example.de")
MAX = Participant("Max Müller", "max@example.com")
BLOCK = """Von: Erika Muster <erika@example.de>
Gesendet: Mittwoch, 18. November 2026 09:31
An: Max Müller <max@example.com>
Betreff: Wohnung

Guten Tag,
ist die Wohnung noch frei?
"""


def original() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Erika Muster <erika@example.de>", "max@example.com", "Wohnung"
    mail["Message-ID"], mail["Date"] = "<o1@example.de>", "Wed, 18 Nov 2026 09:31:00 +0100"
    mail.set_content("Guten Tag,\nist die Wohnung noch frei? Grüße\n")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Schufa.pdf")
    return mail


def forward(text: str = "Bitte ablegen\n\n" + BLOCK, subject: str = "WG: Wohnung", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Max Müller <max@example.com>", "slack@example.com", subject
    mail["Message-ID"], mail["Date"] = "<f1@example.com>", "Wed, 18 Nov 2026 10:00:00 +0100"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def ids(*pairs: tuple[str, IdSource]) -> tuple[MessageId, ...]:
    return tuple(MessageId(value, source) for value, source in pairs)


def outlook_file(**more: Any) -> bytes:
    properties: dict[int, Any] = {
        0x001A: "IPM.Note", 0x0037: "Wohnung", 0x0C1A: "Erika Muster", 0x5D01: "erika@example.de",
        0x1000: "Guten Tag,\r\nist die Wohnung noch frei?", 0x1035: "<o1@example.de>",
        0x0039: datetime(2026, 11, 18, 8, 31, tzinfo=UTC),
    }  # fmt: skip
    people: list[dict[int, Any]] = [
        {0x3001: "Max Müller", 0x39FE: "max@example.com", 0x0C15: 1},
        {0x3001: "info@example.com", 0x3003: "info@example.com", 0x0C15: 2},
    ]
    files: list[Any] = [{0x3707: "Schufa.pdf", 0x370E: "application/pdf", 0x3701: b"%PDF" * 2_000}]
    return compound_file(message(properties | more.pop("properties", {}), people, files))
