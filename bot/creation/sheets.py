"""What a window of creating holds, what people submit in it, and what became of that: plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.crm import Draft, Form, Reason
from bot.language import SILENCE, Sentence
from bot.records import Category, Record, RecordRef
from bot.surface import ProposalView
from storage.tables import Creation


class End(StrEnum):
    """What became of a submission, as far as is known by now."""

    CREATED = "created"
    FOUND = "found"
    FAILED = "failed"
    UNKNOWN = "unknown"
    WORKING = "working"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody who is there already and may be the same."""

    record: Record
    reasons: tuple[Reason, ...]
    url: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What a person may be interested in, or what the mail is linked to beside them."""

    ref: RecordRef
    category: Category
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All that the window holds. `kinds` are what can be created, by the vendor's names; `people` whom the mail names
    and nobody knows, `who` the one that this is about; `known` all the records that were shown as possibly the same;
    `also` what the card shows as picked; `attempt` is the one that a person goes on behind. `message` is why the vendor
    could not be asked, or why it refused; `wrong` the field that it named."""

    view: ProposalView
    vendor: str
    draft: Draft
    kinds: tuple[tuple[str, Category], ...]
    people: tuple[str, ...] = ()
    who: str = ""
    form: Form | None = None
    hits: tuple[Hit, ...] = ()
    companies: tuple[Record, ...] = ()
    known: tuple[str, ...] = ()
    also: tuple[About, ...] = ()
    ticked: tuple[str, ...] | None = None
    abouts: tuple[About, ...] = ()
    interested: tuple[str, ...] = ()
    creation: str = ""
    attempt: int = 0
    demanded: tuple[str, ...] = ()
    message: Sentence = SILENCE
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person submitted. `known` they were shown as possibly the same; `creation` is the one that they go on
    with, or nothing, and `attempt` the one of it that they saw the end of."""

    proposal_id: str
    vendor: str
    draft: Draft
    user: str
    known: Sequence[str] = ()
    shares: bool = False
    also: Sequence[str] = ()
    about: str = ""
    creation: str = ""
    attempt: int = 0
    press: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    end: End
    creation: Creation | None = None
    message: Sentence = SILENCE
