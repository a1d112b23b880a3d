"""What `linkbot doctor` asks onOffice."""

from __future__ import annotations

from bot.crm.onoffice import mapping
from bot.crm.onoffice.client import Client
from bot.crm.onoffice.directory import Directory
from bot.crm.onoffice.errors import OnOfficeError
from bot.crm.onoffice.mails import INBOX, info
from bot.crm.port import Check, CRMError
from bot.mail import MailPlace

RIGHTS = (
    "Give Linkbot's API user in onOffice the right to read all addresses and properties; 'only own' and "
    "'published on the website only' hide the others."
)
IDENTITY_NOT_ASSIGNED = frozenset({50, 51})
# No such mail: whoever is told this was let into the mailbox.
MAILBOX_IS_OPEN = frozenset({61, 62, 63, 94, 133, 276, 283, 285, 287})


def checks(directory: Directory) -> list[Check]:
    """Access and visible records, in the order in which one needs the other. Never raises."""
    lines: list[Check] = []
    for kind, name in ((mapping.ADDRESS, "addresses"), (mapping.ESTATE, "properties")):
        try:
            count = directory.count(kind)
        except CRMError as error:
            lines.append(Check(f"onOffice {name}", ok=False, detail=f"code {error.code}", remedy=error.message))
            if not isinstance(error, OnOfficeError) or error.kind == "credentials":
                break
            continue
        remedy = "" if count else RIGHTS
        lines.append(Check(f"onOffice {name}", ok=count > 0, detail=f"{count} visible", remedy=remedy))
    return lines


def check_identity(client: Client, identity: str) -> Check:
    """Ask for a mail that can't exist: the error tells whether the mailbox is assigned to the API user."""
    name = f"onOffice mailbox {identity}"
    nowhere = MailPlace(identity, INBOX, 1, 0, "<no-such-mail@linkbot.invalid>")
    try:
        client.one(info(nowhere, INBOX))
    except OnOfficeError as error:
        if error.number in MAILBOX_IS_OPEN:
            return Check(name, ok=True, detail="assigned to Linkbot's API user")
        detail = "not assigned to Linkbot's API user" if error.number in IDENTITY_NOT_ASSIGNED else f"code {error.code}"
        return Check(name, ok=False, detail=detail, remedy=error.message)
    except CRMError as error:
        return Check(name, ok=False, detail=f"code {error.code}", remedy=error.message)
    return Check(name, ok=True, detail="assigned to Linkbot's API user")
