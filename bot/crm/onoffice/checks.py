"""What `linkbot doctor` asks onOffice."""

from __future__ import annotations

from bot.crm.onoffice import errors, mapping
from bot.crm.onoffice.client import Client, wrong_clock
from bot.crm.onoffice.directory import Directory
from bot.crm.onoffice.errors import OnOfficeError
from bot.crm.onoffice.mails import INBOX, info, older_info
from bot.crm.port import Check, CRMError
from bot.mail import MailPlace

RIGHTS = (
    "Give Linkbot's API user in onOffice the right to read all addresses and properties; 'only own' and "
    "'published on the website only' hide the others."
)
NEEDED = {mapping.ADDRESS: {"Vorname", "Name", "email"}, mapping.ESTATE: {"objektnr_extern", "strasse"}}
FIELDS = "Give the API user the right to read these fields; people and properties are recognised by them."
IDENTITY_NOT_ASSIGNED = frozenset({50, 51})
# No such mail: whoever is told this was let into the mailbox.
MAILBOX_IS_OPEN = frozenset({61, 62, 63, 94, 133, 276, 283, 285, 287})
ASSIGNED = "assigned to Linkbot's API user"


def checks(client: Client, directory: Directory) -> list[Check]:
    """Access, clock, visible records and readable fields, in the order in which one needs the other. Never raises."""
    lines: list[Check] = []
    for kind, name in ((mapping.ADDRESS, "addresses"), (mapping.ESTATE, "properties")):
        try:
            count, closed = directory.glance(kind)
        except CRMError as error:
            lines.append(Check(f"onOffice {name}", ok=False, detail=f"code {error.code}", remedy=error.message))
            if not isinstance(error, OnOfficeError) or error.kind == "credentials":
                break
            continue
        lines.append(Check(f"onOffice {name}", count > 0, f"{count} visible", "" if count else RIGHTS))
        if closed:
            needed = NEEDED[kind].intersection(closed)
            detail = f"not there or not readable, so left out: {', '.join(closed)}"
            lines.append(Check(f"onOffice fields of {name}", not needed, detail, FIELDS if needed else ""))
    if how := wrong_clock(client.drift):
        remedy = "Have the clock set (time synchronisation): onOffice refuses calls that are two minutes off."
        lines.append(Check("onOffice clock", ok=False, detail=f"the clock here is {how}", remedy=remedy))
    return lines


def nowhere(identity: str) -> MailPlace:
    """A mail that can't exist."""
    return MailPlace(identity, INBOX, 1, 0, "<no-such-mail@linkbot.invalid>")


def check_identity(client: Client, identity: str) -> Check:
    """Ask for a mail that can't exist: the error tells whether the mailbox is assigned to the API user. Nothing is
    sent or changed. Never raises."""
    name = f"onOffice mailbox {identity}"
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
        return Check(name, ok=False, detail="can't be told", remedy=refused.message if refused else "")
    if refused is None:
        return Check(name, ok=True, detail=ASSIGNED)
    number = refused.number if isinstance(refused, OnOfficeError) else 0
    detail = f"not {ASSIGNED}" if number in IDENTITY_NOT_ASSIGNED else f"code {refused.code}"
    return Check(name, ok=False, detail=detail, remedy=refused.message)
