"""What a CRM must offer so that people can create what is missing there. A CRM may leave it out (`CRM.creator`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Protocol

from bot.crm.port import CRMError
from bot.language import Sentence
from bot.records import Category, Record, RecordRef


class Part(StrEnum):
    """What is known of a person or a company, whatever a vendor's field for it is called: the names of `Draft`."""

    SALUTATION = "salutation"
    TITLE = "title"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    COMPANY = "company"
    EMAIL = "email"
    PHONE = "phone"
    MOBILE = "mobile"
    STREET = "street"  # with the house number
    POSTAL_CODE = "postal_code"
    CITY = "city"


@dataclass(frozen=True, slots=True)
class Draft:
    """A record before it is one. `kind` is the vendor's module. `more` holds what people filled in by hand in other
    fields, by the vendor's own names, several for a field that takes several; no mail tells it. `company_ref` is the
    company's record, where people chose one. `region` is the country of phone numbers without a prefix ("DE")."""

    category: Category = Category.PERSON
    kind: str = ""
    salutation: str = ""
    title: str = ""
    given_name: str = ""
    family_name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    more: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    company_ref: RecordRef | None = None
    region: str = "DE"

    def part(self, part: Part) -> str:
        value: str = getattr(self, part.value)
        return value

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.given_name} {self.family_name}".strip() or self.company or self.email

    def tidied(self) -> Draft:
        """Without spaces around values, or twice within them."""
        tidy: dict[str, Any] = {part.value: " ".join(self.part(part).split()) for part in Part}
        return replace(self, **tidy)

    def to_json(self) -> dict[str, Any]:
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        kept["more"] = {name: list(v) if isinstance(v, tuple) else v for name, v in self.more.items()}
        kept["company_ref"] = str(self.company_ref) if self.company_ref else ""
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Draft:
        """The inverse of `to_json`."""
        more = {name: tuple(v) if isinstance(v, list) else v for name, v in kept["more"].items()}
        company = RecordRef.parse(kept["company_ref"]) if kept["company_ref"] else None
        return cls(**{**kept, "category": Category(kept["category"]), "more": more, "company_ref": company})


class Input(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    LONG_TEXT = "long text"
    EMAIL = "email"
    PHONE = "phone"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes or no"
    CHOICE = "choice"
    CHOICES = "choices"
    RECORD = "record"  # a lookup: a record of the CRM


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen: what is sent, and what people read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form. `part` is what of a draft belongs there, None for the vendor's own (`Draft.more`). `label`
    is the vendor's word; `longest` is in characters, None where it isn't told. `consent` says what somebody agreed to,
    and is filled in by hand only."""

    name: str
    label: str
    input: Input = Input.TEXT
    required: bool = False
    part: Part | None = None
    options: tuple[Option, ...] = ()
    longest: int | None = None
    consent: bool = False

    def option(self, word: str) -> Option | None:
        """Which of the options a word means, also one that says the same in another way ("Frau", "Mrs.")."""
        folded = _plain(word)
        meant = next((same for same in _SALUTATIONS if folded in same), (folded,)) if folded else ()
        return next((o for wanted in meant for o in self.options if wanted in (_plain(o.value), _plain(o.label))), None)


# "Ms." before "Mrs.": nobody's mail says whether somebody is married.
_SALUTATIONS = (("herr", "mr", "mister", "mr."), ("frau", "ms", "mrs", "miss"))


def _plain(word: str) -> str:
    return word.strip().rstrip(".").casefold()


@dataclass(frozen=True, slots=True)
class Form:
    """What can be filled in for a new record of a kind, in the order in which it is shown."""

    kind: str
    fields: tuple[FormField, ...]

    def missing(self, draft: Draft) -> tuple[FormField, ...]:
        """What is required and empty in the draft."""
        return tuple(
            one
            for one in self.fields
            if one.required and not (draft.part(one.part) if one.part else draft.more.get(one.name))
        )


class Reason(StrEnum):
    """Why a record may be the same person or company as a draft; earlier ones weigh more."""

    EMAIL = "email"
    PHONE = "phone"
    NAME_AND_PLACE = "name and place"
    NAME = "name"  # nothing else can be compared


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A record that is there already and may be the one that is to be created."""

    record: Record
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """The answer to a creation. `existing`: the vendor says, or it shows, that the record was there before."""

    ref: RecordRef
    existing: bool = False


class DuplicateError(CRMError):
    """Nothing was created: the vendor says that these records have it already, what must be there once only."""

    def __init__(self, message: Sentence, refs: tuple[RecordRef, ...], code: str) -> None:
        super().__init__(message, permanent=True, code=code)
        self.refs = refs


class FieldError(CRMError):
    """Nothing was created: a field is missing or wrong. `field` is the vendor's name of it; it can be filled in."""

    def __init__(self, message: Sentence, field: str, code: str, *, missing: bool) -> None:
        super().__init__(message, permanent=True, code=code)
        self.field = field
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Interest:
    """What became of relating a person to a property or deal. `already`: it was so before, and is not to be undone.
    `verified` as in `Receipt`."""

    already: bool
    verified: bool | None


class Creator(Protocol):
    """The part of a CRM that creates. As everything of a CRM it blocks, may be called from several threads, and raises
    only CRMError."""

    def form(self, kind: str, demanded: Collection[str] = ()) -> Form:
        """The fields of a kind, as the vendor's metadata tells them. `demanded` are the vendor's names of fields that
        turned out to be required (`FieldError.missing`)."""
        ...

    def duplicates(self, draft: Draft) -> list[Duplicate]:
        """Live look-ups for what may be the same; the most likely first. Nothing that the vendor's index is late with
        is missed."""
        ...

    def companies(self, draft: Draft) -> list[Record]:
        """Companies that the draft's company may be, by its name or the domain of the e-mail address; none where a
        company is only a field."""
        ...

    def create(self, draft: Draft, key: str, *, anyway: bool = False) -> Made:
        """Create it, with one call that is never repeated here. `key` is a name of this creation, kept in the record
        where the organisation has a place for it. `anyway`: people know that somebody has the same e-mail address.

        Raises DuplicateError, FieldError, and CRMError that is `uncertain` where the record may have been made."""
        ...

    def settle(self, draft: Draft, key: str, known: Collection[RecordRef]) -> list[Record]:
        """What may have come of a `create` whose outcome is unknown: records that are as the draft says and not among
        the `known` ones, which were there before."""
        ...

    def fetch(self, ref: RecordRef) -> Record | None:
        """The record as it is now; None where it isn't there or can't be seen."""
        ...

    def relate(self, person: RecordRef, about: RecordRef) -> Interest:
        """Note that the person is interested in a property or deal. Reads first, so that it may be tried again."""
        ...

    def unrelate(self, person: RecordRef, about: RecordRef) -> Interest:
        """Take that back; `already` where it wasn't noted any more."""
        ...
