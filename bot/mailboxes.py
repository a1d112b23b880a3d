"""`linkbot mailbox add` and `check`: mailboxes are tried before they are believed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.app import account, create_locator, create_storage
from bot.crm.port import Check
from bot.mail import MailboxError
from bot.settings import Settings
from storage.tables import Mailbox

DEFAULT_PORTS = {"ssl": 993, "starttls": 143, "none": 143}


def add(
    settings: Settings,
    identity: str,
    host: str,
    port: int | None,
    user: str,
    tls: str,
    folders: Sequence[str],
    password: str,
    *,
    check: bool,
) -> str | None:
    """Store a mailbox, after logging in once with `check`. Gives a sentence where it cannot be used."""
    if "@" not in identity:
        return f"{identity} is not an address. The mailbox is named by its own e-mail address."
    if not password:
        return "The password is empty."
    storage = create_storage(settings)
    mailbox = Mailbox(
        identity=identity,
        host=host,
        port=port or DEFAULT_PORTS[tls],
        username=user or identity,
        sealed_password="",
        tls=tls,
        folders=list(folders),
    )
    if check:
        try:
            create_locator(storage).check(account(mailbox, password))
        except MailboxError as error:
            return f"{error.message} Nothing was stored."
    storage.mailboxes.save(mailbox, password)
    return None


def check(settings: Settings, identity: str = "") -> Iterator[Check]:
    """Log in to the stored mailboxes (or to one) and say which folders they have."""
    storage = create_storage(settings)
    locator = create_locator(storage)
    boxes = [(box, password) for box, password in storage.mailboxes.all() if identity in ("", box.identity)]
    if not boxes:
        yield Check(identity or "Mailboxes", False, "There is none. Add it with: linkbot mailbox add")
    for box, password in boxes:
        try:
            yield Check(box.identity, True, ", ".join(locator.check(account(box, password))))
        except MailboxError as error:
            yield Check(box.identity, False, error.message)
