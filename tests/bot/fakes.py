"""The outside world of `bot`, as programs that behave: a CRM of either kind, the mailboxes, and the place where people
talk. Each fails as told, and tells a `tick` where a crash may strike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from bot.crm import Creator
from bot.crm.cursor import Cursor
from bot.crm.port import (
    OCCUPIED,
    Capabilities,
    Check,
    CRMError,
    LinkState,
    Outcome,
    Page,
    Receipt,
    VendorRequest,
)
from bot.language import plain
from bot.mail import Mail, MailboxError, MailPlace, Participant
from bot.records import Category, Record, RecordRef
from bot.surface import Conversation, Notice, ProposalView, Stuck, SurfaceError, WokenBy

Tick = Callable[[str], None]


class Fault(StrEnum):
    """What can become of one call."""

    NONE = "none"
    REFUSED = "refused for good, nothing done"
    BUSY = "refused for now, nothing done"
    DROPPED = "no answer, nothing done"
    LOST = "no answer, but done"
    DEFECT = "an error that nobody foresaw"
    IN_VAIN = "success is claimed, nothing done"
    GONE = "one record refused for good, the others done"
    LATER = "one record refused for now, the others done"


REFUSED = CRMError(plain("The CRM refuses. Ask its administrator."), permanent=True, code="refused")
ERRORS = {
    Fault.REFUSED: REFUSED,
    Fault.BUSY: CRMError(plain("The CRM is busy. Press Try again."), permanent=False, code="busy"),
    Fault.DROPPED: CRMError(plain("The CRM did not answer."), permanent=False, code="dropped", uncertain=True),
    Fault.LOST: CRMError(plain("The CRM did not answer."), permanent=False, code="lost", uncertain=True),
    Fault.DEFECT: ZeroDivisionError("Geheimwort Pfefferkuchen"),
}


def never(_where: str) -> None:
    """The tick of a world that does not crash."""


@dataclass
class FakeCRM:
    """A CRM with a directory and the links of mails.

    With `tells` it says what is linked, finds mails in mailboxes, holds one property for a mail and can undo, as
    onOffice; without it only answers "already" to what it has, and nothing can be undone, as Zoho; with `own_only` its
    own links can be, as Zoho's deals.
    """

    vendor: str = "onoffice"
    tells: bool = True
    own_only: bool = False
    page_size: int = 2
    people: list[Participant] = field(default_factory=list)
    # Faults by method, one for each coming call.
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    tick: Tick = never
    creator: Creator | None = None

    def __post_init__(self) -> None:
        self.label = {"onoffice": "onOffice", "zoho": "Zoho CRM"}[self.vendor]
        limits: dict[Category, int | None] = {Category.PERSON: None, Category.COMPANY: None}
        limits |= {Category.PROPERTY: 1} if self.tells else {Category.DEAL: None}
        self.capabilities = Capabilities(
            undo=self.tells,
            needs_mailbox=self.tells,
            categories=limits,
            removes=self.tells,
            activity=self.tells,
            attachment_bytes=None if self.tells else 1000,
        )
        self.notes: dict[RecordRef, set[str]] = defaultdict(set)
        self.directory: dict[RecordRef, Record] = {}
        self.journal: list[tuple[RecordRef, Record | None]] = []
        self.links: set[RecordRef] = set()
        self.copies: dict[RecordRef, int] = defaultdict(int)
        self.found: list[Record] = []
        self.calls: list[str] = []
        # (what `before` said, what was linked when the call began, the text of the mail), for each link call.
        self.link_calls: list[tuple[frozenset[RecordRef] | None, frozenset[RecordRef], str]] = []

    # The directory, and what people do in the CRM

    def put(self, *records: Record) -> None:
        for record in records:
            self.directory[record.ref] = record
            self.journal.append((record.ref, record))

    def drop(self, *refs: RecordRef) -> None:
        for ref in refs:
            del self.directory[ref]
            self.journal.append((ref, None))

    def _fault(self, method: str) -> Fault:
        self.calls.append(method)
        fault = self.faults[method].pop(0) if self.faults[method] else Fault.NONE
        if fault in ERRORS and fault is not Fault.LOST:
            raise ERRORS[fault]
        return fault

    def changes(self, cursor: str | None) -> Iterator[Page]:
        """`position` is the last id read of a full run, or the next change of the journal; `step` is where the journal
        stood when the run began."""
        known = Cursor.load(cursor) if cursor else None
        here = str(len(self.journal))
        if known is None:
            known = Cursor(full=True, started=datetime.now(UTC).isoformat(), step=here)
        elif known.done:
            known = Cursor(full=False, started=datetime.now(UTC).isoformat(), step=here, position=known.step)
        return self._full(known) if known.full else self._since(known)

    def _full(self, cursor: Cursor) -> Iterator[Page]:
        while True:
            self._fault("changes")
            rest = sorted(ref for ref in self.directory if str(ref) > cursor.position)
            batch, last = rest[: self.page_size], len(rest) <= self.page_size
            cursor = replace(cursor, position=str(batch[-1]) if batch else "", done=last)
            yield Page(tuple(self.directory[ref] for ref in batch), (), cursor.dump(), len(self.directory), last)
            if last:
                return

    def _since(self, cursor: Cursor) -> Iterator[Page]:
        while True:
            self._fault("changes")
            start, end = int(cursor.position), int(cursor.step)
            batch = self.journal[start : min(start + self.page_size, end)]
            last = start + self.page_size >= end
            cursor = replace(cursor, position=str(start + len(batch)), done=last)
            records = tuple(record for _, record in batch if record)
            yield Page(records, tuple(ref for ref, record in batch if not record), cursor.dump(), None, last)
            if last:
                return

    def staff(self) -> list[Participant]:
        self._fault("staff")
        return self.people

    def search(self, text: str, category: Category, limit: int = 20) -> list[Record]:
        self._fault("search")
        return [r for r in self.found if r.category == category and text.casefold() in r.name.casefold()][:limit]

    # Links

    def linked(self, mail: Mail, place: MailPlace | None) -> LinkState | None:
        assert not self.tells or place is not None, "the mail was not looked for"
        self._fault("linked")
        return LinkState(frozenset(self.links)) if self.tells else None

    def link(
        self,
        mail: Mail,
        place: MailPlace | None,
        records: Sequence[Record],
        before: LinkState | None,
        remove: Sequence[RecordRef] = (),
    ) -> list[Receipt]:
        now = frozenset(self.links)
        self.link_calls.append((before.records if before else None, now, mail.text))
        fault = self._fault("link")
        odd = records[-1].ref if fault in (Fault.GONE, Fault.LATER) else None
        first = before.records if before else now
        kept = {"links": sorted(map(str, first))} if self.tells or self.own_only else None
        receipts = []
        for ref in remove:
            assert self.tells, "this CRM cannot take off links"
            if fault is not Fault.IN_VAIN:
                self.links -= {ref}
            receipts.append(Receipt(ref, Outcome.UNLINKED, before=kept))
        taken = set(self.in_the_way(records, LinkState(frozenset(self.links))))
        for ref in (record.ref for record in records):
            if any(other.kind == ref.kind for other in taken):
                receipts.append(
                    Receipt(ref, Outcome.REFUSED, before=kept, message=plain("Another has it."), code=OCCUPIED)
                )
                continue
            if ref == odd and ref not in now:
                gone = fault is Fault.GONE
                words = "This record was deleted. Choose another one." if gone else "The CRM is busy. Press Try again."
                receipts.append(Receipt(ref, Outcome.REFUSED, message=plain(words), code="odd", permanent=gone))
                continue
            receipts.append(Receipt(ref, Outcome.ALREADY if ref in first else Outcome.LINKED, before=kept))
            if ref not in now and fault is not Fault.IN_VAIN:
                self.tick(f"{self.vendor}: before {ref}")
                self.links.add(ref)
                self.copies[ref] += 1
                self.tick(f"{self.vendor}: after {ref}")
        if fault is Fault.LOST:
            raise ERRORS[fault]
        return receipts

    def in_the_way(self, records: Sequence[Record], state: LinkState) -> list[RecordRef]:
        houses = {record.ref for record in records if record.category == Category.PROPERTY} if self.tells else set()
        return sorted(ref for ref in state.records - houses if ref.kind in {house.kind for house in houses})

    def verify(self, mail: Mail, place: MailPlace | None, receipts: Sequence[Receipt]) -> list[Receipt]:
        self._fault("verify")
        return [
            replace(r, verified=True)
            if (r.ref in self.links) is (r.outcome is not Outcome.UNLINKED)
            else replace(r, outcome=Outcome.NOT_SET, verified=False)
            for r in receipts
        ]

    def undoable(self, receipt: Receipt) -> bool:
        there = str(receipt.ref) in (receipt.before or {}).get("links", ())
        if self.own_only:
            return receipt.outcome in (Outcome.LINKED, Outcome.UNLINKED)
        return self.tells and receipt.outcome is (Outcome.UNLINKED if there else Outcome.LINKED)

    def write_activity(self, mail: Mail, records: Sequence[Record]) -> list[Receipt]:
        fault = self._fault("write_activity")
        for record in records:
            self.tick(f"{self.vendor}: before a note on {record.ref}")
            self.notes[record.ref] |= {mail.subject}  # looked for first: never written down twice
            self.tick(f"{self.vendor}: after a note on {record.ref}")
        if fault is Fault.LOST:
            raise ERRORS[fault]
        return [Receipt(record.ref, Outcome.NOTED, verified=True) for record in records]

    def unlink(self, place: MailPlace | None, receipts: Sequence[Receipt]) -> list[Receipt]:
        assert self.own_only or (self.tells and place is not None)
        fault = self._fault("unlink")
        if fault is Fault.IN_VAIN:
            return [replace(receipt, outcome=Outcome.UNLINKED, verified=False) for receipt in receipts]
        self.tick(f"{self.vendor}: before unlink")
        kept = receipts[:1] if fault is Fault.GONE else []
        doing = [receipt for receipt in receipts if receipt not in kept]
        ours = [receipt.ref for receipt in doing if receipt.outcome is Outcome.LINKED]
        off = [receipt.ref for receipt in doing if receipt.outcome is Outcome.UNLINKED]
        for receipt in doing:
            before = {RecordRef.parse(text) for text in (receipt.before or {})["links"]}
            known = self.own_only or (receipt.ref in before) is (receipt.ref in off)
            assert known, "this link, or its removal, is not the bot's"
        self.links -= set(ours)
        houses = {ref.kind for ref in self.links if ref.kind == "estate"}
        back = [ref for ref in off if ref.kind not in houses or ref in self.links]
        self.links |= set(back)
        self.tick(f"{self.vendor}: after unlink")
        if fault is Fault.LOST:
            raise ERRORS[fault]
        return [
            replace(receipt, message=plain("Please remove this one by hand."))
            if receipt in kept
            else replace(receipt, outcome=Outcome.RESTORED if receipt.ref in back else Outcome.UNLINKED, verified=True)
            for receipt in receipts
        ]

    def preview(
        self,
        mail: Mail,
        place: MailPlace | None,
        records: Sequence[Record],
        before: LinkState | None,
        remove: Sequence[RecordRef] = (),
    ) -> list[VendorRequest]:
        return [VendorRequest("POST", f"https://{self.vendor}.example", {"ids": [r.ref.id for r in records]})]

    def web_link(self, ref: RecordRef) -> str | None:
        self._fault("web_link")
        return f"https://{self.vendor}.example/{ref.kind}/{ref.id}"

    def checks(self) -> list[Check]:
        return []

    def probe(self) -> list[Check]:
        return []

    def check_identity(self, identity: str) -> Check | None:
        return None


@dataclass
class FakeFinder:
    """The mailboxes: the mail lies in one of them, or in none."""

    place: MailPlace | None
    faults: list[Fault] = field(default_factory=list)
    looked: int = 0
    raw: bytes | None = None
    mailboxes: list[str] = field(default_factory=lambda: ["info@nordlicht.example"])

    def identities(self, channel: str = "") -> list[str]:
        return self.mailboxes

    def logins(self) -> dict[str, bool]:
        return dict.fromkeys(self.mailboxes, True)

    def read(self, place: MailPlace) -> bytes | None:
        return self.raw

    def find(
        self, mail: Mail, *, known: MailPlace | None = None, user: str = "", channel: str = ""
    ) -> MailPlace | None:
        self.looked += 1
        fault = self.faults.pop(0) if self.faults else Fault.NONE
        if fault is Fault.DEFECT:
            raise ERRORS[fault]
        if fault is not Fault.NONE:
            raise MailboxError(plain("The mailbox cannot be opened."), permanent=fault is Fault.REFUSED)
        return self.place


@dataclass
class FakeSurface:
    """A conversation with its cards, by ts. Each fault strikes one call: NONE lets it pass, BUSY fails for now, LOST
    after it was done, anything else for good."""

    faults: list[Fault] = field(default_factory=list)
    tick: Tick = never
    cards: dict[str, ProposalView] = field(default_factory=dict)
    history: list[ProposalView] = field(default_factory=list)
    told: list[tuple[Conversation, Notice]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    guests: set[str] = field(default_factory=set)
    asked: list[tuple[str, int]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    held: list[ProposalView] = field(default_factory=list)
    woken: list[tuple[str, WokenBy]] = field(default_factory=list)
    members: dict[str, str] = field(default_factory=dict)
    stuck: list[tuple[str, Stuck, str]] = field(default_factory=list)

    def _do(self, work: Callable[[], None]) -> None:
        fault = self.faults.pop(0) if self.faults else Fault.NONE
        if fault not in (Fault.NONE, Fault.LOST):
            raise SurfaceError("channel_not_found", permanent=fault is not Fault.BUSY, retry_after=7.0)
        work()
        self.tick("surface: after")
        if fault is Fault.LOST:
            raise SurfaceError("ReadTimeout", permanent=False)

    def post_card(self, view: ProposalView, *, maybe_posted: bool) -> str:
        if maybe_posted and (known := [ts for ts, card in self.cards.items() if card.id == view.id]):
            return known[0]
        ts = f"{len(self.cards) + 1}.0"
        self._do(lambda: self.cards.__setitem__(ts, view))
        return ts

    def update_card(self, view: ProposalView) -> None:
        assert view.card_ts is not None
        ts = view.card_ts

        def show() -> None:
            self.cards[ts] = view
            self.history.append(view)

        self._do(show)

    def tell(self, where: Conversation, notice: Notice, **words: Any) -> None:
        self._do(lambda: self.told.append((where, notice)))

    def tell_alone(self, team: str, user: str, stuck: Stuck, *, channel: str, subject: str) -> None:
        self._do(lambda: self.stuck.append((user, stuck, channel)))

    def say_away(self, where: Conversation, vendor: str, since: datetime) -> str:
        self._do(lambda: self.said.append(f"{vendor} is away from {where.channel}"))
        return f"{len(self.said)}.9"

    def say_back(self, where: Conversation, ts: str, vendor: str, since: datetime, until: datetime) -> None:
        assert since <= until
        self._do(lambda: self.said.append(f"{vendor} is back in {where.channel} at {ts}"))

    def say_refused(self, where: Conversation, name: str) -> str:
        self._do(lambda: self.said.append(f"{name} refuses, said in {where.channel}"))
        return f"{len(self.said)}.9"

    def say_accepted(self, where: Conversation, ts: str, name: str, since: datetime, until: datetime) -> None:
        assert since <= until
        self._do(lambda: self.said.append(f"{name} accepts, said in {where.channel} at {ts}"))

    def permalink(self, channel: str, ts: str) -> str | None:
        return f"https://workspace.slack.example/archives/{channel}/{ts}"

    def may_bring(self, user: str) -> bool:
        return user not in self.guests

    def say_woken(self, view: ProposalView, by: WokenBy, *, maybe_said: bool) -> None:
        if maybe_said and (view.id, by) in self.woken:
            return
        self._do(lambda: self.woken.append((view.id, by)))

    def tell_held(self, view: ProposalView) -> None:
        self._do(lambda: self.held.append(view))

    def person(self, user: str, address: str) -> str:
        return self.members.get(address, user if user not in self.guests else "")

    def ask_many(self, where: Conversation, key: str, count: int) -> None:
        self._do(lambda: self.asked.append((key, count)))

    def download(self, url: str) -> bytes:
        return self.files[url]

    def file_info(self, file_id: str) -> Mapping[str, Any]:
        return {"id": file_id}
