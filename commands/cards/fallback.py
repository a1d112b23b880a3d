"""What a card says where its blocks are not shown: in a notification, and read aloud."""

from __future__ import annotations

from collections.abc import Sequence

from bot.crm import Outcome
from bot.language import Words
from bot.proposals import UNCERTAIN
from bot.surface import UNDER_WAY, CandidateView, OutcomeView, ProposalState, ProposalView
from commands.cards.parts import labels, name_words
from commands.mrkdwn import escape

MOST_NAMED = 4
_ENDS = {
    ProposalState.PARTLY_LINKED: "partly_linked",
    ProposalState.FAILED: "failed",
}


def fallback(view: ProposalView, say: Words) -> str:
    """The mail, how it stands, and the records, without any markup."""
    mail = say(
        "card.fallback",
        sender=escape(view.sender, 80) or say("mail.unknown_sender"),
        subject=escape(view.subject, 100) or say("mail.no_subject"),
    )
    return say("card.fallback_state", mail=mail, state=_state(view, say))


def _state(view: ProposalView, say: Words) -> str:
    names = _names(view.outcomes, say)
    if any(item.outcome == UNCERTAIN for item in view.outcomes):
        return say("card.fallback.uncertain", names=names)
    if view.state in UNDER_WAY:
        return say("card.fallback.under_way")
    if view.undone or (view.state == ProposalState.OPEN and view.acted_by and view.outcomes):
        return say("card.fallback.taken_back", names=names)
    if view.state == ProposalState.PARKED:
        return say("card.fallback.parked")
    if view.state == ProposalState.DISMISSED:
        return say("card.fallback.put_aside")
    if view.state == ProposalState.EXPIRED:
        return say("card.fallback.expired")
    if view.state == ProposalState.LINKED:  # of a link that was taken back in part, what still stands
        standing = [item for item in view.outcomes if item.outcome != Outcome.UNLINKED or item.verified is False]
        return say("card.fallback.linked", names=_names(standing or view.outcomes, say))
    if view.state != ProposalState.OPEN:
        return say(f"card.fallback.{_ENDS[view.state]}", names=names)
    if picks := [one for one in view.candidates if one.picked]:
        return say("card.fallback_picks", names=_names(picks, say))
    if view.candidates:
        return say("card.fallback_unsure", names=_names(view.candidates, say))
    return say("card.fallback_nothing", vendors=labels(view, say, view.vendors, "list.or"))


def _names(items: Sequence[CandidateView | OutcomeView], say: Words) -> str:
    shown = say("list.comma").join(name_words(item) for item in items[:MOST_NAMED])
    more = len(items) - MOST_NAMED
    return say("list.more", names=shown, count=more) if more > 0 else shown
