"""onOffice's one endpoint: the envelope, who may call, and which call is meant.

https://apidoc.onoffice.de/onoffice-api-request/aufbau/ , https://apidoc.onoffice.de/fehler/
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.onoffice import creating, directory, emails, reading, relations
from sandbox.onoffice.actions import Action, Carry, Office, Result
from sandbox.onoffice.errors import ERROR_IN_ACTION, OnOfficeError, message
from sandbox.onoffice.signing import VALID_SECONDS, is_signed

Answer = dict[str, Any]

_ACTION_PREFIX = "urn:onoffice-de-ns:smart:2.5:smartml:action:"
_VERBS = ("read", "create", "modify", "get", "do", "delete")
_CALLS: Mapping[str, Mapping[str, Carry]] = {
    "address": {"read": reading.read_address, "create": creating.create_address},
    "estate": {"read": reading.read_estate},
    "search": {"get": reading.search},
    "idsfromrelation": {"get": relations.ids_from_relation},
    "relation": {"create": relations.create_relation, "delete": relations.delete_relation},
    "emailInfo": {"get": emails.info},
    "emailassignments": {"do": emails.assign, "get": emails.assigned},
    "users": {"get": directory.users},
    "user": {"read": directory.read_user},
    "getlink": {"get": directory.get_link},
    "fields": {"get": directory.field_configuration},
    "agentslog": {"create": directory.create_log, "read": directory.read_log},
    "actionkindtypes": {"get": directory.kinds},
}
_NOT_AUTHENTICATED, _SERVER_ERROR = 400, 500
_CREDENTIAL_CODES = (22, 41, 42, 43, 49, 136, 137)


@dataclass(frozen=True)
class Access:
    """The API user's token (32 characters) and secret (64)."""

    token: str
    secret: str


class RefusedError(Exception):
    """A request that fails as a whole; `answer` says so in onOffice's words."""

    def __init__(self, code: int) -> None:
        super().__init__(message(code))
        self.answer = refusal(code)


def refusal(code: int) -> Answer:
    """The answer to a request that fails as a whole."""
    level = _NOT_AUTHENTICATED if code in _CREDENTIAL_CODES else _SERVER_ERROR
    return {"status": {"code": level, "errorcode": code, "message": message(code)}, "response": {"results": []}}


def parse(body: bytes, access: Access) -> list[Any]:
    """The actions of a request, whatever its content type. Raises RefusedError if it is broken or its token wrong."""
    if not body.strip():
        raise RefusedError(9)
    try:
        envelope = json.loads(body)
    except ValueError:
        raise RefusedError(4) from None
    if not isinstance(envelope, dict) or not isinstance(envelope.get("token"), str):
        raise RefusedError(13)
    request = envelope.get("request")
    if not isinstance(request, dict):
        raise RefusedError(14)
    actions = request.get("actions")
    if not isinstance(actions, list) or not actions:
        raise RefusedError(15)
    if envelope["token"] != access.token:
        raise RefusedError(22)
    return actions


def carry_out(actions: list[Any], access: Access, office: Office, refused: Mapping[int, int]) -> Answer:
    """Carry the actions out one after the other and answer them in the same order.

    `refused` names actions (by position) that are to fail with a given code without being looked at.
    """
    results, codes = [], []
    for index, action in enumerate(actions):
        try:
            if index in refused:
                raise OnOfficeError(refused[index])
            result, code, text = _carry_out(action, access, office), 0, "OK"
        except OnOfficeError as error:
            result, code, text = None, error.code, str(error)
        codes.append(code)
        results.append(_result(action if isinstance(action, dict) else {}, result, code, text))
    status = {"code": 200, "errorcode": 0, "message": "OK"}
    if any(codes):
        level = _NOT_AUTHENTICATED if set(codes) & set(_CREDENTIAL_CODES) else _SERVER_ERROR
        status = {"code": level, "errorcode": ERROR_IN_ACTION, "message": message(ERROR_IN_ACTION)}
    return {"status": status, "response": {"results": results}}


def endpoint(action: Any) -> str:
    """What faults and counters call an action: its resource type, with the verb where it makes or deletes an address or
    a relation (`create_address`)."""
    if not isinstance(action, dict):
        return ""
    named, verb = str(action.get("resourcetype", "")), str(action.get("actionid", "")).rpartition(":")[2]
    return f"{verb}_{named}" if named in ("address", "relation") and verb in ("create", "delete") else named


def _carry_out(raw: Any, access: Access, office: Office) -> Result:
    action = _checked(raw, access, office.store.clock())
    calls = _CALLS.get(action.resourcetype)
    if calls is None:
        raise OnOfficeError(25, action.resourcetype)
    carry = calls.get(action.verb)
    if carry is None:
        raise OnOfficeError(23, str(raw["actionid"]))
    return carry(office, action)


def _checked(raw: Any, access: Access, now: float) -> Action:
    """The action, once its attributes are complete, its timestamp fresh and its signature right."""
    if not isinstance(raw, dict):
        raise OnOfficeError(16)
    for key, code in (("actionid", 16), ("resourceid", 18), ("resourcetype", 19), ("parameters", 20)):
        if key not in raw:
            raise OnOfficeError(code)
    actionid, parameters = raw["actionid"], raw["parameters"]
    if not isinstance(actionid, str):
        raise OnOfficeError(16)
    if not actionid:
        raise OnOfficeError(17)
    if not isinstance(raw["resourcetype"], str):
        raise OnOfficeError(19)
    if parameters == []:
        parameters = {}  # PHP's empty map
    if not isinstance(parameters, dict):
        raise OnOfficeError(20)
    try:
        timestamp = int(raw["timestamp"])
    except (KeyError, TypeError, ValueError):
        raise OnOfficeError(136) from None
    if abs(now - timestamp) > VALID_SECONDS:
        raise OnOfficeError(136)
    if not is_signed(raw, access.secret, access.token, timestamp):
        raise OnOfficeError(137)
    verb = actionid.removeprefix(_ACTION_PREFIX)
    if not actionid.startswith(_ACTION_PREFIX) or verb not in _VERBS:
        raise OnOfficeError(23, actionid)
    return Action(verb, raw["resourcetype"], str(raw["resourceid"] or ""), parameters)


def _result(action: Mapping[str, Any], result: Result | None, code: int, text: str) -> Answer:
    data: Any = []
    if result is not None:
        data = {"meta": {"cntabsolute": result.cntabsolute}, "records": result.records}
    return {
        "actionid": action.get("actionid", ""),
        "resourceid": action.get("resourceid", ""),
        "resourcetype": action.get("resourcetype", ""),
        "cacheable": result.cacheable if result else False,
        "identifier": action.get("identifier", ""),
        "data": data,
        "status": {"errorcode": code, "message": text},
    }
