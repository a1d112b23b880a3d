"""What is said in the morning: the week's figures to a channel, and to a person the mails that wait for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.language import Words
from bot.linking import FiguresView
from bot.surface import ProposalView
from commands.cards.figures import taught_lines, waiting_lines, week_words
from commands.cards.parts import Block, context, mail_line, section, sections
from commands.mrkdwn import link

MOST_MAILS = 10


def digest(figures: FiguresView, say: Words, *, bare: bool = False) -> tuple[str, list[Block]]:
    """The text for notifications and the blocks: what became of the last week's mails, how many wait, what was taught
    most. With `bare` others may read along: then it has counts only."""
    week = week_words(figures.weeks[-1], say) if figures.weeks else say("figures.none_that_week")
    if figures.weeks and not figures.weeks[-1].figures.mails:
        week = say("figures.none_that_week")
    lines = [week, *waiting_lines(figures, say)]
    if not bare:
        lines += taught_lines(figures, say)
    return say("digest.fallback", week=week), [
        section(say("digest.headline")),
        *sections(lines),
        context(say("digest.how_to_stop")),
    ]


def reminder(mails: Sequence[ProposalView], urls: Mapping[str, str], say: Words) -> tuple[str, list[Block]]:
    """The mails that wait for one person, each with the way to its card (`urls` by the mails' ids). One more than
    `MOST_MAILS` says that there are more."""
    blocks = [section(say("reminder.headline"))]
    for mail in mails[:MOST_MAILS]:
        lines = [mail_line(mail, say)]
        if url := urls.get(mail.id):
            lines.append(link(url, say("reminder.card")))
        blocks.append(section("\n".join(lines)))
    if len(mails) > MOST_MAILS:
        blocks.append(context(say("listing.older")))
    return say("reminder.fallback"), [*blocks, context(say("reminder.how_to_stop"))]
