"""onOffice's calls about one mail: what it is linked to, and setting that. A mail is named by its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.crm.onoffice import errors, mapping
from bot.crm.onoffice.client import Action, Client, Result, Row
from bot.crm.onoffice.errors import OnOfficeError
from bot.crm.onoffice.merge import Linked, Write
from bot.crm.port import CRMError
from bot.language import SILENCE, sentence
from bot.mail import MailPlace

INBOX = "INBOX"
USE_THE_OLDER_FORM = sentence("onoffice.use_the_older_form")


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


def info_in_lower_case(place: MailPlace, folder: str) -> Action:
    """The same with the names as the other two calls spell them, in case the page and the server differ."""
    return Action("get", "emailInfo", {**_named(place, folder), "uid": str(place.uid)})


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


@dataclass(frozen=True, slots=True)
class Watched:
    """What was linked right before a write and right after it, read in the write's own request; None where that
    cannot be told."""

    before: Linked | None = None
    after: Linked | None = None


Way = Callable[[MailPlace, str], Action]


class Mails:
    """Reads and sets links; safe to use from several threads."""

    def __init__(self, client: Client, inbox_names: Sequence[str]) -> None:
        self._client = client
        self.inbox_names = tuple(inbox_names)
        # What turned out to work here: the inbox's name for each mailbox and verb, how links were asked for last, and
        # whether a request may hold several calls.
        self._known_name: Mapping[tuple[str, str], str] = {}
        self._way: Way = info
        self._together = True

    def linked(self, place: MailPlace) -> Linked | None:
        """What a mail is linked to now, never from a cache; None where this onOffice has no call that tells it.
        Raises CRMError."""
        refused: OnOfficeError | None = None
        answered = False
        for way in (info, info_in_lower_case, older_info):
            if way is info_in_lower_case and (refused is None or refused.number not in errors.MISSPELT):
                continue
            try:
                result = self._in_folder(place, "get", partial(way, place))
            except OnOfficeError as error:
                if error.number not in errors.UNKNOWN_CALL | errors.MISSPELT:
                    raise
                refused = refused or error
                continue
            if result.rows:
                self._way = way
                return _linked(place, way, result.rows[0])
            answered = True
        if refused is not None and refused.number in errors.MISSPELT:
            raise refused
        return Linked() if answered else None

    def assign(self, place: MailPlace, write: Write) -> Watched:
        """Set the links; that it returns is no proof yet. Raises CRMError.

        The reads before and after go in the write's own request: what somebody else changed since the last look is
        seen in the moment of the write.
        """
        way, unseen = self._way, Result(error=CRMError(SILENCE, permanent=False, code=errors.MISSING_RESULT))
        look = way(place, next(self.folders(place, "get")))

        def call(name: str) -> list[Result]:
            written = assignment(place, name, write)
            if self._together:
                return self._client.call([look, written, look], writes=True)
            return [unseen, *self._client.call([written], writes=True), unseen]

        results = self._first_known(place, "do", call, written=1)
        fault = results[1].error
        if fault is not None and fault.code == errors.MISSING_RESULT and self._together:
            # A customer's onOffice that carries out a part of a request only: one call at a time, from now on. The
            # write states the whole, so that making it twice is making it once.
            self._together = False
            results = self._first_known(place, "do", call, written=1)
            fault = results[1].error
        if fault is not None:
            if (
                isinstance(fault, OnOfficeError)
                and "addressids" in fault.vendor_message.casefold()
                and (fault.number in errors.UNKNOWN_FIELD)
            ):
                fault.message = USE_THE_OLDER_FORM
            raise fault
        return Watched(_seen(place, way, results[0]), _seen(place, way, results[2]))

    def folders(self, place: MailPlace, verb: str = "do") -> Iterator[str]:
        """The names under which onOffice may know the folder, the one that worked last first. The pages about reading
        and about writing name the inbox differently, so each verb has a memory of its own."""
        names = self.inbox_names if place.folder.upper() == INBOX else (place.folder,)
        known = self._known_name.get((place.identity, verb))
        yield from sorted(names, key=lambda name: name != known)

    def _in_folder(self, place: MailPlace, verb: str, build: Callable[[str], Action]) -> Result:
        (result,) = self._first_known(place, verb, lambda name: self._client.call([build(name)]), written=0)
        if result.error is not None:
            raise result.error
        return result

    def _first_known(
        self, place: MailPlace, verb: str, call: Callable[[str], list[Result]], *, written: int
    ) -> list[Result]:
        """Call with the folder's name; only where onOffice doesn't know it, with the next one. `written` is the place
        of the result that tells."""
        refused: list[Result] = []
        for name in self.folders(place, verb):
            results = call(name)
            error = results[written].error
            if isinstance(error, OnOfficeError) and error.number in errors.UNKNOWN_FOLDER:
                refused = refused or results
                continue
            if error is None and len(self.inbox_names) > 1 and place.folder.upper() == INBOX:
                self._known_name = {**self._known_name, (place.identity, verb): name}
            return results
        return refused


def _seen(place: MailPlace, way: Way, result: Result) -> Linked | None:
    """The links in an answer beside a write; that write must not fail because the look at it did."""
    if result.error is not None:
        return None
    if not result.rows:
        return None if way is older_info else Linked()
    try:
        return _linked(place, way, result.rows[0])
    except OnOfficeError:
        return None


def _linked(place: MailPlace, way: Way, row: Row) -> Linked:
    if row.id.startswith("<") and row.id != bracketed(place.message_id):
        raise errors.error(errors.OTHER_MAIL)
    return mapping.linked_flat(row) if way is older_info else mapping.linked(row)
