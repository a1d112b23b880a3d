"""Zoho's directory: its modules page by page, what changed, what was deleted, and the search."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.crm.cursor import Cursor, begin
from bot.crm.port import Page
from bot.crm.zoho import errors, mapping
from bot.crm.zoho.client import Answer, Client
from bot.crm.zoho.errors import ZohoError
from bot.crm.zoho.mapping import Fields
from bot.records import Record

PAGE_SIZE = "200"
LAST_NUMBERED_PAGE = 10  # beyond the first 2,000 records pages have tokens
CHANGE_OVERLAP = timedelta(minutes=10)
# Zoho tells deletions for 60 days; a copy that is older has to be read anew.
OLDEST_CHANGES = timedelta(days=50)
SHORTEST_SEARCH = 2
_DELETED = "/deleted"


class Directory:
    """Reads records; safe to use from several threads."""

    def __init__(self, client: Client, modules: Sequence[str]) -> None:
        self._client = client
        self.modules = tuple(modules)
        self._fields: dict[str, Fields] = {}
        self._module_ids: dict[str, str] = {}
        self._lock = threading.Lock()

    def pages(self, stored: str | None) -> Iterator[Page]:
        """The run that `stored` asks for (see `bot.crm.cursor`): module after module; a run of changes also reads
        after each module what was deleted from it."""
        cursor = begin(stored, overlap=CHANGE_OVERLAP, oldest=OLDEST_CHANGES)
        steps = [m + part for m in self.modules for part in ([""] if cursor.full else ["", _DELETED])]
        start = steps.index(cursor.step) if cursor.step in steps else 0
        for index, step in enumerate(steps[start:], start):
            following = cursor.at(steps[index + 1]) if index + 1 < len(steps) else cursor.finished()
            position = cursor.position if step == cursor.step else ""
            for page in self._step(step, cursor, position, following):
                # A module that is cut short takes its run's claim to be complete.
                reached = Cursor.load(page.cursor)
                cursor = cursor if reached.full else cursor.without_claim()
                following = following if cursor.full else following.without_claim()
                yield page

    def search(self, text: str, module: str, limit: int) -> list[Record]:
        """The search by an address or by words; it may miss what changed in the last minutes."""
        text = text.strip()
        if len(text) < SHORTEST_SEARCH:
            return []
        by = "email" if "@" in text else "word"
        answer = self._client.get(f"{module}/search", {by: text, "per_page": str(min(limit, 200))})
        known = self.fields(module)
        found = [mapping.record(module, item, known) for item in answer.items("data") if item.get("id")]
        if by == "email":  # Zoho compares parts of addresses
            exact = [record for record in found if text.lower() in (address.lower() for address in record.emails)]
            found = exact or found
        return found[:limit]

    def fields(self, module: str) -> Fields:
        """The fields to read of a module, asked for once."""
        with self._lock:
            known = self._fields.get(module)
        if known is None:
            answer = self._client.get("settings/fields", {"module": module})
            known = mapping.fields(answer.items("fields"))
            with self._lock:
                self._fields[module] = known
        return known

    def module_id(self, module: str) -> str | None:
        """A module's id, which differs between organisations; None where it isn't listed. Asked for once."""
        with self._lock:
            known = dict(self._module_ids)
        if module not in known:
            items = self._client.get("settings/modules").items("modules")
            known = {str(item.get("api_name")): str(item["id"]) for item in items if item.get("id")}
            with self._lock:
                self._module_ids = known
        return known.get(module)

    def _step(self, step: str, cursor: Cursor, position: str, following: Cursor) -> Iterator[Page]:
        """The pages of one step from a position on; the cursor of its last page is `following`."""
        module = step.removesuffix(_DELETED)
        begun_anew = False
        while True:
            try:
                answer = self._read(step, module, cursor, position)
            except ZohoError as error:
                if error.about == errors.PAGE_TOKEN and position and not begun_anew:
                    position, begun_anew = "", True  # page tokens live a day: this module once more from its start
                    continue
                if error.code == errors.BEYOND_THE_LAST_PAGE:
                    yield Page((), cursor=following.without_claim().dump(), last=following.done)
                    return
                raise
            position = next_position(position, answer)
            reached = cursor.at(step, position) if position else following
            items = [item for item in answer.items("data") if item.get("id")]
            if step.endswith(_DELETED):
                gone = tuple(mapping.ref(module, item["id"]) for item in items)
                yield Page((), vanished=gone, cursor=reached.dump(), last=reached.done)
            else:
                known = self.fields(module)
                records = tuple(mapping.record(module, item, known) for item in items)
                yield Page(records, cursor=reached.dump(), last=reached.done)
            if not position:
                return

    def _read(self, step: str, module: str, cursor: Cursor, position: str) -> Answer:
        sort, _, value = position.partition(":")
        params = {"per_page": PAGE_SIZE, **({sort: value} if position else {"page": "1"})}
        if step.endswith(_DELETED):
            params["type"] = "all"
        else:
            params["fields"] = ",".join(self.fields(module).all())
        since = cursor.since_time()
        headers = {"If-Modified-Since": since.isoformat(timespec="seconds")} if since else {}
        return self._client.get(step, params, headers)


def next_position(position: str, answer: Answer) -> str:
    """Where the next page is, as `page:2` or `page_token:…`; empty after the last one."""
    if answer.empty or answer.info.get("more_records") is not True:
        return ""
    sort, _, value = position.partition(":")
    page = int(value) if sort == "page" else 1
    if sort != "page_token" and page < LAST_NUMBERED_PAGE:
        return f"page:{page + 1}"
    token = answer.info.get("next_page_token")
    # The list of deleted records has no tokens; it is read on by number.
    return f"page_token:{token}" if token else f"page:{page + 1}"
