"""`linkbot doctor`: one line for each thing that must be right, and how to mend what is not."""

from __future__ import annotations

from collections.abc import Iterator

from bot.app import create_crms, slack_checks
from bot.crm.port import Check
from bot.mail import MailboxError
from bot.mailboxes import account, create_locator
from bot.settings import Settings
from bot.stores import Storage, create_storage
from storage import migrate
from storage.vault import BrokenSealError


def checks(settings: Settings) -> Iterator[Check]:
    """Every check, in the order in which to mend things; one that needs an earlier one is left out when that fails."""
    missing = settings.missing()
    if missing:
        yield Check("Settings", False, f"missing: {', '.join(missing)}", "Set them in the environment or in .env.")
    else:
        yield Check("Settings", True, "complete")
    storage: Storage | None = None
    if not settings.missing_key():
        storage, check = _storage(settings)
        yield check
    if settings.slack_bot_token.get_secret_value():
        yield from slack_checks(settings)
    if storage is not None:
        if not settings.missing_for_crm():
            for crm in create_crms(settings, storage).values():
                yield from crm.checks()
        yield from _kept(settings, storage)


def probes(settings: Settings) -> Iterator[Check]:
    """What the vendors' documents leave open, settled at this account without changing anything there."""
    storage, check = _storage(settings)
    if storage is None:
        yield check
        return
    for crm in create_crms(settings, storage).values():
        for mailbox, _ in storage.mailboxes.all():
            # Also for its own sake: from then on the CRM is asked with mailboxes that it knows.
            known = crm.check_identity(mailbox.identity)
            if known is not None:
                yield known
        yield from crm.probe()


def _storage(settings: Settings) -> tuple[Storage | None, Check]:
    try:
        storage = create_storage(settings)
        current = migrate.is_current(storage.engine)
    except ValueError as error:
        return None, Check("Database", False, str(error), "Correct it in the environment or in .env.")
    except migrate.DatabaseError as error:
        remedy = "Check DATABASE_URL and that the database is running."
        return None, Check("Database", False, type(error).__name__, remedy)
    if not current:
        return None, Check("Database", False, "not up to date", "Run: linkbot db upgrade")
    return storage, Check("Database", True, storage.engine.dialect.name)


def _kept(settings: Settings, storage: Storage) -> Iterator[Check]:
    count = storage.directory.count()
    remedy = "" if count else "Run: linkbot sync"
    yield Check("Directory", bool(count), f"{count} records copied", remedy)
    try:
        mailboxes = storage.mailboxes.all()
    except BrokenSealError:
        remedy = "Put the old key behind the new one (new,old), or remove and add the mailboxes again."
        yield Check("Secret key", False, "something was stored with another LINKBOT_SECRET_KEY", remedy)
        return
    if "onoffice" in settings.crm and not mailboxes:
        remedy = "onOffice links only mails that lie in a mailbox. Run: linkbot mailbox add"
        yield Check("Mailboxes", False, "none", remedy)
    locator = create_locator(storage)
    for mailbox, password in mailboxes:
        try:
            folders = locator.check(account(mailbox, password))
            yield Check(f"Mailbox {mailbox.identity}", True, f"{len(folders)} folders")
        except MailboxError as error:
            remedy = "Run: linkbot mailbox add, to correct it" if error.permanent else ""
            yield Check(f"Mailbox {mailbox.identity}", False, error.message, remedy)
