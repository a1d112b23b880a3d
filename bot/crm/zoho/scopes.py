"""The permissions that Linkbot asks Zoho for, and which of them an answer lacks.

https://www.zoho.com/crm/developer/docs/api/v8/scopes.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

# What each is for, as it is said to the person who has left it out.
SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "ZohoCRM.modules.ALL": "reading records and linking mails to them",
        "ZohoCRM.modules.emails.ALL": "linking mails, and checking that they are linked",
        "ZohoCRM.files.CREATE": "attachments and pictures",
        "ZohoCRM.users.READ": "telling sent mails from received ones, and whose they are",
        "ZohoCRM.org.READ": "checking which company is connected",
        "ZohoCRM.settings.modules.READ": "knowing which modules there are",
        "ZohoCRM.settings.fields.READ": "knowing which fields hold e-mail addresses",
        "ZohoCRM.settings.layouts.READ": "knowing which fields a new record must have",
        "ZohoCRM.coql.READ": "reading modules of more than 100,000 records, and looking before a record is created",
        "ZohoSearch.securesearch.READ": "searching by name or address",
    }
)
CONSENT = ",".join(SCOPES)


def missing(given: Iterable[str]) -> list[str]:
    """Those of the scopes that `given` ones don't cover. ALL covers every operation of an area; a permission for all
    modules does not cover their e-mails. Names differ in case between Zoho's pages."""
    rights = [scope.lower().rpartition(".") for scope in given]
    return [scope for scope in SCOPES if not any(_covers(area, operation, scope) for area, _, operation in rights)]


def _covers(area: str, operation: str, wanted: str) -> bool:
    wanted_area, _, wanted_operation = wanted.lower().rpartition(".")
    if operation not in ("all", wanted_operation):
        return False
    if area == wanted_area:
        return True
    parent = wanted_area.rpartition(".")[0]
    return area == parent and wanted_area != "zohocrm.modules.emails" and parent != "zohocrm"
