"""What onOffice's errors mean where an address was to be created, or interest to be noted."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.crm.creating import FieldError
from bot.crm.onoffice.errors import OnOfficeError
from bot.crm.port import CRMError
from bot.language import sentence

MISSING_FIELD = 254
UNKNOWN_FIELD = frozenset({75, 141, 143, 144, 145})
_WRONG_VALUE = frozenset({76, 77, 252, 74, 227, 228, 229, 255, 270, 294})
_PHONE = frozenset({81, 82, 83, 84, 85, 86, 87, 258, 259, 260, 300})
_RIGHTS = frozenset({131, 149, 155, 156, 174, 191, 253, 261, 262})

NO_RIGHT = sentence("onoffice.create.no_right")
MISSING = "onoffice.create.missing"
WRONG = "onoffice.create.wrong"
NOT_THERE = "onoffice.create.not_there"
PHONE = sentence("onoffice.create.phone")
REFUSED = "onoffice.create.refused"
PERHAPS = sentence("onoffice.create.perhaps")
NO_INTEREST = sentence("onoffice.create.no_interest")
NO_RIGHT_TO_RELATE = sentence("onoffice.create.no_right_to_relate")


def creating(error: CRMError, labels: Mapping[str, str]) -> CRMError:
    """The error of a creation, in words about it. `labels` are those of the fields that were sent."""
    if not isinstance(error, OnOfficeError) or error.uncertain:
        return error
    code, field = str(error.number), named(error.vendor_message, labels)
    label = labels.get(field, field)
    if error.number == MISSING_FIELD and field:
        return FieldError(sentence(MISSING, label=label), field, code, missing=True)
    if error.number in _WRONG_VALUE and field:
        return FieldError(sentence(WRONG, label=label), field, code, missing=False)
    if error.number in UNKNOWN_FIELD and field:
        return FieldError(sentence(NOT_THERE, label=label), field, code, missing=False)
    if error.number in _PHONE:
        return FieldError(PHONE, "phone", code, missing=False)
    if error.number in _RIGHTS:
        return CRMError(NO_RIGHT, permanent=True, code=code)
    if not error.permanent:
        # An error is no proof that nothing was made.
        return CRMError(PERHAPS, permanent=False, code=code, uncertain=True)
    if error.kind == "credentials":
        return error
    return CRMError(sentence(REFUSED, code=code), permanent=True, code=code)


def relating(error: CRMError) -> CRMError:
    """The error of noting interest, in words about it."""
    if not isinstance(error, OnOfficeError) or error.uncertain or error.kind == "credentials":
        return error
    if error.number in _RIGHTS:
        return CRMError(NO_RIGHT_TO_RELATE, permanent=True, code=str(error.number))
    # 173 "could not create relation" is no passing fault here, though its number is grouped with them.
    return CRMError(NO_INTEREST, permanent=error.permanent or error.number == 173, code=str(error.number))


def named(message: str, labels: Mapping[str, str]) -> str:
    """Which field an error names: in quotation marks, or one of those that were sent."""
    quoted = re.findall(r"[\"“']([\w-]+)[\"”']", message)
    words = re.findall(r"[\w-]+", message)
    return next((word for word in (*quoted, *reversed(words)) if word in labels), quoted[0] if quoted else "")
