"""Zoho's directory: its modules page by page, what changed, what was deleted or converted, and the search.

https://www.zoho.com/crm/developer/docs/api/v7/get-records.html , …/get-deleted-records.html , …/search-records.html
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.crm.cursor import Cursor, begin
from bot.crm.port import CRMError, Page
from bot.crm.zoho import errors, mapping
from bot.crm.zoho.client import Answer, Client
from bot.crm.zoho.errors import ZohoError
from bot.crm.zoho.metadata import Metadata
from bot.crm.zoho.querying import QUERY, Querying
from bot.records import Record

PAGE_SIZE = 200
LAST_NUMBERED_PAGE = 10  # beyond the first 2,000 records pages have tokens
MOST_LISTED = 100_000  # beyond them records are read by COQL
CHANGE_OVERLAP = timedelta(minutes=10)
# Zoho tells deletions for 60 days; a copy that is older has to be read anew.
OLDEST_CHANGES = timedelta(days=50)
SHORTEST_SEARCH = 2
_DELETED, _CONVERTED = "/deleted", "/converted"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Position:
    """Where the next page of a list is: `by` is `page`, `page_token` or `coql`, `value` the number, the token or the
    last id, and `read` how many records came before."""

    by: str = "page"
    value: str = "1"
    read: int = 0

    def dump(self) -> str:
        return f"{self.by}@{self.read}:{self.value}"

    @classmethod
    def load(cls, text: str) -> Position:
        """The inverse of `dump`; of an empty text the beginning."""
        if not text:
            return cls()
        by, _, value = text.partition(":")
        by, _, read = by.partition("@")
        return cls(by, value, int(read) if read.isdecimal() else 0)


class Directory:
    """Reads records; safe to use from several threads."""

    def __init__(self, client: Client, metadata: Metadata, modules: Sequence[str]) -> None:
        self._client = client
        self._metadata = metadata
        self._querying = Querying(client, metadata)
        self.modules = tuple(modules)

    def pages(self, stored: str | None) -> Iterator[Page]:
        """The run that `stored` asks for (see `bot.crm.cursor`): module after module; a run of changes also reads
        after each module what left it. A full run is due where the modules are others than those of the last run."""
        modules = self.in_use()
        if stored is not None and _modules_of(stored) not in (None, set(modules)):
            stored = None
        cursor = begin(stored, overlap=CHANGE_OVERLAP, oldest=OLDEST_CHANGES)
        steps = [step for module in modules for step in _steps(module, full=cursor.full)]
        done = replace(cursor.finished(), position=",".join(modules))
        if not steps:
            yield Page((), cursor=done.dump(), last=True)
        total = self._expected(modules) if cursor.full and not cursor.step else None
        start = steps.index(cursor.step) if cursor.step in steps else 0
        for index, step in enumerate(steps[start:], start):
            following = cursor.at(steps[index + 1]) if index + 1 < len(steps) else done
            position = Position.load(cursor.position if step == cursor.step else "")
            for page in self._step(step, cursor, position, following):
                # A module that is cut short takes its run's claim to be complete.
                if not Cursor.load(page.cursor).full:
                    cursor, following, done = (each.without_claim() for each in (cursor, following, done))
                yield replace(page, total=total)

    def _expected(self, modules: Sequence[str]) -> int | None:
        """How many records the modules hold, by one call for each; None where Zoho doesn't tell that of all of them.
        It only serves to show how far a full run is. The call is `record_count` of Zoho's own client."""
        total = 0
        try:
            for module in modules:
                self._client.keep_credits()
                total += int(self._client.get(f"{module}/actions/count").body["count"])
        except (CRMError, KeyError, TypeError, ValueError) as error:
            log.debug("the records are not counted: %s", getattr(error, "code", type(error).__name__))
            return None
        return total

    def in_use(self) -> list[str]:
        """Those of the modules that this organisation has and shows to the bot's user."""
        known = self._metadata.modules()
        return [m for m in self.modules if not known or (m in known and known[m].usable)]

    def takes_mails(self, module: str) -> bool:
        """Whether mails can be put onto the module's records. Raises CRMError."""
        return self._metadata.linkable(module)

    def search(self, text: str, module: str, limit: int) -> list[Record]:
        """The search by an address or by words; it may miss what changed in the last minutes."""
        text = text.strip()
        if len(text) < SHORTEST_SEARCH:
            return []
        by = "email" if "@" in text else "word"
        answer = self._client.get(f"{module}/search", {by: text, "per_page": str(min(limit, PAGE_SIZE))})
        known = self._metadata.fields(module)
        found = [mapping.record(module, item, known) for item in answer.items("data") if item.get("id")]
        if by == "email":  # Zoho compares parts of addresses
            exact = [record for record in found if text.lower() in (address.lower() for address in record.emails)]
            found = exact or found
        return found[:limit]

    def _step(self, step: str, cursor: Cursor, position: Position, following: Cursor) -> Iterator[Page]:
        """The pages of one step from a position on; the cursor of its last page is `following`."""
        module, _, leaving = step.partition("/")
        begun_anew = False
        while True:
            self._client.keep_credits()
            try:
                answer = self._read(step, cursor, position)
            except ZohoError as error:
                if error.about == errors.PAGE_TOKEN and position.by == "page_token" and not begun_anew:
                    position, begun_anew = Position(), True  # tokens live a day: this module once more from its start
                    continue
                if error.code in errors.LISTED_ENOUGH and position.by != QUERY and not leaving:
                    position = Position(QUERY)
                    continue
                if error.code in errors.LISTED_ENOUGH or (position.by == QUERY and error.permanent):
                    yield Page((), cursor=following.without_claim().dump(), last=following.done)
                    return
                raise
            items = [item for item in answer.items("data") if item.get("id")]
            further = next_position(position, answer, beyond=QUERY if not leaving else "")
            reached = cursor.at(step, further.dump()) if further else following
            if leaving:
                gone = tuple(mapping.ref(module, item["id"]) for item in items)
                yield Page((), vanished=gone, cursor=reached.dump(), last=reached.done)
            else:
                known = self._metadata.fields(module)
                records = tuple(mapping.record(module, item, known) for item in items)
                yield Page(records, cursor=reached.dump(), last=reached.done)
            if further is None:
                return
            position = further

    def _read(self, step: str, cursor: Cursor, position: Position) -> Answer:
        module, _, leaving = step.partition("/")
        since = cursor.since_time()
        if position.by == QUERY:
            return self._querying.page(module, position.value, since)
        params = {"per_page": str(PAGE_SIZE), position.by: position.value}
        path = step
        if step.endswith(_DELETED):
            params["type"] = "all"
        elif leaving:
            path = module
            params |= {"fields": "id", "converted": "true"}
        else:
            params["fields"] = ",".join(self._metadata.fields(module).all())
        headers = {"If-Modified-Since": since.isoformat(timespec="seconds")} if since else {}
        return self._client.get(path, params, headers)


