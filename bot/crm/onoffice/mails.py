"""onOffice's calls about one mail: what it is linked to, and setting that. A mail is named by its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot.crm.onoffice import errors, mapping
from bot.crm.onoffice.client import Action, Client, Result
from bot.crm.onoffice.errors import OnOfficeError
from bot.crm.onoffice.merge import Linked, Write
from bot.mail import MailPlace

INBOX = "INBOX"


def bracketed(message_id: str) -> str:
    """A Message-ID with its angle brackets, as all of onOffice's examples have it."""
    return f"<{message_id.strip().strip('<>')}>"


def info(place: MailPlace, folder: str) -> Action:
    """Ask for a mail's links. https://apidoc.onoffice.de/actions/informationen-abfragen/email-info/: names in camel
    case and the uid as text, unlike the call that sets the links."""
    return Action(
        "get",
        "emailInfo",
        {
            "emailIdentity": place.identity,
            "messageId": bracketed(place.message_id),
            "uid": str(place.uid),
            "folder": folder,
        },
    )


def older_info(place: MailPlace, folder: str) -> Action:
    """The deprecated way to ask. https://apidoc.onoffice.de/actions/informationen-abfragen/emailverknuepfungen/"""
    return Action("get", "emailassignments", {**_named(place, folder), "uid": str(place.uid)})


def assignment(place: MailPlace, folder: str, write: Write) -> Action:
    """Set a mail's links. https://apidoc.onoffice.de/actions/aktionen-ausfuehren/emailverknuepfungen-erstellen/

    Raises ValueError for a write that names nothing: onOffice would call it a success.
    """
    sides = write.parameters()
    if not sides:
        raise ValueError("a link call must name at least one record")
    return Action("do", "emailassignments", {**_named(place, folder), **sides})


def _named(place: MailPlace, folder: str) -> dict[str, Any]:
    return {
        "emailidentity": place.identity,
        "messageid": bracketed(place.message_id),
        "uid": place.uid,
        "folder": folder,
    }


class Mails:
    """Reads and sets links; safe to use from several threads."""

    def __init__(self, client: Client, inbox_names: Sequence[str]) -> None:
        self._client = client
        self._inbox_names = tuple(inbox_names)
        self._known_name: Mapping[str, str] = {}  # which name of the inbox worked for an identity

    def linked(self, place: MailPlace) -> Linked:
        """What a mail is linked to now, never from a cache. Raises CRMError."""
        try:
            result = self._in_folder(place, lambda folder: info(place, folder))
        except OnOfficeError as error:
            if error.number not in errors.UNKNOWN_CALL:
                raise
            return self._older(place)
        if not result.rows:
            return self._older(place)
        row = result.rows[0]
        if row.id.startswith("<") and row.id != bracketed(place.message_id):
            raise errors.error(errors.OTHER_MAIL)
        return mapping.linked(row)

    def assign(self, place: MailPlace, write: Write) -> None:
        """Set the links; that it returns is no proof yet. Raises CRMError."""
        self._in_folder(place, lambda folder: assignment(place, folder, write), writes=True)

    def folders(self, place: MailPlace) -> Iterator[str]:
        """The names under which onOffice may know the folder, the one that worked last first."""
        names = self._inbox_names if place.folder.upper() == INBOX else (place.folder,)
        known = self._known_name.get(place.identity)
        yield from sorted(names, key=lambda name: name != known)

    def _older(self, place: MailPlace) -> Linked:
        result = self._in_folder(place, lambda folder: older_info(place, folder))
        return mapping.linked_flat(result.rows[0]) if result.rows else Linked()

    def _in_folder(self, place: MailPlace, build: Callable[[str], Action], *, writes: bool = False) -> Result:
        """Call with the folder's name; only where onOffice doesn't know it, with the next one."""
        refused: OnOfficeError | None = None
        for name in self.folders(place):
            try:
                result = self._client.one(build(name), writes=writes)
            except OnOfficeError as error:
                if error.number not in errors.UNKNOWN_FOLDER:
                    raise
                refused = refused or error
                continue
            if len(self._inbox_names) > 1 and place.folder.upper() == INBOX:
                self._known_name = {**self._known_name, place.identity: name}
            return result
        raise refused or errors.error(errors.FOLDER_NOT_FOUND)
