"""Interest: the relation between a property (parent) and the address that is interested in it (child).

https://apidoc.onoffice.de/actions/datensatz-anlegen/relationen/ , …/informationen-abfragen/relationen/
"""

from __future__ import annotations

from bot.crm.creating import Interest
from bot.crm.onoffice import mapping, refusals
from bot.crm.onoffice.client import Action, Client
from bot.crm.onoffice.directory import RELATION
from bot.crm.port import CRMError
from bot.language import sentence
from bot.records import RecordRef

INTERESTED = RELATION + "interested"
ONLY_PROPERTIES = sentence("onoffice.create.only_properties")


class Interests:
    """Reads, notes and takes back interest; safe to use from several threads."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def relate(self, person: RecordRef, about: RecordRef) -> Interest:
        """See `Creator.relate`. Raises CRMError."""
        address, estate = _ids(person, about)
        if self._noted(address, estate):
            return Interest(already=True, verified=True)
        self._write(Action("create", "relation", _relation([estate], [address])))
        return Interest(already=False, verified=self._noted(address, estate))

    def unrelate(self, person: RecordRef, about: RecordRef) -> Interest:
        """See `Creator.unrelate`. Raises CRMError."""
        address, estate = _ids(person, about)
        if not self._noted(address, estate):
            return Interest(already=True, verified=True)
        self._write(Action("delete", "relation", _relation(estate, address)))
        return Interest(already=False, verified=not self._noted(address, estate))

    def _write(self, action: Action) -> None:
        try:
            self._client.one(action, writes=True)
        except CRMError as error:
            raise refusals.relating(error) from error

    def _noted(self, address: int, estate: int) -> bool:
        asked = {"relationtype": INTERESTED, "childids": [address]}
        try:
            rows = self._client.one(Action("get", "idsfromrelation", asked)).rows
        except CRMError as error:
            raise refusals.relating(error) from error
        estates = [each for row in rows for ids in row.elements.values() if isinstance(ids, list) for each in ids]
        return str(estate) in map(str, estates)


def _relation(parent: object, child: object) -> dict[str, object]:
    """Creating takes lists, deleting single numbers."""
    return {"relationtype": INTERESTED, "parentid": parent, "childid": child}


def _ids(person: RecordRef, about: RecordRef) -> tuple[int, int]:
    fits = (person.kind, about.kind) == (mapping.ADDRESS, mapping.ESTATE)
    if not (fits and person.id.isdecimal() and about.id.isdecimal()):
        raise CRMError(ONLY_PROPERTIES, permanent=True, code="kind")
    return int(person.id), int(about.id)
