"""What one person is asked about a mail of the never-link list."""

from __future__ import annotations

from bot.language import Words
from bot.surface import ProposalState, ProposalView, WokenBy
from commands.cards.parts import Block, button, context, mail_line, section
from commands.cards.woken import woken_words
from commands.ids import Held
from commands.mrkdwn import escape

UNDECIDED = (ProposalState.OPEN, ProposalState.FAILED, ProposalState.PARKED)


def held_question(view: ProposalView, say: Words, woken: WokenBy | None = None) -> tuple[str, list[Block]]:
    """The text for notifications, which others may read on a locked screen, and the blocks; with what came that the
    mail waited for."""
    entry = escape(view.never, 80)
    why = say("held.why", entry=entry) if entry else say("held.why_unknown")
    buttons = [button(say("button.held_show"), Held.SHOW, view.id)]
    if view.state in UNDECIDED:
        buttons.append(button(say("button.held_leave"), Held.LEAVE, view.id))
    return say("held.notification"), [
        section(mail_line(view, say)),
        *([section(woken_words(woken, say))] if woken else []),
        section(why),
        context(say("held.until")),
        {"type": "actions", "elements": buttons},
    ]
