"""Which mails are summed up together: those of one message, and of one person within seconds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from bot.intake.coming_together import brought
from bot.mail import Forward, Mail, Participant
from storage.bundles import MOST_MAILS, Bundles
from storage.engine import reading
from storage.proposals import Proposals
from storage.tables import Arrival, BundleMail, Proposal
from tests.bot.bench import VAULT, Bench, database

FORWARDED = Mail(
    sender=Participant("Max", "max@example.de"), forward=Forward(by=Participant("Anna", "anna@example.de"))
)
ARRIVAL = Arrival(key="T1:C1:F0", team="T1", channel="C1", ts="100.0", user="U0ANNA")


class Coming:
    """Mails that come, and which bundles they are in."""

    def __init__(self, seconds: float = 10.0) -> None:
        self.engine = database(Bench().url)
        self.bundles, self.proposals = Bundles(self.engine), Proposals(self.engine, VAULT)
        self.seconds = seconds
        self.count = 0

    def come(self, mail: Mail = FORWARDED, count: int = 1, **changes: object) -> str:
        """So many mails come with one arrival; gives the bundle of the last."""
        names, arrival = [], Arrival(**(ARRIVAL.model_dump() | changes))
        for _ in range(count):
            self.count += 1
            names.append(f"m{self.count}")
            proposal = Proposal(id=names[-1], team="T1", channel="C1", thread_ts="1", mail_key=names[-1], card_ts="1.1")
            self.proposals.create(proposal, "", "", (), brought(arrival, mail, self.seconds))
        return self.bundle_of(names[-1])

    def bundle_of(self, proposal_id: str) -> str:
        with reading(self.engine) as session:
            found = session.exec(select(BundleMail).where(BundleMail.proposal_id == proposal_id)).first()
            return found.bundle_id if found else ""


def test_the_files_of_one_message_belong_together() -> None:
    coming = Coming(seconds=0)
    first = coming.come()
    assert coming.come(key="T1:C1:F1") == first
    assert coming.come(count=3) == first
    assert [number for number, _ in coming.bundles.mails(first)] == [1, 2, 3, 4, 5]
    assert coming.come(ts="101.0") != first, "another message, and no seconds between messages"


@pytest.mark.parametrize(("ts", "together"), [("109.9", True), ("110.1", False), ("90.1", True), ("89.0", False)])
def test_messages_of_one_person_within_seconds_belong_together(ts: str, together: bool) -> None:
    coming = Coming()
    assert (coming.come() == coming.come(ts=ts)) is together


def test_each_message_lengthens_the_time() -> None:
    coming = Coming()
    assert len({coming.come(ts=ts) for ts in ("100.0", "108.0", "116.0", "124.0")}) == 1


@pytest.mark.parametrize("other", [{"user": "U0BEN"}, {"channel": "C2"}, {"team": "T2"}, {"thread_ts": "50.0"}])
def test_of_others_or_elsewhere_they_do_not(other: dict[str, Any]) -> None:
    coming = Coming()
    assert coming.come() != coming.come(**other)


def test_a_channels_address_is_no_person() -> None:
    coming = Coming()
    by_ben = replace(FORWARDED, forward=Forward(by=Participant("Ben", "ben@example.de")))
    by_slack: dict[str, Any] = {"user": "USLACKBOT"}
    assert coming.come(**by_slack) == coming.come(ts="101.0", **by_slack)
    assert coming.come(**by_slack) != coming.come(by_ben, ts="102.0", **by_slack)
    sent = Mail(sender=Participant("Max", "max@example.de"))
    assert coming.come(sent, **by_slack) != coming.come(
        replace(sent, sender=Participant("Mia", "mia@x.de")), **by_slack
    )


def test_whoever_asks_for_a_mail_by_name_wants_that_one() -> None:
    coming = Coming()
    assert coming.come(asked=True) == ""


def test_a_bundle_has_an_end() -> None:
    coming = Coming()
    first = coming.come(count=MOST_MAILS)
    assert coming.come() != first
    assert len(coming.bundles.mails(first)) == MOST_MAILS


def test_a_mail_stays_where_it_is() -> None:
    coming = Coming()
    first = coming.come()
    again = Proposal(id="again", team="T1", channel="C1", thread_ts="1", mail_key="m1")
    later = Arrival(**(ARRIVAL.model_dump() | {"ts": "500.0"}))
    coming.proposals.create(again, "", "", (), brought(later, FORWARDED, 10.0))
    assert [proposal.id for _, proposal in coming.bundles.mails(first)] == ["m1"]
