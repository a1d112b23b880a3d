"""Zoho's errors: what each means for the person in Slack and for the next try. The codes are `errors.json`.

One code can mean several things (INVALID_DATA): its rules are tried in their order, by words of the message or by the
place in the request that the error names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bot.crm.error_kind import Kind as Kind
from bot.crm.port import CRMError
from bot.language import Sentence, sentence

DUPLICATE = "DUPLICATE_DATA"
INVALID_TOKEN = "INVALID_TOKEN"  # noqa: S105 - the name of an error
NO_PERMISSION = "NO_PERMISSION"
SCOPE = "OAUTH_SCOPE_MISMATCH"
ACCESS_DENIED = "ACCESS_DENIED"
TOO_LARGE = "FILE_SIZE_EXCEEDS"
PAGE_TOKEN = "page_token"  # noqa: S105 - a parameter
QUERY_REFUSED = frozenset({"LIMIT_EXCEEDED", "INVALID_QUERY", "SYNTAX_ERROR"})
LISTED_ENOUGH = frozenset({"PAGINATION_LIMIT_EXCEEDED", "DISCRETE_PAGINATION_LIMIT_EXCEEDED"})
MISSING_RIGHTS = frozenset({SCOPE, NO_PERMISSION})
INTERNAL = "INTERNAL_ERROR"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code means; `says` and `path` narrow it down. `about` names the part of the request that is at fault."""

    code: str
    kind: Kind
    say: Sentence
    says: str = ""
    path: str = ""
    about: str = ""
    uncertain: bool = False

    def fits(self, message: str, place: str) -> bool:
        return self.says in message.lower() and (not self.path or self.path == place)


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as Zoho sends it, in any of its envelopes."""

    code: str
    message: str = ""
    details: Mapping[str, Any] | None = None

    def place(self) -> str:
        """Which key of the mail is meant: `from` of `$.Emails[0].from`, else the name of the field or parameter."""
        details = self.details or {}
        path = re.findall(r"\$\.Emails\[\d+\]\.(\w+)", str(details.get("json_path") or ""))
        return path[0] if path else str(details.get("api_name") or details.get("param_name") or "")


class ZohoError(CRMError):
    """An error that Zoho named. `about` says which part of the request it is about, where that is known; `details` are
    Zoho's own, which may quote data and are not for logs."""

    def __init__(self, rule: Rule, code: str, *, writes: bool, details: Mapping[str, Any] | None = None) -> None:
        retry = rule.kind is Kind.RETRY
        super().__init__(rule.say, permanent=not retry, code=code, uncertain=writes and rule.uncertain)
        self.kind = rule.kind
        self.refuses_access = rule.kind is Kind.CREDENTIALS
        self.about = rule.about
        self.details: Mapping[str, Any] = details or {}


@cache
def _data() -> dict[str, Any]:
    text = files("bot.crm.zoho").joinpath("errors.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


@cache
def rules() -> tuple[Rule, ...]:
    """Every documented meaning, in the order in which they are tried."""
    typed = ({"kind": Kind(entry["kind"]), "say": sentence(entry["say"])} for entry in _data()["rules"])
    return tuple(Rule(**{**entry, **own}) for entry, own in zip(_data()["rules"], typed, strict=True))


def normal(code: str) -> str:
    """A code in one spelling: upper case, `ACCESS_DENIED` for "Access Denied", `STORAGE_SPACE_EXCEEDS` for the
    documentation's `STORAGE_ SPACE_EXCEEDS`."""
    return re.sub(r"[\s_]+", "_", code.strip()).upper()


def error(fault: Fault, *, writes: bool = False) -> ZohoError:
    """The error to raise for what Zoho sent."""
    code, place = normal(fault.code), fault.place()
    for rule in rules():
        if rule.code == code and rule.fits(fault.message, place):
            return ZohoError(rule, code, writes=writes, details=fault.details)
    default = _data()["default"]
    rule = Rule(code, Kind(default["kind"]), sentence(default["say"], code=code))
    return ZohoError(rule, code, writes=writes, details=fault.details)


def faults(body: object) -> list[Fault]:
    """The errors in an answer: a flat one, one per item of `Emails` or `data`, or the token endpoint's."""
    if not isinstance(body, Mapping):
        return []
    if isinstance(body.get("error"), str):
        return [Fault(body["error"], str(body.get("error_description") or ""))]
    if "code" in body:
        return [] if str(body.get("status")).lower() == "success" else [_fault(body)]
    items = (item for key in ("Emails", "data") if isinstance(body.get(key), list) for item in body[key])
    return [_fault(i) for i in items if isinstance(i, Mapping) and "code" in i and i.get("status") == "error"]


def _fault(item: Mapping[str, Any]) -> Fault:
    return Fault(str(item["code"]), str(item.get("message") or ""), _mapping(item.get("details")))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
