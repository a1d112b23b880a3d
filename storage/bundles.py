"""Mails that came together, and the messages that sum them up."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.engine import reading, transaction
from storage.tables import Arrival, ArrivalState, Bundle, BundleMail, Proposal, now

# More are the next bundle: a list that nobody reads to its end sums nothing up.
MOST_MAILS = 50


@dataclass(frozen=True, slots=True)
class Brought:
    """Who brought a mail where and when: `ts` is the message that it came with, `by` names the person."""

    team: str
    channel: str
    ts: str
    thread_ts: str
    by: str
    user: str


class Bundles:
    """Queries on bundles."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def join(self, brought: Brought, proposals: Sequence[str], seconds: float) -> None:
        """Put mails that came with one message into the bundle of that message, or of what the same person brought
        within so many seconds of it, or into a new one. Who calls holds the conversation's lock. Mails that are in a
        bundle stay there."""
        with transaction(self._engine) as session:
            known = set(
                session.exec(select(BundleMail.proposal_id).where(col(BundleMail.proposal_id).in_(list(proposals))))
            )
            for proposal_id in (one for one in proposals if one not in known):
                bundle, count = self._bundle(session, brought, seconds)
                session.add(BundleMail(proposal_id=proposal_id, bundle_id=bundle.id, number=count + 1))
                bundle.first_ts, bundle.last_ts = min(bundle.first_ts, brought.ts), max(bundle.last_ts, brought.ts)
                bundle.changed_at, bundle.behind = now(), bundle.ts is not None
                session.flush()

    def _bundle(self, session: Session, brought: Brought, seconds: float) -> tuple[Bundle, int]:
        """The bundle that a mail belongs to, and how many are in it."""
        same = (Bundle.team == brought.team, Bundle.channel == brought.channel, Bundle.brought_by == brought.by)
        query = select(Bundle).where(*same).order_by(col(Bundle.created_at).desc()).limit(5)
        for bundle in session.exec(query):
            count = session.exec(select(sa.func.count()).where(col(BundleMail.bundle_id) == bundle.id)).one()
            if count < MOST_MAILS and _is_near(bundle, brought.ts, seconds):
                return bundle, count
        bundle = Bundle(
            id=uuid.uuid4().hex,
            team=brought.team,
            channel=brought.channel,
            brought_by=brought.by,
            user=brought.user,
            thread_ts=brought.thread_ts,
            first_ts=brought.ts,
            last_ts=brought.ts,
        )
        session.add(bundle)
        session.flush()
        return bundle, 0

    def get(self, bundle_id: str) -> Bundle | None:
        with reading(self._engine) as session:
            return session.get(Bundle, bundle_id)

    def mails(self, bundle_id: str) -> list[tuple[int, Proposal]]:
        """The mails of a bundle, each with its number."""
        query = (
            select(BundleMail.number, Proposal)
            .join(Proposal, col(Proposal.id) == BundleMail.proposal_id)
            .where(BundleMail.bundle_id == bundle_id)
            .order_by(col(BundleMail.number))
        )
        with reading(self._engine) as session:
            return [(number, proposal) for number, proposal in session.exec(query)]

    def to_post(self, quiet_since: datetime, least: tuple[int, int], not_before: datetime) -> list[Bundle]:
        """Bundles without a summary to which nothing has come since `quiet_since`, with at least so many mails: `least`
        are those of one message and those of several. What is older than `not_before` is left alone."""
        count = sa.select(sa.func.count()).where(col(BundleMail.bundle_id) == Bundle.id).scalar_subquery()
        one_message = col(Bundle.first_ts) == col(Bundle.last_ts)
        waiting = sa.exists().where(
            col(Arrival.team) == Bundle.team,
            col(Arrival.channel) == Bundle.channel,
            col(Arrival.state) == ArrivalState.RECEIVED,
            col(Arrival.ts).between(col(Bundle.first_ts), col(Bundle.last_ts)),
        )
        query = select(Bundle).where(
            col(Bundle.ts).is_(None),
            Bundle.tries == 0,
            Bundle.created_at > not_before,
            Bundle.changed_at <= quiet_since,
            count >= sa.case((one_message, least[0]), else_=least[1]),
            sa.not_(waiting),
        )
        with reading(self._engine) as session:
            return list(session.exec(query))

    def behind(self) -> list[Bundle]:
        """Bundles whose summary does not show yet how things are."""
        with reading(self._engine) as session:
            return list(session.exec(select(Bundle).where(col(Bundle.behind), col(Bundle.ts).is_not(None))))

    def begin_post(self, bundle_id: str) -> bool:
        """Take the posting of a summary for oneself; False where another process did."""
        return self._update(bundle_id, col(Bundle.tries) == 0, tries=1)

    def not_posted(self, bundle_id: str) -> None:
        """Slack did not take it: it is tried again."""
        self._update(bundle_id, tries=0)

    def posted(self, bundle_id: str, ts: str) -> None:
        """Remember where the summary is; what has changed meanwhile is shown with the next look."""
        self._update(bundle_id, ts=ts, behind=True)

    def set_behind(self, bundle_id: str, behind: bool) -> None:
        self._update(bundle_id, behind=behind)

    def _update(self, bundle_id: str, *where: sa.ColumnElement[bool], **values: Any) -> bool:
        with transaction(self._engine) as session:
            update = sa.update(Bundle).where(col(Bundle.id) == bundle_id, *where).values(**values)
            return session.execute(update.returning(col(Bundle.id))).first() is not None

    def changed(self, proposal_id: str) -> None:
        """A mail's card shows something else: so is its summary to."""
        mine = select(BundleMail.bundle_id).where(BundleMail.proposal_id == proposal_id)
        summed_up = (col(Bundle.id).in_(mine), col(Bundle.ts).is_not(None), col(Bundle.behind).is_(False))
        with reading(self._engine) as session:
            found = session.exec(select(Bundle.id).where(*summed_up)).first()
        if found is not None:
            self.set_behind(found, True)

    def drop(self, before: datetime) -> None:
        """Forget which mails came together so long ago; the mails themselves stay."""
        with transaction(self._engine) as session:
            old = select(Bundle.id).where(Bundle.created_at < before)
            session.execute(sa.delete(BundleMail).where(col(BundleMail.bundle_id).in_(old)))
            session.execute(sa.delete(Bundle).where(col(Bundle.created_at) < before))


def _is_near(bundle: Bundle, ts: str, seconds: float) -> bool:
    """Whether a message is one of a bundle's, or came so soon before or after them."""
    return float(bundle.first_ts) - seconds <= float(ts) <= float(bundle.last_ts) + seconds
