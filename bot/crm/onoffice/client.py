"""onOffice's one URL: signed actions out, results in. https://apidoc.onoffice.de/onoffice-api-request/aufbau/"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.crm.clock import ahead, wrong_clock
from bot.crm.http import Http
from bot.crm.onoffice.errors import MISSING_RESULT, OnOfficeError, error
from bot.crm.port import CRMError
from bot.language import sentence, together

STABLE_URL = "https://api.onoffice.de/api/stable/api.php"
ACTION_ID = "urn:onoffice-de-ns:smart:2.5:smartml:action:"
CLOCK_IS_WRONG = 136
UNCERTAIN = frozenset({1, 8, 97})  # a fault of the server itself: the action may have been carried out before it


@dataclass(frozen=True, slots=True)
class Action:
    """One call: the verb (`read`, `get`, `do`), what it is about, and its parameters."""

    verb: str
    resource_type: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    resource_id: str = ""

    def body(self, identifier: str) -> dict[str, Any]:
        """The action as it goes over the wire, without time stamp and signature."""
        return {
            "actionid": ACTION_ID + self.verb,
            "resourceid": self.resource_id,
            "resourcetype": self.resource_type,
            "identifier": identifier,
            "parameters": dict(self.parameters),
        }


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a result; its id is text here, whichever type it was sent as."""

    id: str
    elements: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What one action came back with: rows and, where told, how many there are in all; or its error."""

    rows: tuple[Row, ...] = ()
    total: int | None = None
    error: CRMError | None = None


def signature(token: str, secret: str, timestamp: int, resource_type: str, action_id: str) -> str:
    """HMAC version 2: the secret is text, the parts are joined without separators, the digest is base64."""
    message = f"{timestamp}{token}{resource_type}{action_id}"
    return base64.b64encode(hmac.digest(secret.encode(), message.encode(), hashlib.sha256)).decode()


def envelope(token: str, secret: str, actions: Sequence[Action], timestamp: int) -> dict[str, Any]:
    """The signed request. Identifiers number the actions, so that each answer can be told apart."""
    signed = [
        action.body(identifier(index))
        | {
            "timestamp": timestamp,
            "hmac_version": "2",
            "hmac": signature(token, secret, timestamp, action.resource_type, ACTION_ID + action.verb),
        }
        for index, action in enumerate(actions)
    ]
    return {"token": token, "request": {"actions": signed}}


def identifier(index: int) -> str:
    return f"linkbot-{index}"


def parse(payload: object, actions: Sequence[Action]) -> list[Result]:
    """The results of an answer, one per action and in their order.

    Neither error level is trusted alone: an error without results fails the whole request; results are judged each by
    its own status, whatever the top level says; an action without a result has an error of its own. Raises
    OnOfficeError, or CRMError where the answer does not fit.
    """
    top = _status(_object(payload).get("status"))
    results = _list(_object(_object(payload).get("response")).get("results"))
    if not results:
        number, message = top or (0, "")
        if number:
            raise error(number, message)
        raise CRMError(sentence("onoffice.unreadable"), permanent=False, code="no results")
    by_identifier = {str(_object(result).get("identifier") or ""): _object(result) for result in results}
    own = [_own(index, action, results, by_identifier) for index, action in enumerate(actions)]
    return [Result(error=_unanswered()) if result is None else _result(result, top) for result in own]


def _own(
    index: int, action: Action, results: Sequence[object], by_identifier: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    """The result that belongs to an action: by its identifier, or by its place where none was echoed; None where
    there is none."""
    found = by_identifier.get(identifier(index))
    if found is None and set(by_identifier) == {""} and index < len(results):
        found = _object(results[index])
    if found is not None and found.get("resourcetype") in (None, "", action.resource_type):
        return found
    return None


def _unanswered() -> CRMError:
    return CRMError(sentence("onoffice.unanswered"), permanent=False, code=MISSING_RESULT)


def _result(result: Mapping[str, Any], top: tuple[int, str] | None) -> Result:
    data = _object(result.get("data"))
    status = _status(result.get("status")) or _status(data.get("status")) or top or (0, "")
    if status[0]:
        return Result(error=error(*status))
    rows = tuple(
        Row(id=str(row.get("id", "")), elements=_object(row.get("elements")))
        for row in map(_object, _list(data.get("records")))
    )
    return Result(rows=rows, total=_number(_object(data.get("meta")).get("cntabsolute")))


def _status(value: object) -> tuple[int, str] | None:
    """Error number (0: none) and message of a status; None where there is no status."""
    status = _object(value)
    number = _number(status.get("errorcode"))
    code = _number(status.get("code"))
    if number is None and code is None:
        return None
    if not number and code not in (None, 200):
        # The top level says that it failed and not why: 400 stands for refused access, 500 for a fault of the server.
        number = 22 if code == 400 else 1
    return number or 0, str(status.get("message") or "")


def _object(value: object) -> Mapping[str, Any]:
    """PHP sends `[]` for an empty object."""
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _number(value: object) -> int | None:
    """An int that may be sent as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return int(value)
    except ValueError:
        return None


