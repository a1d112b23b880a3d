"""The permissions that Linkbot asks Zoho for, and which of them an answer lacks.

https://www.zoho.com/crm/developer/docs/api/v8/scopes.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from bot.language import Sentence, sentence

# What each is for, as it is said to the person who has left it out.
SCOPES: Mapping[str, Sentence] = MappingProxyType(
    {
        "ZohoCRM.modules.ALL": sentence("zoho.scope.records"),
        "ZohoCRM.modules.emails.ALL": sentence("zoho.scope.mails"),
        "ZohoCRM.files.CREATE": sentence("zoho.scope.files"),
        "ZohoCRM.users.READ": sentence("zoho.scope.users"),
        "ZohoCRM.org.READ": sentence("zoho.scope.company"),
        "ZohoCRM.settings.modules.READ": sentence("zoho.scope.modules"),
        "ZohoCRM.settings.fields.READ": sentence("zoho.scope.fields"),
        "ZohoCRM.settings.layouts.READ": sentence("zoho.scope.layouts"),
        "ZohoCRM.coql.READ": sentence("zoho.scope.queries"),
        "ZohoSearch.securesearch.READ": sentence("zoho.scope.search"),
    }
)
CONSENT = ",".join(SCOPES)


def explained(scope: str) -> Sentence:
    """A scope with what it is for."""
    return sentence("zoho.scope", scope=scope, purpose=SCOPES[scope])


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
