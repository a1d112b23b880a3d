"""The use cases on a database in memory, with the fakes around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import SQLModel

from bot.crm.port import CRM
from bot.directory.in_memory import Directory
from bot.directory.rows import to_row
from bot.linking.answers import Choice
from bot.linking.presses import Linking
from bot.linking.workflow import LinkWorkflow
from bot.mail import IdSource, Mail, MailPlace, MessageId, Participant, to_json
from bot.proposals import Contents
from bot.proposals.view import ProposalReader
from bot.records import Category, Record, RecordRef
from storage.aliases import Aliases
from storage.directory import DirectoryStore
from storage.engine import create_engine
from storage.links import Links
from storage.locks import Locks
from storage.proposals import Proposals
from storage.tables import Candidate, Link, Proposal, SyncState, Target
from storage.vault import Vault
from tests.bot.fakes import FakeCRM, FakeFinder, FakeSurface, Tick
from tests.bot.memory_durable import Crashes, MemoryDurable

SECRET_WORD = "Pfefferkuchen"
ANNA, BEN = "U0ANNA", "U0BEN"
WAITS = (1.0, 4.0, 15.0)
SETTLE = 2.0
ZONE = ZoneInfo("Europe/Berlin")
PLACE = MailPlace("info@nordlicht.example", "INBOX", 17, 1, "<besichtigung@example.de>")


def ref(id_: str, kind: str = "address", vendor: str = "onoffice") -> RecordRef:
    return RecordRef(vendor, kind, id_)


MAX = Record(ref("601"), Category.PERSON, "Max Mustermann", emails=("max.mustermann@example.de",))
ERIKA = Record(ref("602"), Category.PERSON, "Erika Mustermann", emails=("erika.mustermann@example.de",))
LINDEN = Record(ref("2649", "estate"), Category.PROPERTY, "Lindenstraße 12", street="Lindenstraße", house_number="12")
AHORN = Record(ref("2650", "estate"), Category.PROPERTY, "Ahornweg 3", street="Ahornweg", house_number="3")
EMILY = Record(ref("41", "Contacts", "zoho"), Category.PERSON, "Emily Carter", emails=("emily.carter@example.com",))
DEAL = Record(ref("42", "Deals", "zoho"), Category.DEAL, "Brightwater Solutions – renewal")
ALL = (MAX, ERIKA, LINDEN, AHORN, EMILY, DEAL)

MAIL = Mail(
    sender=Participant("Max Mustermann", "max.mustermann@example.de"),
    to=(Participant("Büro", "info@nordlicht.example"),),
    subject="Besichtigung Lindenstr. 12",
    message_ids=(MessageId(PLACE.message_id, IdSource.OWN),),
    text=f"Das Geheimwort lautet {SECRET_WORD}.",
)


def removed(*records: Record) -> Choice:
    """What a person chose who takes the mail off these."""
    return Choice([], [record.ref for record in records])


@cache
def database(url: str) -> sa.Engine:
    """A database with all tables, in memory by default. There is one for all: it keeps the statements that it has
    compiled."""
    engine = create_engine(url)
    SQLModel.metadata.create_all(engine)
    return engine


def empty_database(url: str) -> sa.Engine:
    engine = database(url)
    with engine.begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(table.delete())
    return engine


# Shared: it holds nothing but the key.
VAULT = Vault("a secret of the tests only")


class CrashingProposals(Proposals):
    """The real queries; a crash may strike behind each that writes down how far the work is."""

    def __init__(self, engine: sa.Engine, tick: Tick) -> None:
        super().__init__(engine, VAULT)
        self._tick = tick

    def save_targets(self, targets: Iterable[Target]) -> None:
        super().save_targets(targets)
        self._tick("targets saved")

    def save_call(self, proposal_id: str, attempt: int, vendor: str, **values: Any) -> None:
        super().save_call(proposal_id, attempt, vendor, **values)
        self._tick("call saved")

    def count_write(self, proposal_id: str, attempt: int, vendor: str) -> int:
        number = super().count_write(proposal_id, attempt, vendor)
        self._tick("write counted")
        return number


@dataclass
class Bench:
    """A proposal `p1` for MAIL, with `candidates` picked on its card. A database in memory is for one thread."""

    candidates: tuple[Record, ...] = (MAX, LINDEN)
    crashes: Crashes = field(default_factory=Crashes)
    only: tuple[str, ...] = ("onoffice", "zoho")
    url: str = "sqlite://"
    not_found: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        engine = empty_database(self.url)
        tick = self.crashes.tick
        self.onoffice, self.zoho = FakeCRM("onoffice", tick=tick), FakeCRM("zoho", tells=False, tick=tick)
        self.fakes = {"onoffice": self.onoffice, "zoho": self.zoho}
        self.crms: dict[str, CRM] = {vendor: self.fakes[vendor] for vendor in self.only}
        self.proposals, self.links = CrashingProposals(engine, tick), Links(engine)
        self.store = DirectoryStore(engine)
        self.store.save_page(SyncState(vendor="onoffice"), [to_row(record) for record in ALL], ())
        self.directory = Directory(self.store, self.crms, region="DE")
        self.directory.refresh()
        self.aliases = Aliases(engine, VAULT)
        self.reader = ProposalReader(self.proposals, self.links, self.crms, self.directory, aliases=self.aliases)
        self.finder = FakeFinder(PLACE)
        self.surface = FakeSurface(tick=tick)
        self.durable = MemoryDurable(self.crashes)
        self.changed: Callable[[str], None] = lambda _: None
        self.workflow = LinkWorkflow(
            proposals=self.proposals,
            links=self.links,
            aliases=self.aliases,
            reader=self.reader,
            directory=self.directory,
            crms=self.crms,
            finder=self.finder,
            locks=Locks(engine),
            surface=self.surface,
            durable=self.durable,
            waits=WAITS,
            settle=SETTLE,
            zone=ZONE,
            changed=lambda proposal_id: self.changed(proposal_id),
        )
        self.linking = Linking(
            proposals=self.proposals,
            links=self.links,
            reader=self.reader,
            directory=self.directory,
            crms=self.crms,
            workflow=self.workflow,
            aliases=self.aliases,
        )
        self._propose()

    def _propose(self) -> None:
        proposal = Proposal(
            id="p1",
            team="T1",
            channel="C1",
            thread_ts="1.0",
            card_ts="2.0",
            mail_key="k1",
            sender_name="Max Mustermann",
            sender_address="max.mustermann@example.de",
            subject=MAIL.subject,
            message_id=PLACE.message_id,
        )
        rows = [
            Candidate(
                proposal_id="p1",
                vendor=record.ref.vendor,
                kind=record.ref.kind,
                record_id=record.ref.id,
                category=record.category,
                name=record.name,
                rank=rank,
                probability=0.97,
                picked=True,
            )
            for rank, record in enumerate(self.candidates)
        ]
        self.proposals.create(proposal, to_json(MAIL), Contents(self.not_found).dump(), [(row, "[]") for row in rows])

    def press_link(self, *records: Record, user: str = ANNA, shown: tuple[Record, ...] = ()) -> None:
        """Confirm (what the card shows as picked, or these records) and let the work be done. `shown` are linked
        records that the person was shown."""
        choice = Choice([record.ref for record in records]) if records else None
        self.linking.confirm("p1", user, choice, [record.ref for record in shown])
        self.durable.run()

    def press_undo(self, user: str = ANNA) -> None:
        self.linking.undo("p1", user)
        self.durable.run()

    @property
    def proposal(self) -> Proposal:
        proposal = self.proposals.get("p1")
        assert proposal is not None
        return proposal

    def targets(self) -> dict[RecordRef, Target]:
        """The current attempt's records."""
        rows = self.proposals.targets("p1", self.proposal.attempt)
        return {RecordRef(t.vendor, t.kind, t.record_id): t for t in rows}

    def log(self) -> dict[RecordRef, Link]:
        """The links that stand, by record."""
        rows = self.links.standing("p1")
        found = {RecordRef(link.vendor, link.kind, link.record_id): link for link in rows}
        assert len(found) == len(rows), "a record is logged twice"
        return found

    def outcomes(self) -> dict[str, str]:
        return {target.name: target.outcome for target in self.targets().values()}
