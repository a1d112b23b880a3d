"""The mailboxes to look into: how they are found, added and checked. They are tried before they are believed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, cast

from bot.connections.channels import Channels
from bot.connections.stores import Storage, create_storage
from bot.crm import CRM, Check
from bot.language import Sentence, plain, sentence, together
from bot.mail import ImapAccount, Locator, Mail, MailboxError, MailPlace
from bot.settings import Settings
from storage.tables import Mailbox

DEFAULT_PORTS = {"ssl": 993, "starttls": 143, "none": 143}


def create_locator(settings: Settings, storage: Storage) -> Locator:
    """Looks into the mailboxes that storage holds."""
    return Locator(
        lambda: [account(mailbox, password) for mailbox, password in storage.mailboxes.all()],
        ca_file=settings.linkbot_ca_file,
    )


class Finder(Protocol):
    """Finds a mail in the mailboxes; see `bot.mail.Locator`."""

    def find(
        self, mail: Mail, *, known: MailPlace | None = None, user: str = "", channel: str = ""
    ) -> MailPlace | None:
        """`known` is where it lay last, `user` the Slack user it came from: their own mailbox is looked into first, and
        `channel` the conversation: where that has one mailbox, no other is looked into."""

    def read(self, place: MailPlace) -> bytes | None:
        """The whole mail that lies there; None where it no longer does."""

    def identities(self, channel: str = "") -> list[str]:
        """The addresses of the mailboxes that are looked into for the mails of a conversation."""

    def logins(self) -> dict[str, bool]:
        """Which of them let the bot in; one that cannot be asked just now is left out."""


@dataclass(frozen=True)
class MailboxFinder:
    """Fulfils `Finder` with the mailboxes that storage holds: the one of the person who forwarded the
    mail is looked into first."""

    locator: Locator
    storage: Storage
    channels: Channels | None = None

    def find(
        self, mail: Mail, *, known: MailPlace | None = None, user: str = "", channel: str = ""
    ) -> MailPlace | None:
        only = self.channels.of(channel).mailbox if self.channels and channel else ""
        return self.locator.find(mail, known=known, first=self.storage.mailboxes.of_user(user), only=only)

    def read(self, place: MailPlace) -> bytes | None:
        return self.locator.read(place)

    def identities(self, channel: str = "") -> list[str]:
        only = self.channels.of(channel).mailbox if self.channels and channel else ""
        return [only] if only else self.locator.identities()

    def logins(self) -> dict[str, bool]:
        return self.locator.logins()


def account(mailbox: Mailbox, password: str) -> ImapAccount:
    """A stored mailbox as the locator takes it."""
    return ImapAccount(
        identity=mailbox.identity,
        host=mailbox.host,
        port=mailbox.port,
        user=mailbox.username,
        password=password,
        tls=cast("Literal['ssl', 'starttls', 'none']", mailbox.tls),
        folders=tuple(mailbox.folders),
    )


def add(
    settings: Settings,
    identity: str,
    *,
    host: str,
    port: int | None,
    user: str,
    tls: str,
    folders: Sequence[str],
    password: str,
    slack_user: str = "",
    check: bool,
) -> Sentence | None:
    """Store a mailbox; with `check` after logging in once and finding its folders. Gives a sentence where it cannot be
    used."""
    if "@" not in identity:
        return sentence("mailbox.no_address", mailbox=identity)
    if not password:
        return sentence("mailbox.no_password")
    storage = create_storage(settings)
    mailbox = Mailbox(
        identity=identity,
        host=host,
        port=port or DEFAULT_PORTS[tls],
        username=user or identity,
        sealed_password="",
        tls=tls,
        folders=list(folders),
        slack_user=slack_user,
    )
    if check:
        try:
            create_locator(settings, storage).check(account(mailbox, password))
        except MailboxError as error:
            return together(error.message, sentence("mailbox.not_stored"))
    storage.mailboxes.save(mailbox, password)
    return None


def check(settings: Settings, storage: Storage, crms: Iterable[CRM], identity: str = "") -> Iterator[Check]:
    """Log in to the stored mailboxes (or to one), say which of their folders open, and whether the CRMs that link mails
    in mailboxes let their API user use them."""
    known = list(crms)
    locator = create_locator(settings, storage)
    boxes = [(box, password) for box, password in storage.mailboxes.all() if identity in ("", box.identity)]
    if not boxes:
        yield Check(plain(identity) or sentence("doctor.mailboxes"), False, sentence("mailbox.there_is_none"))
    for box, password in boxes:
        try:
            yield Check(plain(box.identity), True, opening(locator.folders(account(box, password))))
        except MailboxError as error:
            yield Check(plain(box.identity), False, error.message)
        yield from filter(None, (crm.check_identity(box.identity) for crm in known))


def opening(folders: Mapping[str, bool]) -> Sentence:
    """Which folders open, and which do not."""
    names = ", ".join(name for name, opens in folders.items() if opens)
    closed = ", ".join(name for name, opens in folders.items() if not opens)
    return (
        sentence("mailbox.opens_but", names=names, closed=closed) if closed else sentence("mailbox.opens", names=names)
    )
