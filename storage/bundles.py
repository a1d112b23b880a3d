"""Mails that came together, and the messages that sum them up."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from storage.engine import reading, transaction
from storage.locks import lock_number
from storage.tables import Arrival, ArrivalState, Bundle, BundleMail, Proposal, now

# More are the next bundle: a list that nobody reads to its end sums nothing up.
MOST_MAILS = 50


@dataclass(frozen=True, slots=True)
class Brought:
    """Who brought a mail where and when: `ts` is the message that it came with, `by` names the person. What the same
    person brings within so many `seconds` belongs together, and what came with one message."""

    team: str
    channel: str
    ts: str
    thread_ts: str
    by: str
    user: str
    seconds: float


class Bundles:
    """Queries on bundles."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

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


def join(session: Session, brought: Brought, proposal_id: str) -> None:
    """Put a new mail, in the transaction that writes it down, to what it came with, or into a bundle of its own."""
    if session.get_bind().dialect.name != "sqlite":  # where others write at the same time, one after the other
        number = lock_number(f"bundles {brought.team} {brought.channel}")
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))
    connection = session.connection()
    team, channel, by = brought.team, brought.channel, brought.by
    known = connection.execute(_LAST, {"team": team, "channel": channel, "by": by}).all()
    fits = (one for one in known if one.mails < MOST_MAILS and _is_near(one.first_ts, one.last_ts, brought))
    if (bundle := next(fits, None)) is None:
        bundle_id, count = uuid.uuid4().hex, 0
        row = Bundle(
            id=bundle_id,
            team=team,
            channel=channel,
            brought_by=by,
            user=brought.user,
            thread_ts=brought.thread_ts,
            first_ts=brought.ts,
            last_ts=brought.ts,
        )
        connection.execute(_INSERT, row.model_dump())
    else:
        bundle_id, count = bundle.id, bundle.mails
        first, last = min(bundle.first_ts, brought.ts), max(bundle.last_ts, brought.ts)
        values = {"first_ts": first, "last_ts": last, "changed_at": now(), "behind": bundle.ts is not None}
        session.execute(sa.update(Bundle).where(col(Bundle.id) == bundle_id).values(values))
    connection.execute(_INSERT_MAIL, {"proposal_id": proposal_id, "bundle_id": bundle_id, "number": count + 1})


# Made once: each mail that comes asks the same.
_COUNT = sa.select(sa.func.count()).where(col(BundleMail.bundle_id) == Bundle.id).scalar_subquery()
_LAST = (
    sa.select(*(col(one) for one in (Bundle.id, Bundle.first_ts, Bundle.last_ts, Bundle.ts)), _COUNT.label("mails"))
    .where(
        col(Bundle.team) == sa.bindparam("team"),
        col(Bundle.channel) == sa.bindparam("channel"),
        col(Bundle.brought_by) == sa.bindparam("by"),
    )
    .order_by(col(Bundle.created_at).desc())
    .limit(5)
)
_INSERT, _INSERT_MAIL = (SQLModel.metadata.tables[name].insert() for name in ("bundle", "bundle_mail"))


def _is_near(first_ts: str, last_ts: str, brought: Brought) -> bool:
    """Whether a message is one of a bundle's, or came so soon before or after them."""
    return float(first_ts) - brought.seconds <= float(brought.ts) <= float(last_ts) + brought.seconds
