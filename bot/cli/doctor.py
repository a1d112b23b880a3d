"""`linkbot doctor`: one line for each thing that must be right, and how to mend what is not."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from bot.cli.database import NOT_CURRENT, WRONG_KEY, DatabaseError, explained, open_storage
from bot.connections import Storage, account, create_crms, create_locator
from bot.crm import CRM, Check
from bot.language import words
from bot.mail import MailboxError
from bot.settings import Settings
from storage import migrate
from storage.vault import BrokenSealError


def checks(settings: Settings) -> Iterator[Check]:
    """Every check, in the order in which to mend things; one that needs an earlier one is left out when that fails."""
    missing = settings.missing()
    if missing:
        remedy = "Set them in the environment or in .env; .env.example says what each is."
        yield Check("Settings", False, f"missing: {', '.join(missing)}", remedy)
    else:
        yield Check("Settings", True, "complete")
    storage: Storage | None = None
    if not settings.missing_key():
        storage, check = _storage(settings)
        yield check
    if settings.linkbot_index_folder:
        yield _index_folder(Path(settings.linkbot_index_folder).absolute())
    if settings.slack_bot_token.get_secret_value():
        from bot.app import slack_checks  # here, because it brings the whole bot along

        yield from slack_checks(settings)
    if storage is not None:
        crms = {} if settings.missing_for_crm() else create_crms(settings, storage)
        try:
            with explained(settings.database_url):
                usable = []
                for crm in crms.values():
                    lines = crm.checks()
                    yield from lines
                    if any(line.ok for line in lines):
                        usable.append(crm)
                yield from _kept(settings, storage, usable)
        except DatabaseError as error:
            yield Check("Database", False, error.detail, error.remedy)


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
        storage = open_storage(settings)
        with explained(settings.database_url):
            current = migrate.is_current(storage.engine)
    except DatabaseError as error:
        return None, Check("Database", False, error.detail, error.remedy)
    if not current:
        return None, Check("Database", False, *NOT_CURRENT)
    return storage, Check("Database", True, storage.engine.dialect.name)


def _index_folder(folder: Path) -> Check:
    """Whether the index can be kept there. Without it the bot still works, and starts slower."""
    above = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=above):
            return Check("Index folder", True, str(folder))
    except OSError:
        pass
    detail = f"{above} is a file" if not above.is_dir() else f"Linkbot may not write into {above}"
    remedy = "Set LINKBOT_INDEX_FOLDER to a folder that Linkbot may write into."
    return Check("Index folder", False, detail, remedy)


def _kept(settings: Settings, storage: Storage, crms: Collection[CRM]) -> Iterator[Check]:
    count = storage.directory.count()
    remedy = "" if count else "Run: linkbot sync"
    yield Check("Directory", bool(count), f"{count} records copied", remedy)
    try:
        mailboxes = storage.mailboxes.all()
    except BrokenSealError:
        yield Check("Secret key", False, *WRONG_KEY)
        return
    if "onoffice" in settings.crm and not mailboxes:
        remedy = "onOffice links only mails that lie in a mailbox. Run: linkbot mailbox add"
        yield Check("Mailboxes", False, "none", remedy)
    locator = create_locator(storage)
    for mailbox, password in mailboxes:
        name = f"Mailbox {mailbox.identity}"
        try:
            folders = locator.check(account(mailbox, password))
            yield Check(name, True, f"{len(folders)} folders")
        except MailboxError as error:
            remedy = "Run: linkbot mailbox add, to correct it" if error.permanent else ""
            yield Check(name, False, words()(error.message), remedy)
        yield from filter(None, (crm.check_identity(mailbox.identity) for crm in crms))
