"""What Zoho's errors mean where a record was to be created, or interest to be noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.crm.creating import DuplicateError, FieldError
from bot.crm.port import CRMError
from bot.crm.zoho import errors, mapping
from bot.crm.zoho.errors import ZohoError
from bot.crm.zoho.form import REF_FIELD
from bot.language import sentence
from bot.records import RecordRef

SEVERAL = "MULTIPLE_OR_MULTI_ERRORS"
MISSING = frozenset({"MANDATORY_NOT_FOUND", "DEPENDENT_FIELD_MISSING"})
WRONG = frozenset({"INVALID_DATA", "DEPENDENT_MISMATCH", "NOT_ALLOWED"})
_RIGHTS = frozenset({errors.NO_PERMISSION, "AUTHORIZATION_FAILED", "INVALID_MODULE"})

NO_RIGHT = sentence("zoho.create.no_right")
THERE_ALREADY = sentence("zoho.create.there_already")
WANTED = "zoho.create.wanted"
NOT_TAKEN = "zoho.create.not_taken"
REFUSED = "zoho.create.refused"
PERHAPS = sentence("zoho.create.perhaps")
NO_INTEREST = sentence("zoho.create.no_interest")
GONE = sentence("zoho.create.gone")
NO_RIGHT_TO_RELATE = sentence("zoho.create.no_right_to_relate")


@dataclass(frozen=True, slots=True)
class Ours:
    """Not a refusal after all: the record was made by an earlier call of the same creation."""

    ref: RecordRef


def creating(error: CRMError, module: str, labels: Mapping[str, str]) -> CRMError | Ours:
    """The error of a creation, in words about it. `labels` are those of the module's fields."""
    if not isinstance(error, ZohoError) or error.uncertain:
        return error
    items = _several(error)
    duplicates = [details for code, details in items if code == errors.DUPLICATE]
    for details in duplicates:
        if details.get("api_name") == REF_FIELD and (ref := _holder(details, module)):
            return Ours(ref)
    if duplicates:
        refs = tuple(dict.fromkeys(ref for details in duplicates if (ref := _holder(details, module))))
        return DuplicateError(THERE_ALREADY, refs, errors.DUPLICATE)
    for code, details in items:
        field = str(details.get("api_name") or details.get("dependee") or "")
        label = labels.get(field, field)
        if code in MISSING and field:
            return FieldError(sentence(WANTED, label=label), field, code, missing=True)
        if code in WRONG and field:
            return FieldError(sentence(NOT_TAKEN, label=label), field, code, missing=False)
    if error.code in _RIGHTS:
        return CRMError(NO_RIGHT, permanent=True, code=error.code)
    if error.kind is errors.Kind.CREDENTIALS:
        return error
    if not error.permanent:
        # Too many calls were never carried out; of anything else an error is no proof that nothing was made.
        uncertain = error.code not in ("TOO_MANY_REQUESTS", "RATE_LIMIT_EXCEEDED", errors.ACCESS_DENIED)
        return CRMError(PERHAPS, permanent=False, code=error.code, uncertain=True) if uncertain else error
    return CRMError(sentence(REFUSED, code=error.code), permanent=True, code=error.code)


def relating(error: CRMError) -> CRMError:
    """The error of noting a role, in words about it."""
    if not isinstance(error, ZohoError) or error.uncertain or error.kind is errors.Kind.CREDENTIALS:
        return error
    if error.code in _RIGHTS:
        return CRMError(NO_RIGHT_TO_RELATE, permanent=True, code=error.code)
    if error.code == "INVALID_DATA" and "resource_path_index" in error.details:
        return CRMError(GONE, permanent=True, code=error.code)
    return CRMError(NO_INTEREST, permanent=error.permanent, code=error.code)


def _several(error: ZohoError) -> list[tuple[str, Mapping[str, Any]]]:
    """The errors within one: several have a shape of their own."""
    if error.code != SEVERAL:
        return [(error.code, error.details)]
    nested = error.details.get("errors")
    rows = [each for each in nested if isinstance(each, Mapping)] if isinstance(nested, list) else []
    return [(errors.normal(str(each.get("code"))), _mapping(each.get("details"))) for each in rows]


def _holder(details: Mapping[str, Any], module: str) -> RecordRef | None:
    """Whose value it is already: of another module where Zoho names one."""
    duplicate = _mapping(details.get("duplicate_record"))
    id_ = duplicate.get("id") or details.get("id")
    named = _mapping(duplicate.get("module")).get("api_name")
    return mapping.ref(str(named or module), id_) if id_ else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
