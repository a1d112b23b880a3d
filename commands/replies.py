"""What is said to a person whose press did nothing, or something else than they may think."""

from __future__ import annotations

from bot.language import Words
from bot.linking import Answer, Reply
from bot.proposals import DONE
from bot.surface import ProposalState, ProposalView
from commands.cards.parts import labels, megabytes, name_words
from commands.mrkdwn import date, link


def reply_words(reply: Reply, user: str, say: Words) -> str | None:
    """What to say to the person who pressed; None where the card says it all."""
    view = reply.view
    if reply.answer == Answer.STARTED:
        return None
    if reply.answer == Answer.TAKEN and view is not None:
        return _taken(view, user, say)
    if reply.answer == Answer.TOO_MANY and view is not None:
        return say("press.too_many", vendors=labels(view, say, view.vendors))
    if reply.answer == Answer.UNDO_BY_HAND and view is not None:
        return _by_hand(view, say)
    if reply.answer == Answer.FILES_TOO_LARGE and view is not None:
        return say("window.files_large", most=megabytes(min(view.carriers.values(), default=0)))
    message = {
        Answer.NOTHING_PICKED: "press.nothing_picked",
        Answer.RECORD_GONE: "press.record_gone",
        Answer.NOTHING_NEW: "press.nothing_new",
        Answer.OTHER_PICKS: "press.other_picks",
        Answer.PERHAPS_LINKED: "press.perhaps_linked",
        Answer.NOTHING_TO_UNDO: "press.nothing_to_undo",
    }.get(reply.answer, "press.proposal_gone")
    return say(message)


def _by_hand(view: ProposalView, say: Words) -> str:
    """Where a person can take back what the vendor lets nobody take back from outside."""
    linked = [item for item in view.outcomes if item.outcome in DONE]
    done = [item for item in linked if item.ref.vendor not in view.undoable]
    pages = [link(o.url, name_words(o)) if o.url else name_words(o) for o in done]
    return say(
        "press.undo_by_hand",
        vendors=labels(view, say, [item.ref.vendor for item in done]),
        pages=say("list.comma").join(pages),
    )


def _taken(view: ProposalView, user: str, say: Words) -> str:
    message = {
        ProposalState.CONFIRMED: "press.taken_linking",
        ProposalState.LINKING: "press.taken_linking",
        ProposalState.LINKED: "press.taken_linked",
        ProposalState.EXPIRED: "card.expired",
        ProposalState.WITHDRAWN: "card.withdrawn",
    }.get(view.state, "press.taken_other")
    if view.undoing:
        message = "press.taken_undoing"
    if view.acted_by == user != "":
        message = "press.taken_yourself"
    return say(message, user=view.acted_by, when=say("press.when", date=date(view.acted_at)) if view.acted_at else "")
