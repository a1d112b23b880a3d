"""Relations between estates (parents) and addresses (children): read, created, deleted.

https://apidoc.onoffice.de/actions/datensatz-anlegen/relationen/ , …/informationen-abfragen/relationen/
"""

from __future__ import annotations

from sandbox.onoffice.actions import Action, Office, Result, as_id, is_integer, php
from sandbox.onoffice.errors import OnOfficeError
from sandbox.onoffice.store import Store

_PREFIX = "urn:onoffice-de-ns:smart:2.5:relationTypes:estate:address:"
_NAMES = ("owner", "buyer", "renter", "interested", "contactPerson", "contactPersonAll")


def ids_from_relation(office: Office, action: Action) -> Result:
    """Asked id → related ids, as strings."""
    action.only("relationtype", "parentids", "childids")
    name = _relation(action)
    if ("parentids" in action.parameters) == ("childids" in action.parameters):
        raise OnOfficeError(167, "parentids")
    store = office.store
    if "parentids" in action.parameters:
        related = {str(id_): store.related(name, as_id(id_)) for id_ in action.array("parentids")}
    else:
        related = {str(id_): store.estates_of(name, as_id(id_)) for id_ in action.array("childids")}
    elements = {id_: [str(each) for each in ids] for id_, ids in related.items()}
    return Result([{"id": "relatedIds", "type": "", "elements": php(elements)}])


def create_relation(office: Office, action: Action) -> Result:
    """One parent with any number of children, or the other way about."""
    action.only("relationtype", "parentid", "childid", "relationinfo")
    name = _relation(action)
    parents, children = _ids(action, "parentid"), _ids(action, "childid")
    if len(parents) > 1 and len(children) > 1:
        raise OnOfficeError(219)
    store = office.store
    _exist(store, parents, children)
    brokers = {user["email"] for user in store.users}
    if name.startswith("contactPerson") and any(store.addresses.rows[id_]["Email"] not in brokers for id_ in children):
        raise OnOfficeError(263)
    table = store.relations.setdefault(name, {})
    for parent in parents:
        for child in children:
            related = table.setdefault(parent, [])
            if child not in related:
                related.append(child)
            elif store.rules.relation_again == "refuse":
                raise OnOfficeError(173)
    return Result([])


def delete_relation(office: Office, action: Action) -> Result:
    """Both ids as single numbers."""
    action.only("relationtype", "parentid", "childid")
    name = _relation(action)
    (parent,), (child,) = _ids(action, "parentid")[:1], _ids(action, "childid")[:1]
    related = office.store.relations.get(name, {}).get(parent, [])
    if child not in related:
        raise OnOfficeError(80)
    related.remove(child)
    return Result([{"id": 0, "type": "relation", "elements": {"success": "success"}}])


def _relation(action: Action) -> str:
    relation = action.text("relationtype")
    name = relation.removeprefix(_PREFIX)
    if not relation.startswith(_PREFIX) or name not in _NAMES:
        raise OnOfficeError(132)
    return name


def _ids(action: Action, key: str) -> list[int]:
    value = action.parameters.get(key)
    if value is None or value == []:
        raise OnOfficeError(167, key)
    values = value if isinstance(value, list) else [value]
    if not all(is_integer(each) or (isinstance(each, str) and each.isdecimal()) for each in values):
        raise OnOfficeError(228, key)
    return [int(each) for each in values]


def _exist(store: Store, parents: list[int], children: list[int]) -> None:
    """Swapped ids usually meet numbers that are somebody else's, or nobody's."""
    strange_parents = [id_ for id_ in parents if id_ not in store.estates.rows]
    strange_children = [id_ for id_ in children if id_ not in store.addresses.rows or id_ in store.rules.hidden]
    if strange_parents and strange_children:
        raise OnOfficeError(173)
    if strange_parents:
        raise OnOfficeError(293)
    if strange_children:
        raise OnOfficeError(292)
