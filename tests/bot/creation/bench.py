"""A mail of somebody whom no CRM knows, and what people press."""

from __future__ import annotations

from typing import Any

from bot.creation import Creating, CreationWorkflow, Tools, Wish
from bot.crm import Draft
from bot.proposals import ProposalReader
from bot.records import Category
from storage.creations import Creations
from storage.locks import Locks
from storage.tables import Creation
from tests.bot.bench import ANNA, LINDEN, SETTLE, VAULT, WAITS, Bench, database
from tests.bot.creation.fake_creator import FakeCreator
from tests.bot.memory_durable import Crashes

WIEBKE = Draft(
    category=Category.PERSON,
    kind="address",
    given_name="Wiebke",
    family_name="Tannhof",
    email="wiebke@tannhof.example",
    mobile="0151 2345678",
    city="Hamburg",
)


class CrashingCreations(Creations):
    def __init__(self, bench: CreationBench) -> None:
        super().__init__(database(bench.url), VAULT)
        self._tick = bench.crashes.tick

    def save(self, creation_id: str, **values: Any) -> None:
        super().save(creation_id, **values)
        self._tick("creation saved")

    def count_call(self, creation_id: str, attempt: int) -> bool:
        counted = super().count_call(creation_id, attempt)
        self._tick("call counted")
        return counted

    def end(self, creation_id: str, state: Any, **values: Any) -> None:
        super().end(creation_id, state, **values)
        self._tick("creation ended")


class CreationBench(Bench):
    """The bench with its onOffice able to create."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.creator = FakeCreator(tick=self.crashes.tick)
        self.onoffice.creator = self.creator
        self.creations = CrashingCreations(self)
        # The bench's own reader knows of no creations.
        self.cards = ProposalReader(self.proposals, self.links, self.crms, self.directory, creations=self.creations)
        self.tools = Tools(
            creations=self.creations,
            crms=self.crms,
            directory=self.directory,
            linking=self.linking,
            durable=self.durable,
            locks=Locks(database(self.url)),
            waits=WAITS,
            settle=SETTLE,
        )
        self.creating = Creating(
            creations=self.creations,
            proposals=self.proposals,
            reader=self.cards,
            directory=self.directory,
            crms=self.crms,
            linking=self.linking,
            workflow=CreationWorkflow(self.tools),
            region="DE",
        )

    def wish(self, **values: Any) -> Wish:
        given: dict[str, Any] = {
            "proposal_id": "p1",
            "vendor": "onoffice",
            "draft": WIEBKE,
            "user": ANNA,
            "also": [str(LINDEN.ref)],
            "about": str(LINDEN.ref),
            "press": "press1",
        }
        if "creation" in values:  # as the form that is opened now
            given["attempt"] = self.row(values["creation"]).attempt
        return Wish(**(given | values))

    def press(self, **values: Any) -> Creation:
        """Submit the window and let the work be done."""
        self.creating.create(self.wish(**values))
        self.durable.run()
        return self.row()

    def row(self, creation_id: str = "press1") -> Creation:
        row = self.creations.get(creation_id)
        assert row is not None
        return row


def bench(at: frozenset[int] = frozenset()) -> CreationBench:
    return CreationBench((LINDEN,), Crashes(at))
