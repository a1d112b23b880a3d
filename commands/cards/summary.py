"""The summary of mails that came together: what the sure ones would be linked to, which wait, which are done."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language import Words
from bot.linking import marks
from bot.proposals import DONE, UNCERTAIN, is_sure
from bot.surface import UNDER_WAY, BundleView, CandidateView, OutcomeView, ProposalState, ProposalView
from commands.cards.icons import MARKS, UNVERIFIED
from commands.cards.parts import (
    Block,
    button,
    context,
    detail_words,
    has_namesake,
    icon,
    labels,
    name_words,
    section,
    sections,
    vendor_words,
)
from commands.ids import UNSURE, Summary, summary_value
from commands.mrkdwn import escape

# The button links what the list shows: as many as fit beside each other, and into what the button carries.
MOST_SURE = 20
MOST_OTHERS = 20
MOST_NAMED = 6
ASIDE = (ProposalState.DISMISSED, ProposalState.EXPIRED)
OPEN = (ProposalState.OPEN, ProposalState.FAILED, ProposalState.PARTLY_LINKED)

Mail = tuple[int, ProposalView]


def summary(view: BundleView, say: Words) -> tuple[str, list[Block]]:
    """The text for notifications, and the blocks."""
    counts = _counts(view, say)
    sure = [one for one in view.mails if is_sure(one[1])]
    waiting = [one for one in view.mails if one[1].state in OPEN and one not in sure]
    others = [one for one in view.mails if one not in sure and one not in waiting]
    blocks = [section(say("summary.headline", count=len(view.mails), counts=counts))]
    if sure:
        shown = sure[:MOST_SURE]
        vendors = {pick.ref.vendor for _, mail in shown for pick in _picks(mail)}
        alone = len(vendors) == 1 and len(shown[0][1].vendors) > 1
        headed = say("record.headed", vendor=labels(shown[0][1], say, vendors)) if alone else ""
        lines = [_sure_line(mail, say, several=len(vendors) > 1) for _, mail in shown]
        blocks += sections([say("summary.sure", vendor=headed), *lines])
        blocks += _more(len(sure) - len(shown), say) + _final(shown, say)
    if waiting:
        shown = waiting[:MOST_OTHERS]
        blocks += sections([say("summary.waiting"), *(_waiting_line(mail, say) for _, mail in shown)])
        blocks += _more(len(waiting) - len(shown), say)
    if others:
        shown = others[:MOST_OTHERS]
        blocks += sections([say("summary.done"), *(_done_line(mail, say) for _, mail in shown)])
        blocks += _more(len(others) - len(shown), say)
    blocks += _actions(view, sure, waiting, say)
    return say("summary.fallback", count=len(view.mails), counts=counts), blocks


def bare_summary(view: BundleView, say: Words) -> tuple[str, list[Block]]:
    """The summary where others read along, or where the settings want it so: how many, and nothing of what they are
    about. Who may go through them sees them alone."""
    counts = _counts(view, say)
    blocks = [section(say("summary.headline", count=len(view.mails), counts=counts))]
    waiting = [one for one in view.mails if one[1].state in OPEN]
    if waiting:
        blocks += [context(say("summary.bare")), *_actions(view, [], waiting, say)]
    return say("summary.fallback", count=len(view.mails), counts=counts), blocks


def rest(view: BundleView, *, unsure: bool = False, keep: str = "") -> list[ProposalView]:
    """The mails to go through: those that wait, the sure ones last, or with `unsure` not at all, but for the one that
    a person has before them (`keep`) and has just chosen for."""
    waiting = [mail for _, mail in view.mails if mail.state in OPEN]
    if unsure:
        return [mail for mail in waiting if mail.id == keep or not is_sure(mail)]
    return sorted(waiting, key=is_sure)


def _counts(view: BundleView, say: Words) -> str:
    """How many are linked and how many are open; what else there is only where there is some."""
    states = [mail.state for _, mail in view.mails]
    linked = states.count(ProposalState.LINKED)
    still_open = sum(state in OPEN for state in states)
    parts = [say("summary.linked", linked=linked, all=len(states)), say("summary.open", number=still_open)]
    if under_way := sum(state in UNDER_WAY for state in states):
        parts.append(say("summary.under_way", number=under_way))
    if aside := sum(state in ASIDE for state in states):
        parts.append(say("summary.aside", number=aside))
    if put_off := states.count(ProposalState.PARKED):
        parts.append(say("summary.put_off", number=put_off))
    if withdrawn := states.count(ProposalState.WITHDRAWN):
        parts.append(say("summary.withdrawn", number=withdrawn))
    return say("list.comma").join(parts)


def _actions(view: BundleView, sure: Sequence[Mail], waiting: Sequence[Mail], say: Words) -> list[Block]:
    buttons = []
    if sure:
        shown = sure[:MOST_SURE]
        words = say("button.link_sure") if len(shown) == len(sure) else say("button.link_shown", count=len(shown))
        buttons.append(button(words, Summary.LINK_SURE, summary_value(view.id, marks(shown)), "primary"))
    if sure or waiting:
        words = say("button.walk_rest") if sure and waiting else say("button.walk")
        buttons.append(button(words, Summary.WALK, f"{view.id} {UNSURE}" if sure and waiting else view.id))
    return [{"type": "actions", "elements": buttons}] if buttons else []


def _sure_line(mail: ProposalView, say: Words, *, several: bool) -> str:
    """The mail, and everything that it would be linked to: what is not said here is not linked. Where there are
    `several` CRMs in the list each record has its own."""
    names = [_named(pick, mail, say, several=several) for pick in _picks(mail)]
    line = say("summary.sure_line", mail=_mail_words(mail, say), names=say("list.comma").join(names))
    going = sum(file.goes for file in mail.files) if any(c.ref.vendor in mail.carriers for c in _picks(mail)) else 0
    return say("summary.with_files", line=line, count=going) if going else line


def _waiting_line(mail: ProposalView, say: Words) -> str:
    return say("summary.waiting_line", mail=_mail_words(mail, say), why=_why(mail, say))


def _why(mail: ProposalView, say: Words) -> str:
    """Why a mail wants a person."""
    if any(item.outcome == UNCERTAIN for item in mail.outcomes):
        return say("summary.perhaps_linked")
    if mail.state == ProposalState.FAILED:
        return say("summary.failed")
    if mail.state == ProposalState.PARTLY_LINKED:
        return say("summary.partly")
    if mail.attempt:
        return say("summary.taken_back")
    if mail.in_the_way:
        return say("summary.in_the_way")
    return say("summary.unclear") if mail.candidates else say("summary.nothing_found")


def _done_line(mail: ProposalView, say: Words) -> str:
    if mail.state == ProposalState.WITHDRAWN:  # neither who wrote it nor what about is known any more
        return say("summary.withdrawn_line")
    words = _mail_words(mail, say)
    if mail.state == ProposalState.PARKED:
        return say("summary.put_off_line", mail=words)
    if mail.state in UNDER_WAY:
        return say("summary.under_way_line", mark=MARKS[""], mail=words)
    if mail.state in ASIDE:
        return say("summary.aside_line", mail=words)
    done = [item for item in mail.outcomes if item.outcome in DONE]
    several = len({item.ref.vendor for item in done}) > 1
    names = say("list.comma").join(_named(item, mail, say, several=several) for item in done[:MOST_NAMED])
    if not done:  # written down as an activity, which the card tells of
        return say("summary.aside_line", mail=words)
    if all(item.verified for item in done):
        return say("summary.linked_line", mark=MARKS["linked"], mail=words, names=names)
    return say("summary.unverified_line", mark=UNVERIFIED, mail=words, names=names)


def _named(item: CandidateView | OutcomeView, mail: ProposalView, say: Words, *, several: bool) -> str:
    """A record by its name, with what tells it apart from a namesake, and its CRM where `several` are named."""
    detail = detail_words(item.detail, say) if has_namesake(item, mail) else ""
    return say(
        "summary.record",
        icon=icon(item.category),
        name=name_words(item),
        detail=detail,
        vendor=vendor_words(mail, item.ref.vendor, say) if several else "",
    )


def _mail_words(mail: ProposalView, say: Words) -> str:
    """The subject and who wrote it: on a phone there is no room for their address beside their name."""
    name, _, _ = mail.sender.partition(" <")
    return say(
        "summary.mail",
        subject=escape(mail.subject, 80) or say("mail.no_subject"),
        sender=escape(name, 60) or say("mail.unknown_sender"),
    )


def _picks(mail: ProposalView) -> list[CandidateView]:
    return [one for one in mail.candidates if one.picked]


def _final(shown: Sequence[Mail], say: Words) -> list[Block]:
    """What can not be taken back is said before it is done."""
    final = [(mail, c.ref.vendor) for _, mail in shown for c in _picks(mail) if c.ref.vendor not in mail.undoable]
    if not final:
        return []
    return [context(say("summary.final", vendors=labels(final[0][0], say, [vendor for _, vendor in final])))]


def _more(count: int, say: Words) -> list[Block]:
    return [context(say("summary.more", count=count))] if count > 0 else []