class Client:
    """Sends actions to onOffice; safe to use from several threads."""

    def __init__(
        self, http: Http, token: str, secret: str, url: str = STABLE_URL, clock: Callable[[], float] = time.time
    ) -> None:
        self._http = http
        self._token = token
        self._secret = secret
        self.url = url
        self._clock = clock
        self.drift: float | None = None  # seconds that the clock here is ahead of onOffice's web server

    def call(self, actions: Sequence[Action], *, writes: bool = False) -> list[Result]:
        """Send several actions in one request; each result holds its own error. Raises CRMError where the request as
        a whole failed. Of several questions those that were left unanswered are asked again, each by itself; nothing
        that `writes` is ever sent twice here."""
        results = self._call(actions, writes)
        if writes or len(actions) == 1:
            return results
        return [
            self._call([action], writes)[0] if r.error is not None and r.error.code == MISSING_RESULT else r
            for action, r in zip(actions, results, strict=True)
        ]

    def _call(self, actions: Sequence[Action], writes: bool) -> list[Result]:
        response = self._http.send(lambda http: self._request(http, actions), writes=writes)
        self.drift = ahead(response.headers, self._clock)
        try:
            payload = response.json()
        except ValueError as fault:
            status = response.status_code if response.status_code != 200 else 502
            raise self._http.server_trouble(status, writes=writes) from fault
        if not isinstance(payload, dict) or not ("status" in payload or "response" in payload):
            status = response.status_code if response.status_code != 200 else 502
            raise self._http.server_trouble(status, writes=writes)
        try:
            results = parse(payload, actions)
        except OnOfficeError as fault:
            raise self._completed(fault, response, writes) from fault
        except CRMError as fault:
            fault.uncertain = writes
            raise
        return [Result(error=self._completed(r.error, response, writes)) if r.error else r for r in results]

    def one(self, action: Action, *, writes: bool = False) -> Result:
        """Send one action; its error is raised."""
        (result,) = self.call([action], writes=writes)
        if result.error is not None:
            raise result.error
        return result

    def _request(self, http: httpx.Client, actions: Sequence[Action]) -> httpx.Request:
        body = envelope(self._token, self._secret, actions, int(self._clock()))
        return http.build_request("POST", self.url, json=body)

    def _completed(self, fault: CRMError, response: httpx.Response, writes: bool) -> CRMError:
        """The error with what only this answer tells: whether the write may have been made, how wrong the clock is."""
        if not isinstance(fault, OnOfficeError):
            fault.uncertain = writes
            return fault
        fault.uncertain = writes and fault.number in UNCERTAIN
        if fault.number == CLOCK_IS_WRONG and (how := wrong_clock(ahead(response.headers, self._clock))):
            fault.message = together(fault.message, sentence("onoffice.clock_is", how=how))
        return fault
