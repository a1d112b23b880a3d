"""`linkbot doctor`: one line for each thing that must be right, and how to mend what is not."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from bot.cli.database import NOT_CURRENT, WRONG_KEY, DatabaseError, explained, open_storage
from bot.connections import Storage, account, create_crms, create_locator, opening
from bot.crm import CRM, Check
from bot.language import SILENCE, enumerated, plain, sentence
from bot.mail import MailboxError
from bot.settings import Settings
from storage import migrate
from storage.vault import BrokenSealError

DATABASE = sentence("doctor.database")
INDEX_FOLDER = sentence("doctor.index_folder")


def checks(settings: Settings) -> Iterator[Check]:
    """Every check, in the order in which to mend things; one that needs an earlier one is left out when that fails."""
    missing = settings.missing_for_several() if settings.several_workspaces else settings.missing()
    if missing:
        detail = sentence("doctor.missing", names=enumerated(missing))
        yield Check(sentence("doctor.settings"), False, detail, sentence("doctor.set_them"))
    else:
        yield Check(sentence("doctor.settings"), True, sentence("doctor.complete"))
    storage: Storage | None = None
    if not settings.missing_key():
        storage, check = _storage(settings)
        yield check
    if settings.several_workspaces:
        return  # Slack, CRMs and mailboxes are each workspace's own
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
            yield Check(DATABASE, False, error.detail, error.remedy)


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
        return None, Check(DATABASE, False, error.detail, error.remedy)
    if not current:
        return None, Check(DATABASE, False, *NOT_CURRENT)
    return storage, Check(DATABASE, True, plain(storage.engine.dialect.name))


def _index_folder(folder: Path) -> Check:
    """Whether the index can be kept there. Without it the bot still works, and starts slower."""
    above = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=above):
            return Check(INDEX_FOLDER, True, plain(str(folder)))
    except OSError:
        pass
    wrong = "doctor.no_writing" if above.is_dir() else "doctor.is_a_file"
    return Check(INDEX_FOLDER, False, sentence(wrong, path=str(above)), sentence("doctor.set_index_folder"))


def _kept(settings: Settings, storage: Storage, crms: Collection[CRM]) -> Iterator[Check]:
    # A line for each CRM: one that was never copied must not hide behind another.
    for vendor in settings.crm:
        count = storage.directory.count([vendor])
        remedy = SILENCE if count else sentence("doctor.run_sync")
        name = sentence("doctor.directory", crm=vendor)
        yield Check(name, bool(count), sentence("doctor.copied", records=count), remedy)
    try:
        mailboxes = storage.mailboxes.all()
    except BrokenSealError:
        yield Check(sentence("doctor.secret_key"), False, *WRONG_KEY)
        return
    if "onoffice" in settings.crm and not mailboxes:
        yield Check(sentence("doctor.mailboxes"), False, sentence("doctor.none"), sentence("doctor.add_mailbox"))
    locator = create_locator(settings, storage)
    for mailbox, password in mailboxes:
        name = sentence("doctor.mailbox", mailbox=mailbox.identity)
        try:
            folders = locator.folders(account(mailbox, password))
            said = sentence("doctor.folders", number=len(folders)) if all(folders.values()) else opening(folders)
            yield Check(name, True, said)
        except MailboxError as error:
            remedy = sentence("doctor.correct_mailbox") if error.permanent else SILENCE
            yield Check(name, False, error.message, remedy)
        yield from filter(None, (crm.check_identity(mailbox.identity) for crm in crms))
