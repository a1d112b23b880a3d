"""The cards of proposals: where they are, whether they are up to date, and what they show."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from storage.arrivals import Progress, write_progress
from storage.engine import reading, transaction
from storage.tables import Bundle, BundleMail, Proposal, ProposalState

# Made once: each mail that comes asks the same.
_PROPOSALS = SQLModel.metadata.tables["proposal"]
_CHANGED = (_PROPOSALS.c.state != sa.bindparam("shown"), _PROPOSALS.c.attempt != sa.bindparam("number"))
_SET_CARD = (
    _PROPOSALS.update()
    .where(_PROPOSALS.c.id == sa.bindparam("of"))
    .values(card_ts=sa.bindparam("place"), card_behind=sa.or_(_PROPOSALS.c.card_behind, *_CHANGED))
    .returning(_PROPOSALS.c.card_behind)
)
# Cards that show what they are about.
_WHOLE = (col(Proposal.card_ts).is_not(None), col(Proposal.card_bare).is_(False))


class Cards:
    """Queries on the cards of proposals."""

    _engine: sa.Engine

    def begin_card(self, proposal_id: str) -> Proposal | None:
        """Count a posting of the card that is about to be tried (`card_tries`, from 1). None where it is there."""
        update = (
            sa.update(Proposal)
            .where(col(Proposal.id) == proposal_id, col(Proposal.card_ts).is_(None))
            .values(card_tries=col(Proposal.card_tries) + 1)
        )
        return self._updated(update)

    def set_card(
        self,
        proposal_id: str,
        card_ts: str,
        shows: tuple[str, int] | None = None,
        progress: Progress | None = None,
    ) -> bool:
        """Remember where the card is, and whether it is behind: that is what it gives. It is where it does not show how
        things are: `shows` is the state and the attempt that it was made of, None where that is not known. `progress`
        is how far the arrival is with it."""
        state, attempt = shows or ("", -1)
        values = {"of": proposal_id, "place": card_ts, "shown": state, "number": attempt}
        with transaction(self._engine) as session:
            if progress is not None:
                write_progress(session, progress)
            return bool(session.connection().execute(_SET_CARD, values).scalar())

    def _updated(self, update: sa.Update) -> Proposal | None:
        with transaction(self._engine) as session:
            return session.execute(update.returning(Proposal)).scalar_one_or_none()

    def set_card_behind(self, proposal_id: str, behind: bool) -> None:
        """Remember that the card does not show yet what became of the proposal, or that it does."""
        with transaction(self._engine) as session:
            session.get_one(Proposal, proposal_id).card_behind = behind

    def set_card_bare(self, proposal_id: str, bare: bool) -> None:
        """Remember whether the card is shown without what it is about."""
        with transaction(self._engine) as session:
            session.get_one(Proposal, proposal_id).card_bare = bare

    def channels_with_whole_cards(self) -> list[str]:
        """The conversations in which a card shows what it is about."""
        with transaction(self._engine) as session:
            query = select(Proposal.channel).where(*_WHOLE).distinct()
            return sorted(session.exec(query))

    def open_cards_are_behind(self, channel: str) -> None:
        """The cards of a conversation that nobody has decided upon are to be shown again."""
        waits = (
            col(Proposal.state).in_((ProposalState.OPEN, ProposalState.PARKED)),
            col(Proposal.card_ts).is_not(None),
        )
        with transaction(self._engine) as session:
            session.execute(
                sa.update(Proposal).where(*waits, col(Proposal.channel) == channel).values(card_behind=True)
            )

    def whole_cards_are_behind(self, channel: str) -> None:
        """All cards of a conversation that show what they are about are to be shown again, and what sums them up."""
        with transaction(self._engine) as session:
            summed_up = (col(Bundle.channel) == channel, col(Bundle.ts).is_not(None))
            session.execute(sa.update(Bundle).where(*summed_up).values(behind=True))
            session.execute(
                sa.update(Proposal).where(*_WHOLE, col(Proposal.channel) == channel).values(card_behind=True)
            )

    def summary_is_behind(self, session: Session, proposal_id: str) -> None:
        """The summary of the mails with which this one came is to be shown again, in somebody's transaction."""
        mine = select(BundleMail.bundle_id).where(col(BundleMail.proposal_id) == proposal_id)
        session.execute(sa.update(Bundle).where(col(Bundle.id).in_(mine)).values(behind=True))

    def cards_behind(self) -> list[Proposal]:
        with reading(self._engine) as session:
            return list(session.exec(select(Proposal).where(col(Proposal.card_behind))))
