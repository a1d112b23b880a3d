"""What became of the mails of some time, counted: how good the suggestions were, and what people corrected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col

from storage.engine import reading
from storage.links import TAKEN_OFF
from storage.tables import UNDER_WAY, Candidate, Link, Proposal, ProposalState, Target

UNDECIDED = (ProposalState.OPEN, *UNDER_WAY, ProposalState.PARKED)
FIRST_ATTEMPT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts of mails. `linked` are those that are linked at least in part, `undone` those of which something was taken
    back. Of the mails that a person decided upon, the first suggestion was among what they confirmed
    (`first_right`), it was not (`first_wrong`), or there was none and they searched (`searched`)."""

    mails: int
    linked: int
    open: int
    put_aside: int
    expired: int
    failed: int
    undone: int
    first_right: int
    first_wrong: int
    searched: int


@dataclass(frozen=True, slots=True)
class AtVendor:
    """The links that were made at a vendor: how many, how many of them verified, and how many taken back."""

    vendor: str
    links: int
    verified: int
    undone: int


@dataclass(frozen=True, slots=True)
class Corrected:
    """A record that was chosen beforehand so often and not confirmed."""

    vendor: str
    kind: str
    record_id: str
    name: str
    times: int


class FiguresOf:
    """Queries on what was done between two moments (the second not included), in all conversations or in these
    channels."""

    def __init__(self, engine: sa.Engine, since: datetime, until: datetime, channels: Collection[str] = ()) -> None:
        self._engine = engine
        here = [col(Proposal.channel).in_(list(channels))] if channels else []
        self._came = sa.and_(col(Proposal.created_at) >= since, col(Proposal.created_at) < until, *here)
        there = [col(Link.channel).in_(list(channels))] if channels else []
        self._made = sa.and_(
            col(Link.linked_at) >= since, col(Link.linked_at) < until, col(Link.outcome) != TAKEN_OFF, *there
        )

    def mails(self) -> Figures:
        """What became of the mails that came."""
        states = sa.select(col(Proposal.state), sa.func.count()).where(self._came).group_by(col(Proposal.state))
        undone = sa.select(sa.func.count(sa.distinct(col(Link.proposal_id)))).where(
            self._made, col(Link.undone_at).is_not(None)
        )
        with reading(self._engine) as session:
            count = Counter(dict(session.execute(states).all()))
            taken_back = int(session.execute(undone).scalar_one())
            first = Counter({(there, right): number for there, right, number in session.execute(self._first())})
        return Figures(
            mails=count.total(),
            linked=count[ProposalState.LINKED] + count[ProposalState.PARTLY_LINKED],
            open=sum(count[state] for state in UNDECIDED),
            put_aside=count[ProposalState.DISMISSED] + count[ProposalState.WITHDRAWN],
            expired=count[ProposalState.EXPIRED],
            failed=count[ProposalState.FAILED],
            undone=taken_back,
            first_right=first[True, True],
            first_wrong=first[True, False],
            searched=first[False, False],
        )

    def _first(self) -> sa.Select[bool, bool, int]:
        """Of the mails that a person decided upon: whether something was suggested, whether the first of it was
        confirmed, and how many."""
        best = sa.and_(col(Candidate.proposal_id) == col(Proposal.id), col(Candidate.rank) == 0)
        there = sa.exists().where(best).label("there")
        right = sa.exists().where(best, *_confirmed_of_first(), _same_record()).label("right")
        return (
            sa.select(there, right, sa.func.count())
            .where(self._came, sa.exists().where(*_confirmed_of_first()))
            .group_by(there, right)
        )

    def at_vendors(self) -> list[AtVendor]:
        """The links that were made, for each vendor."""
        count = sa.func.count()
        query = (
            sa.select(
                col(Link.vendor),
                count,
                count.filter(col(Link.verified).is_(True)),
                count.filter(col(Link.undone_at).is_not(None)),
            )
            .where(self._made)
            .group_by(col(Link.vendor))
            .order_by(col(Link.vendor))
        )
        with reading(self._engine) as session:
            return [AtVendor(*row) for row in session.execute(query)]

    def corrected(self, limit: int) -> list[Corrected]:
        """The records that were chosen beforehand most often without being confirmed, of the mails that a person
        decided upon."""
        record = (col(Candidate.vendor), col(Candidate.kind), col(Candidate.record_id))
        times = sa.func.count().label("times")
        query = (
            sa.select(*record, sa.func.max(col(Candidate.name)), times)
            .join(Proposal, col(Proposal.id) == col(Candidate.proposal_id))
            .where(
                self._came,
                col(Candidate.picked),
                sa.exists().where(*_confirmed_of_first()),
                ~sa.exists().where(*_confirmed_of_first(), _same_record()),
            )
            .group_by(*record)
            .order_by(times.desc(), *record)
            .limit(limit)
        )
        with reading(self._engine) as session:
            return [Corrected(*row) for row in session.execute(query)]


def mondays(now: datetime, weeks: int, zone: ZoneInfo) -> list[datetime]:
    """When each of so many weeks began there, the last of them the week of `now`, and when that one will end."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    return [monday + timedelta(weeks=number) for number in range(1 - weeks, 2)]


def _confirmed_of_first() -> tuple[sa.ColumnElement[bool], ...]:
    """A record that a person confirmed with their first press on the mail's card."""
    return (
        col(Target.proposal_id) == col(Proposal.id),
        col(Target.attempt) == FIRST_ATTEMPT,
        col(Target.remove).is_(False),
    )


def _same_record() -> sa.ColumnElement[bool]:
    return sa.and_(
        col(Target.vendor) == col(Candidate.vendor),
        col(Target.kind) == col(Candidate.kind),
        col(Target.record_id) == col(Candidate.record_id),
    )
