"""What `linkbot doctor` asks onOffice."""

from __future__ import annotations

from collections.abc import Sequence

from bot.crm.clock import wrong_clock
from bot.crm.onoffice import errors, mapping
from bot.crm.onoffice.activities import Activities
from bot.crm.onoffice.advice import KIND, RIGHTS, failed, known
from bot.crm.onoffice.client import Client
from bot.crm.onoffice.directory import Directory
from bot.crm.onoffice.errors import OnOfficeError
from bot.crm.onoffice.mails import INBOX, info, older_info
from bot.crm.port import Check, CRMError
from bot.language import SILENCE, Sentence, sentence
from bot.mail import MailPlace

NEEDED = {mapping.ADDRESS: {"Vorname", "Name", "email"}, mapping.ESTATE: {"objektnr_extern", "strasse"}}
FIELDS = sentence("onoffice.check.readable_fields")
IDENTITY_NOT_ASSIGNED = frozenset({50, 51})
# No such mail: whoever is told this was let into the mailbox.
MAILBOX_IS_OPEN = frozenset({61, 62, 63, 94, 133, 276, 283, 285, 287})
USUAL_INBOX_NAMES = (INBOX, "Posteingang")
NO_FOLDER = sentence("onoffice.check.inbox_names")
ASSIGNED = sentence("onoffice.check.assigned")
ACCESS = sentence("onoffice.check.access")
# Each kind of records: its name, and that of its fields.
KINDS = (
    (mapping.ADDRESS, sentence("onoffice.check.addresses"), sentence("onoffice.check.address_fields")),
    (mapping.ESTATE, sentence("onoffice.check.properties"), sentence("onoffice.check.property_fields")),
)


def checks(client: Client, directory: Directory, activities: Activities) -> list[Check]:
    """Access, clock, visible records, readable fields and the kind of activity, in the order in which one needs the
    other. Never raises."""
    lines: list[Check] = []
    for kind, name, of_fields in KINDS:
        try:
            count, closed = directory.glance(kind)
        except CRMError as error:
            whole = not isinstance(error, OnOfficeError) or error.kind is errors.Kind.CREDENTIALS
            lines.append(failed(ACCESS if whole else name, error))
            if whole:
                break
            continue
        lines.append(
            Check(name, count > 0, sentence("onoffice.check.visible", records=count), SILENCE if count else RIGHTS)
        )
        if closed:
            needed = NEEDED[kind].intersection(closed)
            detail = sentence("onoffice.check.left_out", names=", ".join(closed))
            lines.append(Check(of_fields, not needed, detail, FIELDS if needed else SILENCE))
    else:
        lines.append(activity(activities))
    if how := wrong_clock(client.drift):
        detail, remedy = sentence("clock.here", how=how), sentence("onoffice.check.set_clock")
        lines.append(Check(sentence("onoffice.check.clock"), ok=False, detail=detail, remedy=remedy))
    return lines


def activity(activities: Activities) -> Check:
    """Whether onOffice has the kind and type of activity that are set. Never raises."""
    name, wanted = sentence("onoffice.check.activities"), f"{activities.kind}, {activities.type}"
    try:
        kinds = activities.kinds()
    except CRMError as error:
        if isinstance(error, OnOfficeError) and error.permanent and error.kind is not errors.Kind.CREDENTIALS:
            return Check(name, ok=True, detail=sentence("onoffice.check.kinds_not_listed"), told=False)
        return failed(name, error)
    if activities.type in kinds.get(activities.kind, ()):
        return Check(name, ok=True, detail=sentence("onoffice.check.kind_there", kind=wanted))
    there = "; ".join(f"{kind}: {', '.join(types)}" for kind, types in kinds.items())
    return Check(name, ok=False, detail=sentence("onoffice.check.no_kind", kind=wanted, there=there), remedy=KIND)


def nowhere(identity: str) -> MailPlace:
    """A mail that can't exist."""
    return MailPlace(identity, INBOX, 1, 0, "<no-such-mail@linkbot.invalid>")


def check_identity(client: Client, identity: str, inbox_names: Sequence[str] = USUAL_INBOX_NAMES) -> Check:
    """Ask for a mail that can't exist: the error tells whether the mailbox is assigned to the API user, and whether
    its inbox has one of these names. Nothing is sent or changed. Never raises."""
    check = _assigned(client, identity)
    if not check.ok or not set(USUAL_INBOX_NAMES).isdisjoint(inbox_names):
        return check
    # Wrong for sure only where onOffice knows none of the names that are set, and one of the usual ones.
    if any(_has_folder(client, identity, name) is not False for name in inbox_names):
        return check
    there = [name for name in USUAL_INBOX_NAMES if _has_folder(client, identity, name)]
    if not there:
        return check
    detail = sentence("onoffice.check.inbox", names=", ".join(there))
    return Check(check.name, ok=False, detail=detail, remedy=NO_FOLDER)


def _has_folder(client: Client, identity: str, folder: str) -> bool | None:
    """Whether a mailbox has this folder; None where it can't be told."""
    try:
        client.one(info(nowhere(identity), folder))
    except OnOfficeError as error:
        known = error.number in MAILBOX_IS_OPEN
        return error.number not in errors.UNKNOWN_FOLDER if known else None
    except CRMError:
        return None
    return True


def _assigned(client: Client, identity: str) -> Check:
    name = sentence("onoffice.check.mailbox", mailbox=identity)
    refused: CRMError | None = None
    for look in (info, older_info):
        try:
            client.one(look(nowhere(identity), INBOX))
        except OnOfficeError as error:
            if error.number in MAILBOX_IS_OPEN:
                return Check(name, ok=True, detail=ASSIGNED)
            refused = error
            if error.number in errors.UNKNOWN_CALL:
                continue  # an onOffice without this call is asked by the other
        except CRMError as error:
            refused = error
        break
    else:
        return Check(name, ok=False, detail=sentence("onoffice.check.cannot_tell"), remedy=_remedy(refused))
    if refused is None:
        return Check(name, ok=True, detail=ASSIGNED)
    if isinstance(refused, OnOfficeError) and refused.number in IDENTITY_NOT_ASSIGNED:
        return Check(name, ok=False, detail=sentence("onoffice.check.not_assigned"), remedy=_remedy(refused))
    return failed(name, refused)


def _remedy(error: CRMError | None) -> Sentence:
    advice = known(error) if error else None
    return advice.remedy if advice else SILENCE
