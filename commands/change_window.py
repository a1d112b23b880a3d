"""The window in which a person chooses: opened at once, completed with what the CRM has to be asked for."""

from __future__ import annotations

from collections.abc import Collection

from bot.linking import Asking
from bot.records import Record
from bot.surface import ProposalView
from commands.cards.change import modal
from commands.windows import Window


def open_change(
    window: Window,
    asking: Asking,
    view: ProposalView,
    chosen: Collection[Record],
    *,
    words: str = "",
    named: Collection[Record] = (),
    refile: bool = False,
) -> None:
    """Open the window for a proposal. A trigger lives three seconds: what the mail is linked to now is looked up behind
    it, and what the person has chosen meanwhile stays. With `refile` it asks what is wrong, of what
    the bot itself linked, and nothing has to be looked up."""
    if refile:
        window.open(modal(view, window.say, chosen, refile=True))
        return
    looking = asking.can_take_off
    opened = window.open(modal(view, window.say, chosen, words=words, named=named, looking=looking))
    if opened is None or not (looking or view.outcomes):
        return
    linked = asking.linked_now(view.id)
    window.complete(opened, modal(view, window.say, chosen, words=words, named=named, linked=linked))
