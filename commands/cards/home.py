"""The Home tab of one person: what is open and what was linked where they are, what was learned, how the copies are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.crm import Check
from bot.language import Sentence, Words
from bot.linking import CopyView, FiguresView, RefusedView, TaughtView
from bot.proposals import DONE
from bot.surface import ProposalView
from commands.cards.create import noted_interest
from commands.cards.figures import figure_lines
from commands.cards.lists import copies, refused
from commands.cards.parts import Block, button, context, mail_line, plain, section, sections
from commands.ids import Find, Home
from commands.mrkdwn import escape, shorten

MOST_MAILS = 10
MOST_LINKED = 5
MOST_TAUGHT = 10
MOST_CHECKS = 20
ALT_LETTERS = 2000
ON, OFF = "on", "off"
DIVIDER: Block = {"type": "divider"}


@dataclass(frozen=True, slots=True)
class Overview:
    """What a Home shows. One more than is shown says that there are more."""

    open: Sequence[ProposalView] = ()
    parked: Sequence[ProposalView] = ()
    linked: Sequence[ProposalView] = ()
    taught: Sequence[TaughtView] = ()
    copies: Sequence[CopyView] = ()
    refused: Sequence[RefusedView] = ()
    figures: FiguresView | None = None
    picture: str = ""  # of the figures: Slack's id of the file
    reminded: bool = False  # each morning
    # For who looks after the workspace: they may have everything checked, and see what came of it.
    admin: bool = False
    checks: Sequence[Check] | None = None


def home(found: Overview, say: Words, *, notice: str = "") -> dict[str, Any]:
    """The view. `notice` answers the last press: a Home has no other place for words."""
    blocks: list[Block] = [section(notice), DIVIDER] if notice else []
    blocks += refused(found.refused, say)
    find = button(say("button.find"), Find.OPEN, "find")
    words = say("button.remind_off") if found.reminded else say("button.remind_on")
    remind = button(words, Home.REMIND, OFF if found.reminded else ON)
    blocks.append({"type": "actions", "elements": [find, remind]})
    blocks.append(section(say("home.open") if found.open else say("home.nothing_open")))
    for view in found.open[:MOST_MAILS]:
        blocks.append(_row(view, say, button(say("button.choose"), Home.CHOOSE, view.id)))
    blocks += _more(len(found.open), MOST_MAILS, say)
    if found.parked:
        blocks += [DIVIDER, section(say("home.parked"))]
        blocks += [
            _row(view, say, button(say("button.choose"), Home.CHOOSE, view.id)) for view in found.parked[:MOST_MAILS]
        ]
        blocks += _more(len(found.parked), MOST_MAILS, say)
    blocks += [DIVIDER, section(say("home.linked") if found.linked else say("home.nothing_linked"))]
    for view in found.linked[:MOST_LINKED]:
        can_undo = any(one.can_undo for one in view.outcomes) or noted_interest(view)
        words = say("button.undo") if can_undo else say("button.undo_how")
        blocks.append(_row(view, say, button(words, Home.UNDO, view.id)))
    blocks += _more(len(found.linked), MOST_LINKED, say)
    if found.taught:
        blocks += [DIVIDER, section(say("home.taught"))]
        for one in found.taught[:MOST_TAUGHT]:
            line = say("listing.taught_line", words=escape(one.words, 80), name=escape(one.name, 80))
            forget = button(say("button.forget"), Home.FORGET, str(one.alias_id))
            blocks.append({**section(line), "accessory": forget})
        blocks += _more(len(found.taught), MOST_TAUGHT, say)
    if found.figures is not None and (lines := figure_lines(found.figures, say)):
        blocks += [DIVIDER, section(say("home.figures")), *sections(lines)]
        if found.picture:
            blocks.append(_picture(found.picture, found.figures, say))
    blocks += [DIVIDER, *copies(found.copies, say)]
    if found.admin:
        blocks += _connections(found.checks, say)
    blocks.append(context(say("home.private")))
    return {"type": "home", "blocks": blocks}


def refused_home(text: str) -> dict[str, Any]:
    """The Home of who may not use the bot."""
    return {"type": "home", "blocks": [section(text)]}


def _connections(checks: Sequence[Check] | None, say: Words) -> list[Block]:
    """The button that has all connections checked, and what came of it: what is wrong first, with what to do."""
    blocks: list[Block] = []
    for one in sorted(checks or (), key=lambda check: (check.ok, check.told))[:MOST_CHECKS]:
        name, detail, remedy = (_said(part, say) for part in (one.name, one.detail, one.remedy))
        right = "home.check_right" if one.told else "home.check_untold"
        line = say(right if one.ok else "home.check_wrong", name=name, detail=detail)
        blocks += sections([line, *([remedy] if remedy and not one.ok else [])])
    again = button(say("button.check"), Home.CHECK, "check")
    return [*blocks, {"type": "actions", "elements": [again]}]


def _picture(file_id: str, figures: FiguresView, say: Words) -> Block:
    """The picture, with its numbers for who does not see it."""
    weeks = [
        say("figures.alt_week", mails=week.figures.mails, linked=week.figures.linked)
        for week in figures.weeks
        if week.figures.mails
    ]
    alt = say("figures.alt", weeks=say("list.comma").join(weeks))
    return {
        "type": "image",
        "slack_file": {"id": file_id},
        "alt_text": shorten(alt, ALT_LETTERS),
        "title": plain(say("figures.legend"), 2000),
    }


def _said(message: Sentence, say: Words) -> str:
    return escape(say("plain", text=message), 400)


def _row(view: ProposalView, say: Words, accessory: Block) -> Block:
    names = [escape(one.name, 60) or escape(one.ref.id, 60) for one in view.outcomes if one.outcome in DONE]
    # On a phone there is no room for an address beside a name.
    lines = [mail_line(replace(view, sender=view.sender.partition(" <")[0]), say)]
    if names:
        lines.append(say("listing.linked_to", names=say.listed(names[:4])))
    if not view.channel.startswith("D"):
        lines.append(say("home.place", channel=f"<#{view.channel}>"))
    return {**section("\n".join(lines)), "accessory": accessory}


def _more(count: int, most: int, say: Words) -> list[Block]:
    return [context(say("listing.older"))] if count > most else []
