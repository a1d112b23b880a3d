"""The creating part of a CRM that keeps what is created, fails as told, and lets a colleague in between."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from bot.crm import Draft, Duplicate, Form, FormField, Interest, Made, Part
from bot.crm.alike import duplicates, is_draft
from bot.records import Record, RecordRef
from tests.bot.fakes import ERRORS, Fault, Tick, never


@dataclass
class FakeCreator:
    """`colleague` is called between the look and the call, `quick` behind the call."""

    vendor: str = "onoffice"
    tick: Tick = never
    records: dict[RecordRef, Record] = field(default_factory=dict)
    made: list[RecordRef] = field(default_factory=list)
    faults: list[Fault | Exception] = field(default_factory=list)
    reading: list[Fault] = field(default_factory=list)
    related: set[tuple[RecordRef, RecordRef]] = field(default_factory=set)
    colleague: Callable[[], None] | None = None
    quick: Callable[[], None] | None = None
    hidden: bool = False

    def form(self, kind: str, demanded: Collection[str] = ()) -> Form:
        return Form(kind, (FormField("Name", "Name", part=Part.FAMILY_NAME),))

    def duplicates(self, draft: Draft) -> list[Duplicate]:
        self._fail_reading()
        return duplicates(draft, self.records.values())

    def companies(self, draft: Draft) -> list[Record]:
        return []

    def add(self, draft: Draft) -> RecordRef:
        ref = RecordRef(self.vendor, draft.kind, str(900 + len(self.records)))
        self.records[ref] = Record(
            ref,
            draft.category,
            draft.name,
            given_name=draft.given_name,
            family_name=draft.family_name,
            company=draft.company,
            emails=tuple(filter(None, (draft.email,))),
            phones=tuple(filter(None, (draft.phone, draft.mobile))),
            street=draft.street,
            postal_code=draft.postal_code,
            city=draft.city,
        )
        return ref

    def create(self, draft: Draft, key: str, *, anyway: bool = False) -> Made:
        if self.colleague is not None:
            doing, self.colleague = self.colleague, None
            doing()
        fault = self.faults.pop(0) if self.faults else Fault.NONE
        if isinstance(fault, Exception):
            raise fault
        self.tick("before creating")
        if fault in (Fault.REFUSED, Fault.BUSY, Fault.DROPPED):
            raise ERRORS[fault]
        ref = self.add(draft)
        self.made.append(ref)
        if self.quick is not None:
            doing, self.quick = self.quick, None
            doing()
        self.tick("behind creating")
        if fault in ERRORS:
            raise ERRORS[fault]
        return Made(ref)

    def settle(self, draft: Draft, key: str, known: Collection[RecordRef]) -> list[Record]:
        self._fail_reading()
        return [one for ref, one in sorted(self.records.items()) if ref not in known and is_draft(draft, one)]

    def fetch(self, ref: RecordRef) -> Record | None:
        return None if self.hidden else self.records.get(ref)

    def relate(self, person: RecordRef, about: RecordRef) -> Interest:
        already = (person, about) in self.related
        self.related.add((person, about))
        return Interest(already, verified=True)

    def unrelate(self, person: RecordRef, about: RecordRef) -> Interest:
        already = (person, about) not in self.related
        self.related.discard((person, about))
        return Interest(already, verified=True)

    def rename(self, ref: RecordRef, name: str) -> None:
        self.records[ref] = replace(self.records[ref], family_name=name)

    def _fail_reading(self) -> None:
        fault = self.reading.pop(0) if self.reading else Fault.NONE
        if fault in ERRORS:
            raise ERRORS[fault]
