"""The bytes of the attachments that go along with a copied mail: from Slack, else from the mailbox the mail lies in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from bot.crm import CRMError
from bot.language import sentence
from bot.mail import Attachment, Mail, MailboxError, MailPlace, UnreadableMail, read_file
from bot.proposals import files_of, going_along
from bot.surface import SurfaceError
from storage.tables import Proposal

AWAY = sentence("link.attachments_away")
MAILBOX_AWAY = sentence("link.mailbox_away")

log = logging.getLogger(__name__)


class Mailboxes(Protocol):
    """Where the original may lie; see `bot.connections.Finder`."""

    def find(self, mail: Mail, *, user: str = "", channel: str = "") -> MailPlace | None: ...
    def read(self, place: MailPlace) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class AttachmentFetch:
    """`download` gets a file of Slack's by its address."""

    download: Callable[[str], bytes]
    mailboxes: Mailboxes

    def fill(self, mail: Mail, proposal: Proposal, most: int) -> Mail:
        """The mail with those attachments only that go along (see `going_along`) and with their bytes. One whose bytes
        nobody has stays without; the vendor's adapter names it. Where the proposal's channel has one mailbox, the
        original is looked for there only. Raises CRMError where Slack is away for now."""
        numbers = {file.number for file in going_along(files_of(mail), proposal.attachments, most)}
        wanted = [one for number, one in enumerate(mail.attachments) if one.inline or number in numbers]
        here = [self._downloaded(one) for one in wanted]
        if any(one.content is None for one in here):
            here = _completed(here, self._originals(mail, proposal))
        return replace(mail, attachments=tuple(here))

    def _downloaded(self, attachment: Attachment) -> Attachment:
        if attachment.content is not None or not attachment.url:
            return attachment
        try:
            return replace(attachment, content=self.download(attachment.url))
        except SurfaceError as error:
            if not error.permanent:
                raise CRMError(AWAY, permanent=False, code="attachments") from None
            log.warning("an attachment could not be fetched: %s", error.code)
            return attachment

    def _originals(self, mail: Mail, proposal: Proposal) -> tuple[Attachment, ...]:
        """The attachments of the mail as it lies in a mailbox; none where it lies in none."""
        try:
            place = self.mailboxes.find(mail, user=proposal.forwarded_by, channel=proposal.channel)
            raw = self.mailboxes.read(place) if place else None
            return read_file("mail.eml", raw).attachments if raw else ()
        except (MailboxError, UnreadableMail) as error:
            if isinstance(error, MailboxError) and not error.permanent:
                raise CRMError(MAILBOX_AWAY, permanent=False, code="attachments") from None
            log.warning("the original of a mail could not be read: %s", type(error).__name__)
            return ()


def _completed(attachments: Iterable[Attachment], originals: Iterable[Attachment]) -> list[Attachment]:
    """Bytes for those that have none, from the originals of the same name, each used once."""
    left = [one for one in originals if one.content is not None]
    done = []
    for one in attachments:
        twin = next((other for other in left if one.content is None and other.filename == one.filename), None)
        if twin is not None:
            left.remove(twin)
        done.append(replace(one, content=twin.content) if twin else one)
    return done
