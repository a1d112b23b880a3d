"""What is wrong at the end of a run of `benchmarks.creating`: in the CRMs, on the cards, and in the bot's own rows."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from benchmarks.creating_people import Errand
from storage.engine import create_engine
from storage.tables import Creation, CreationState, Proposal
from tests.journeys.world import World, shown

ESTATE = 2649


@dataclass
class Count:
    """What is wrong at the end, each 0 where all is well; and what was done."""

    created: int = 0
    calls: int = 0
    kills: int = 0
    deaths: int = 0
    died_at: int = 0  # how many places within the steps
    submitted: int = 0
    asked: int = 0  # how often people went on or chose
    twice: int = 0
    lost: int = 0
    stuck: int = 0
    not_linked: int = 0
    wrong_cards: int = 0

    @property
    def wrong(self) -> bool:
        return bool(self.twice or self.lost or self.stuck or self.not_linked or self.wrong_cards)

    def add(self, world: World, errands: Sequence[Errand], cards: Mapping[str, Sequence[dict[str, Any]]]) -> None:
        """Count what became of these errands; `cards` are those that are there, by thread."""
        state = world.state("onoffice", "zoho")
        addresses, contacts = state["onoffice"]["addresses"], state["zoho"]["records"]["Contacts"]
        for one in errands:
            rows = [
                row
                for row in (addresses if one.who.german else contacts)
                if row.get("Name" if one.who.german else "Last_Name") == one.who.family
            ]
            self.created += bool(rows)
            self.twice += len(rows) > 1
            self.lost += not rows
            ids = [str(row["id"]) for row in rows]
            self.not_linked += len(rows) == 1 and not _is_linked(one, ids[0], state)
            there = cards.get(one.ts, [])
            fine = len(there) == 1 and "Linked by" in shown(there[0]) and "⏳" not in shown(there[0])
            if not fine or len(rows) != 1:
                self.wrong_cards += not fine
                sys.stderr.write(f"{one.mail.subject}: {ids} {[shown(card) for card in there]}\n")
        self._add_rows(world)

    def _add_rows(self, world: World) -> None:
        """The bot's own rows: what has not ended, and what nobody was asked about."""
        engine = create_engine(world.database_url)
        try:
            with Session(engine) as session:
                rows = list(session.exec(select(Creation)))
                linked = set(session.exec(select(Proposal.id).where(col(Proposal.state) == "linked")))
        finally:
            engine.dispose()
        self.calls = sum(row.calls for row in rows)
        for row in rows:
            open_ = row.state in (CreationState.UNKNOWN, CreationState.FAILED) and row.proposal_id not in linked
            self.stuck += row.state == CreationState.PLANNED or open_


def _is_linked(one: Errand, id_: str, state: dict[str, Any]) -> bool:
    if one.who.german:
        held = [link for link in state["onoffice"]["links"] if link["messageid"] == one.mail.message_id]
        return [(link["addressIds"], link["estateid"]) for link in held] == [([int(id_)], ESTATE)]
    copies = [mail["record_id"] for mail in state["zoho"]["emails"] if one.mail.subject == mail["subject"]]
    return copies.count(id_) == 1
