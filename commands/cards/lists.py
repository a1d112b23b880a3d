"""What `/link` lists for one person: open mails, linked ones, what was taught, how the copies are."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language import Words
from bot.linking import CopyView, RefusedView, TaughtView
from bot.proposals import DONE
from bot.surface import ProposalView
from commands.cards.create import noted_interest
from commands.cards.parts import Block, button, context, mail_line, section, sections
from commands.ids import Action
from commands.mrkdwn import date, escape

MOST_MAILS = 8
MOST_TAUGHT = 30


def open_mails(views: Sequence[ProposalView], say: Words, *, title: str = "") -> list[Block]:
    """The mails that wait, the newest first, each with a button that opens its window. One more than `MOST_MAILS` says
    that there are more."""
    blocks = [section(title or say("listing.open"))]
    for view in views[:MOST_MAILS]:
        blocks.append(
            {**section(mail_line(view, say)), "accessory": button(say("button.choose"), Action.CHANGE, view.id)}
        )
    return blocks + _more(views, say)


def linked_mails(views: Sequence[ProposalView], say: Words, *, title: str) -> list[Block]:
    """Linked mails with what they are linked to, each with Undo where something can be taken back."""
    blocks = [section(title)]
    for view in views[:MOST_MAILS]:
        names = [escape(one.name, 60) or escape(one.ref.id, 60) for one in view.outcomes if one.outcome in DONE]
        lines = [mail_line(view, say)]
        if names:
            lines.append(say("listing.linked_to", names=say.listed(names[:4])))
        block = section("\n".join(lines))
        if any(one.can_undo for one in view.outcomes) or noted_interest(view):
            block["accessory"] = button(say("button.undo"), Action.UNDO, view.id)
        elif names:
            block["accessory"] = button(say("button.undo_how"), Action.UNDO_HOW, view.id)
        blocks.append(block)
    return blocks + _more(views, say)


def taught_words(taught: Sequence[TaughtView], say: Words) -> list[Block]:
    """What was taught, and how it is forgotten."""
    lines = [
        say("listing.taught_line", words=escape(one.words, 80), name=escape(one.name, 80))
        for one in taught[:MOST_TAUGHT]
    ]
    blocks = [section(say("listing.taught")), *sections(lines)]
    return [*blocks, context(say("listing.taught_forget"))]


def copies(found: Sequence[CopyView], say: Words) -> list[Block]:
    """How each CRM's copy is, a line each."""
    lines = []
    for one in found:
        if one.copied_at is None:
            lines.append(say("listing.copy_none", label=escape(one.label)))
        else:
            when = date(one.copied_at)
            lines.append(say("listing.copy", label=escape(one.label), records=str(one.records), when=when))
        if one.away:
            lines.append(say("listing.copy_away", label=escape(one.label)))
    return [section(say("listing.status")), *sections(lines)]


def refused(found: Sequence[RefusedView], say: Words) -> list[Block]:
    """Who does not accept Linkbot's keys: nothing can be linked there, and who reads it may be able to mend it."""
    lines = [say("listing.refused", name=escape(one.name, 80), since=date(one.since)) for one in found]
    return sections(lines)


def _more(views: Sequence[ProposalView], say: Words) -> list[Block]:
    return [context(say("listing.older"))] if len(views) > MOST_MAILS else []
