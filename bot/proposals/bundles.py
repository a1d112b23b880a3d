"""Mails that came together, read as their summary shows them, and which of them are sure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.proposals.view import ProposalReader
from bot.records import Category
from bot.surface import BundleView, ProposalState, ProposalView
from storage.tables import Bundle, Proposal

# Who a mail is from or about. A mail whose property alone is clear waits until somebody said who wrote it.
WHO = (Category.PERSON, Category.COMPANY)


def bundle_view(bundle: Bundle, mails: Sequence[tuple[int, Proposal]], reader: ProposalReader) -> BundleView:
    """What to show of a bundle: of its mails those that have a card there."""
    return BundleView(
        id=bundle.id,
        team=bundle.team,
        channel=bundle.channel,
        thread_ts=bundle.thread_ts if bundle.first_ts == bundle.last_ts else "",
        ts=bundle.ts,
        user=bundle.user,
        mails=tuple((number, reader.view(one)) for number, one in mails if one.card_ts and not one.held_for),
    )


def is_sure(view: ProposalView) -> bool:
    """Whether a mail can be linked from a list: nobody has decided upon it, its card chooses something, nothing has to
    give way for that, and it does not ask who is meant."""
    picked = {one.category for one in view.candidates if one.picked}
    asks_who = not picked.intersection(WHO) and any(one.category in WHO for one in view.candidates)
    untouched = view.state == ProposalState.OPEN and view.attempt == 0
    return untouched and bool(picked) and not view.in_the_way and not asks_who
