"""The card in a channel that is shared with another company: who did what, and nothing of what the mail is about."""

from __future__ import annotations

from bot.crm import Outcome
from bot.language import Words
from bot.proposals import DONE, UNCERTAIN
from bot.surface import UNDER_WAY, ProposalState, ProposalView
from commands.cards.parts import Block, button, context, section
from commands.ids import Action
from commands.mrkdwn import date


def bare_card(view: ProposalView, say: Words, *, by_setting: bool = False) -> tuple[str, list[Block]]:
    """The text for notifications and the blocks. No name, no subject, no address, no record, no number: only ids of the
    workspace's own people, and the button with which each of them sees the card alone. `by_setting`: nobody else reads
    along, the settings want it so."""
    when = say("press.when", date=date(view.acted_at)) if view.acted_at else ""
    blocks = [section(say(_headline(view), user=view.acted_by, when=when))]
    if view.undo_failed_by:
        blocks.append(section(say("card.undo_failed", user=view.undo_failed_by)))
    if view.state in (ProposalState.EXPIRED, ProposalState.WITHDRAWN):
        return say("bare.mail"), blocks
    blocks.append(context(say("bare.by_setting") if by_setting else say("bare.why")))
    show = button(say("button.show"), Action.SHOW, view.id, "primary" if view.state == ProposalState.OPEN else None)
    return say("bare.mail"), [*blocks, {"type": "actions", "elements": [show]}]


def _headline(view: ProposalView) -> str:
    """The message that says how it stands with the mail."""
    if view.state in UNDER_WAY:
        return "card.working"
    if view.state == ProposalState.EXPIRED:
        return "card.expired"
    if view.state == ProposalState.WITHDRAWN:
        return "card.withdrawn"
    if view.state == ProposalState.PARKED:
        return "card.parked_by"
    if view.state == ProposalState.DISMISSED:
        return "card.dismissed_by"
    outcomes = {item.outcome for item in view.outcomes}
    if UNCERTAIN in outcomes:
        return "card.uncertain_by"
    if view.undone:
        return "card.restored_by" if Outcome.RESTORED in outcomes else "card.undone_by"
    if view.state == ProposalState.OPEN:
        return "card.taken_off_by" if view.acted_by and outcomes else "bare.mail"
    if view.state == ProposalState.FAILED:
        return "card.failed_by"
    if view.state == ProposalState.PARTLY_LINKED:
        return "card.partly_by"
    if outcomes and outcomes <= {Outcome.NOTED, Outcome.UNLINKED}:
        return "card.noted_by" if Outcome.NOTED in outcomes else "card.linked_by"
    verified = all(item.verified for item in view.outcomes if item.outcome in DONE)
    return "card.linked_by" if verified else "card.linked_unverified_by"
