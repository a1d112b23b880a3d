"""What one person is asked about a mail of the never-link list."""

from __future__ import annotations

from bot.language import Words
from bot.surface import ProposalState, ProposalView
from commands.cards.parts import Block, button, context, mail_line, section
from commands.ids import Held
from commands.mrkdwn import escape

UNDECIDED = (ProposalState.OPEN, ProposalState.FAILED, ProposalState.PARKED)


def held_question(view: ProposalView, say: Words) -> tuple[str, list[Block]]:
    """The text for notifications, which others may read on a locked screen, and the blocks."""
    entry = escape(view.never, 80)
    why = say("held.why", entry=entry) if entry else say("held.why_unknown")
    buttons = [button(say("button.held_show"), Held.SHOW, view.id)]
    if view.state in UNDECIDED:
        buttons.append(button(say("button.held_leave"), Held.LEAVE, view.id))
    return say("held.notification"), [
        section(mail_line(view, say)),
        section(why),
        context(say("held.until")),
        {"type": "actions", "elements": buttons},
    ]
