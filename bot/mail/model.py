"""The mail as Linkbot understands it: always the original mail; a forward is only its envelope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.language import Sentence


@dataclass(frozen=True, slots=True)
class Participant:
    """One sender or recipient. Either part may be missing: Exchange forwards often show names only."""

    name: str | None = None
    address: str | None = None

    def __str__(self) -> str:
        if self.name and self.address:
            return f"{self.name} <{self.address}>"
        return self.name or self.address or ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with the mail: its bytes where they are at hand, else the URL to fetch them from."""

    filename: str
    content_type: str
    size: int
    content: bytes | None = None
    url: str | None = None
    content_id: str | None = None
    inline: bool = False


class IdSource(StrEnum):
    """Where a Message-ID candidate was read; earlier members are better evidence."""

    ATTACHED = "attached mail"
    OWN = "Message-ID"
    FORWARDED = "X-Forwarded-Message-Id"
    IN_REPLY_TO = "In-Reply-To"
    REFERENCES = "References"


class Mark(StrEnum):
    """What the headers of a mail say of how it came about."""

    REPLIED = "auto-replied"
    GENERATED = "auto-generated"
    BULK = "bulk"
    LIST = "list"
    REPORT = "delivery report"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class MessageId:
    """A candidate for the original mail's Message-ID, angle brackets kept. A hint until a mailbox confirms it."""

    value: str
    source: IdSource


@dataclass(frozen=True, slots=True)
class Forward:
    """The envelope of a forwarded mail: who forwarded it and what they wrote above it."""

    by: Participant | None = None
    note: str = ""
    subject: str = ""
    date: datetime | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """The original mail.

    `date` is timezone-aware where the source had a zone. `message_ids` are in order of trust. `forward` is None for a
    mail that reached us directly. `chain` holds mails quoted as forwards inside this one. `notes` say, in words for
    people, what the reader was unsure of. `thread_ids` are the Message-IDs of earlier mails of the conversation, the
    nearest first. `marks` are what its headers say of how it came about, and `written_by` who wrote it where a mailing
    list or a group put its own address in the sender's place.
    """

    sender: Participant | None = None
    reply_to: tuple[Participant, ...] = ()
    to: tuple[Participant, ...] = ()
    cc: tuple[Participant, ...] = ()
    bcc: tuple[Participant, ...] = ()
    subject: str = ""
    date: datetime | None = None
    message_ids: tuple[MessageId, ...] = ()
    text: str = ""
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    forward: Forward | None = None
    chain: tuple[Mail, ...] = ()
    notes: tuple[Sentence, ...] = ()
    thread_ids: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    written_by: Participant | None = None


@dataclass(frozen=True, slots=True)
class MailPlace:
    """Where a mail lies: the mailbox's identity (its address), the IMAP folder (decoded name), UID and UIDVALIDITY.

    `message_id` is the Message-ID header that was really found there, angle brackets kept.
    """

    identity: str
    folder: str
    uid: int
    uidvalidity: int
    message_id: str