def next_position(position: Position, answer: Answer, *, beyond: str = "") -> Position | None:
    """Where the next page is; None after the last one. `beyond` reads on where lists end at 100,000 records."""
    items = answer.items("data")
    read = position.read + len(items)
    if position.by == QUERY:
        more = answer.info.get("more_records") is True and items
        return Position(QUERY, str(items[-1]["id"]), read) if more else None
    if answer.empty or answer.info.get("more_records") is not True:
        # Whether a list that may not go on says so, or only ends, isn't known.
        return Position(beyond) if beyond and read >= MOST_LISTED else None
    page = int(position.value) if position.by == "page" else 1
    if position.by == "page" and page < LAST_NUMBERED_PAGE:
        return Position("page", str(page + 1), read)
    token = answer.info.get("next_page_token")
    # The list of deleted records has no tokens; it is read on by number.
    return Position("page_token", str(token), read) if token else Position("page", str(page + 1), read)


def _steps(module: str, *, full: bool) -> list[str]:
    """A module's steps. Leads leave it by being converted as well, of which the list of deletions says nothing."""
    if full:
        return [module]
    return [module, module + _DELETED, *([module + _CONVERTED] if module == mapping.LEADS else [])]


def _modules_of(stored: str) -> set[str] | None:
    """The modules of the finished run that a cursor stands for; None where it stands for an unfinished one."""
    try:
        cursor = Cursor.load(stored)
    except ValueError:
        return None
    return set(cursor.position.split(",")) if cursor.done else None
