"""Reading a module by COQL, for those that are too large to be listed: from id to id, so that no total limits it.

https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html , …/COQL-Limitations.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.crm.zoho import errors, mapping
from bot.crm.zoho.client import Answer, Client
from bot.crm.zoho.errors import ZohoError
from bot.crm.zoho.mapping import Fields
from bot.crm.zoho.metadata import Metadata

QUERY = "coql"
# The page on limitations says 2,000 rows for one call; an older text says 200, and is believed where Zoho insists.
ROWS, FEWER_ROWS = 2000, 200
# COQL answers a lookup by its id alone; its name is asked for beside it.
_COMPANY = "Account_Name"
_COMPANY_NAME = f"{_COMPANY}.Account_Name"


class Querying:
    """Reads with COQL. `rows` shrinks once where Zoho takes no more."""

    def __init__(self, client: Client, metadata: Metadata) -> None:
        self._client = client
        self._metadata = metadata
        self._rows = ROWS

    def page(self, module: str, after: str, since: datetime | None) -> Answer:
        """The records whose ids come after `after` ("1" stands for the first), changed since then. Raises CRMError."""
        known = self._metadata.fields(module)
        try:
            answer = self._client.query(select(module, known, after, since, self._rows))
        except ZohoError as error:
            if error.code not in errors.QUERY_REFUSED or self._rows == FEWER_ROWS:
                raise
            self._rows = FEWER_ROWS
            answer = self._client.query(select(module, known, after, since, self._rows))
        rows = [listed(row) for row in answer.items("data")]
        return Answer({**answer.body, "data": rows}, answer.empty, answer.status)


def select(module: str, known: Fields, after: str, since: datetime | None, rows: int) -> str:
    """The query for a page. Ids are numbers and names are Zoho's own, so that nothing needs to be escaped."""
    names = ["id", *known.all()][: mapping.MOST_FIELDS - 1]
    if known.lookups.get(_COMPANY) and module != mapping.ACCOUNTS:
        names.append(_COMPANY_NAME)
    where = f"id > '{int(after)}'"
    if since is not None:
        where = f"({where} and Modified_Time >= '{since.isoformat(timespec='seconds')}')"
    return f"select {', '.join(dict.fromkeys(names))} from {module} where {where} order by id asc limit {rows}"  # noqa: S608 - COQL


def listed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of COQL as lists have it: lookups with their names."""
    company = row.get(_COMPANY)
    if _COMPANY_NAME not in row or not isinstance(company, Mapping):
        return dict(row)
    return {**row, _COMPANY: {**company, "name": row[_COMPANY_NAME]}}
