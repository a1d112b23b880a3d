"""Attachments that Slack does not have are taken from the original in a mailbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import EmailMessage

from bot.linking.attachments import AttachmentFetch
from bot.mail import Attachment, Mail, MailPlace
from storage.tables import Proposal
from tests.bot.bench import PLACE

PROPOSAL = Proposal(id="p1", team="T1", channel="C0SALES", thread_ts="1.0", mail_key="k1", forwarded_by="U0BEN")


def original() -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "Emily Carter <emily.carter@brightwater.example>", "Quote"
    message.set_content("Please find the quote attached.")
    message.add_attachment(b"the quote", maintype="application", subtype="pdf", filename="Quote.pdf")
    return message.as_bytes()


@dataclass
class Mailboxes:
    asked: list[tuple[str, str]] = field(default_factory=list)

    def find(self, mail: Mail, *, user: str = "", channel: str = "") -> MailPlace | None:
        self.asked.append((user, channel))
        return PLACE

    def read(self, place: MailPlace) -> bytes | None:
        return original()


def nothing(url: str) -> bytes:
    raise AssertionError(f"Slack was asked for {url}")


def test_it_is_looked_for_in_the_mailbox_of_the_channel_and_of_who_forwarded_it() -> None:
    mailboxes = Mailboxes()
    mail = Mail(subject="Quote", attachments=(Attachment("Quote.pdf", "application/pdf", 9),))
    (got,) = AttachmentFetch(nothing, mailboxes).fill(mail, PROPOSAL, 10_000).attachments
    assert got.content == b"the quote"
    assert mailboxes.asked == [("U0BEN", "C0SALES")]
