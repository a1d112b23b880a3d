"""The weekly digest and the daily reminder: once for each week and day, and only to who asked for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from bot.linking import Counting, FiguresView, Listing, Morning
from bot.surface import ProposalView, SurfaceError
from storage.outages import Outages
from storage.subscriptions import Subscriptions
from storage.tables import Proposal
from tests.bot.bench import Bench, database

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 3, 4, 12, tzinfo=BERLIN)
MONDAY = datetime(2026, 3, 9, 8, 1, tzinfo=BERLIN)


@dataclass
class FakeReports:
    digests: list[tuple[str, FiguresView]] = field(default_factory=list)
    reminders: list[tuple[str, Sequence[ProposalView]]] = field(default_factory=list)
    failures: list[SurfaceError] = field(default_factory=list)
    unwanted: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)

    def is_wanted(self, place: str) -> bool:
        return place not in self.unwanted

    def channels_of(self, user: str, channels: Collection[str]) -> list[str]:
        return [one for one in channels if one not in self.elsewhere]

    def post_digest(self, team: str, channel: str, figures: FiguresView) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.digests.append((channel, figures))

    def post_reminder(self, team: str, user: str, mails: Sequence[ProposalView]) -> None:
        self.reminders.append((user, mails))


class Office:
    """A bench with one mail that waits in C1; `process` is another bot on the same database."""

    def __init__(self, bench: Bench | None = None) -> None:
        self.bench, self.reports = bench or Bench(), FakeReports()
        self.morning = self.process()

    def process(self) -> Morning:
        b = self.bench
        engine = database(b.url)
        listing = Listing(
            proposals=b.proposals,
            reader=b.reader,
            aliases=b.aliases,
            outages=Outages(engine),
            store=b.store,
            crms=b.crms,
        )
        return Morning(
            subscriptions=Subscriptions(engine),
            counting=Counting(engine, b.proposals, listing, BERLIN),
            listing=listing,
            reports=self.reports,
            zone=BERLIN,
            hour=8,
        )


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_channel_is_told_on_the_next_monday_and_once_a_week(office: Office) -> None:
    assert office.morning.subscribe("T1", "C1", "U0ANNA", WEDNESDAY)
    assert not office.morning.subscribe("T1", "C1", "U0BEN", WEDNESDAY), "it is told already"
    for moment in (WEDNESDAY, WEDNESDAY + timedelta(days=4), MONDAY - timedelta(minutes=2)):
        office.morning.send_due(moment)
    assert office.reports.digests == []
    for moment in (MONDAY, MONDAY + timedelta(hours=1), MONDAY + timedelta(days=6)):
        office.morning.send_due(moment)
        office.process().send_due(moment)  # another process, or the same after a start
    assert [channel for channel, _ in office.reports.digests] == ["C1"]
    office.morning.send_due(MONDAY + timedelta(days=7))
    assert len(office.reports.digests) == 2


def test_a_bot_that_was_away_on_monday_tells_it_later(office: Office) -> None:
    office.morning.subscribe("T1", "C1", "U0ANNA", WEDNESDAY)
    office.morning.send_due(MONDAY + timedelta(days=2))
    assert len(office.reports.digests) == 1


def test_of_two_processes_that_read_the_same_row_one_tells_it(office: Office) -> None:
    office.morning.subscribe("T1", "C1", "U0ANNA", WEDNESDAY)
    subscriptions = Subscriptions(database(office.bench.url))
    (row,) = subscriptions.due({"C": "2026-W11"})
    assert [subscriptions.claim(row, "2026-W11"), subscriptions.claim(row, "2026-W11")] == [True, False]


def test_it_tells_of_the_last_whole_week(office: Office) -> None:
    now = datetime.now(UTC)
    assert [week.figures.mails for week in office.morning.week_before("T1", "C1", now).weeks] == [0]
    (week,) = office.morning.week_before("T1", "C1", now + timedelta(days=7)).weeks
    assert week.figures.mails == 1
    assert office.morning.week_before("T1", "C2", now + timedelta(days=7)).weeks[0].figures.mails == 0
    assert office.morning.week_before("T1", "C1", now).open == 1


def test_a_person_is_told_each_day_on_which_a_mail_waits(office: Office) -> None:
    office.morning.subscribe("T1", "U0ANNA", "U0ANNA", WEDNESDAY)
    office.morning.send_due(WEDNESDAY + timedelta(hours=5))
    assert office.reports.reminders == [], "from the next morning on"
    for hours in (19, 20, 21):
        office.morning.send_due(WEDNESDAY + timedelta(hours=hours))
        assert len(office.reports.reminders) == (1 if hours > 19 else 0)
    ((user, mails),) = office.reports.reminders
    assert (user, [mail.id for mail in mails]) == ("U0ANNA", ["p1"])
    office.bench.press_link()
    office.morning.send_due(WEDNESDAY + timedelta(days=2))
    assert len(office.reports.reminders) == 1, "nothing waits"


def test_a_mail_to_which_nothing_was_found_waits_for_a_record_and_not_for_a_person() -> None:
    office = Office(Bench(candidates=()))
    office.morning.subscribe("T1", "U0ANNA", "U0ANNA", WEDNESDAY)
    office.morning.send_due(MONDAY)
    assert office.reports.reminders == [], "nobody is told each day what they can do nothing about"
    figures = office.morning.week_before("T1", "C1", datetime.now(UTC))
    assert (figures.open, figures.parked) == (0, 1)


@pytest.mark.parametrize(("person", "told"), [("U0ANNA", ["p1"]), ("U0BEN", None)])
def test_of_a_mail_on_the_never_link_list_its_person_alone_is_told(
    office: Office, person: str, told: list[str] | None
) -> None:
    with Session(database(office.bench.url)) as session:
        session.get_one(Proposal, "p1").held_for = "U0ANNA"
        session.commit()
    office.morning.subscribe("T1", person, person, WEDNESDAY)
    office.morning.send_due(MONDAY)
    assert [[mail.id for mail in mails] for _, mails in office.reports.reminders] == ([told] if told else [])
    assert office.morning.week_before("T1", "C1", datetime.now(UTC)).open == 0, "nor does the channel's digest count it"


def test_nobody_is_told_of_conversations_that_they_are_not_in(office: Office) -> None:
    office.reports.elsewhere = {"C1"}
    office.morning.subscribe("T1", "U0ANNA", "U0ANNA", WEDNESDAY)
    office.morning.send_due(MONDAY)
    assert office.reports.reminders == []


def test_nobody_is_told_who_may_not_or_does_not_want_it_any_more(office: Office) -> None:
    for place in ("C1", "U0ANNA"):
        office.morning.subscribe("T1", place, "U0ANNA", WEDNESDAY)
    office.reports.unwanted = {"U0ANNA"}
    assert office.morning.unsubscribe("T1", "C1")
    assert not office.morning.unsubscribe("T1", "C1")
    office.morning.send_due(MONDAY)
    assert (office.reports.digests, office.reports.reminders) == ([], [])


@pytest.mark.parametrize(("wait", "told"), [(1.0, 1), (0.0, 0)])
def test_what_slack_refused_is_due_again_only_where_it_did_nothing(office: Office, wait: float, told: int) -> None:
    office.morning.subscribe("T1", "C1", "U0ANNA", WEDNESDAY)
    office.reports.failures = [SurfaceError("ratelimited", permanent=False, retry_after=wait)]
    office.morning.send_due(MONDAY)
    office.morning.send_due(MONDAY)
    assert len(office.reports.digests) == told
