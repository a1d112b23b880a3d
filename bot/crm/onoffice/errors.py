"""onOffice's error codes: what each means for the person in Slack and for the next try. The codes are `errors.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bot.crm.error_kind import Kind as Kind
from bot.crm.port import CRMError
from bot.language import Sentence, sentence

UNKNOWN_CALL = frozenset({23, 24, 25})
MISSING_RESULT = "missing result"
# How onOffice answers a call whose parameters it doesn't recognise: as missing, or as wrong.
MISSPELT = frozenset({50, 58, 59, 60, 144, 227, 228})
OTHER_MAIL = 63
FOLDER_NOT_FOUND = 287
UNKNOWN_FOLDER = frozenset({94, FOLDER_NOT_FOUND})
UNKNOWN_FIELD = frozenset({75, 141, 143, 144, 145})
CLOSED_FIELD = UNKNOWN_FIELD | {253}  # for reading a field that isn't there, or isn't this user's to read
UNKNOWN_SORTING = 212
UNKNOWN_FILTER = 141
UNKNOWN_RECORD = frozenset({80, 292, 293})
TOO_SHORT_TO_SEARCH = frozenset({69, 151})


@dataclass(frozen=True, slots=True)
class Meaning:
    kind: Kind
    say: Sentence


class OnOfficeError(CRMError):
    """An error that onOffice named. `number` is its code; `vendor_message` may quote data and is not for logs."""

    def __init__(self, number: int, meaning: Meaning, vendor_message: str) -> None:
        super().__init__(meaning.say, permanent=meaning.kind is not Kind.RETRY, code=str(number))
        self.number = number
        self.kind = meaning.kind
        self.refuses_access = meaning.kind is Kind.CREDENTIALS
        self.vendor_message = vendor_message


@cache
def _data() -> dict[str, Any]:
    text = files("bot.crm.onoffice").joinpath("errors.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


@cache
def meanings() -> dict[int, Meaning]:
    """Every documented code with its meaning."""
    return {
        code: Meaning(Kind(group["kind"]), sentence(group["say"]))
        for group in _data()["groups"]
        for code in group["codes"]
    }


def meaning(number: int) -> Meaning:
    """The meaning of a code; unknown ones have the default of `errors.json`, with the number for the administrator."""
    default = _data()["default"]
    return meanings().get(number) or Meaning(Kind(default["kind"]), sentence(default["say"], code=number))


def error(number: int, vendor_message: str = "") -> OnOfficeError:
    """The error to raise for a code of onOffice's."""
    return OnOfficeError(number, meaning(number), vendor_message)
