"""The card in the mail's thread, in each of its states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.crm import Outcome
from bot.language import Words
from bot.proposals import DONE, UNCERTAIN, picks_mark
from bot.records import Category
from bot.surface import CandidateView, InTheWayView, OutcomeView, ProposalState, ProposalView
from commands.cards.create import creations, noted_interest
from commands.cards.fallback import fallback
from commands.cards.learned import learned
from commands.cards.parts import (
    NAME_LENGTH,
    Block,
    asks,
    button,
    context,
    detail_words,
    files,
    has_namesake,
    icon,
    kind_lines,
    labels,
    mail_line,
    name_words,
    reasons,
    section,
    sections,
    strongest_reason,
    vendor_words,
)
from commands.cards.results import outcome_lines
from commands.cards.which import which_one
from commands.ids import Action, value
from commands.mrkdwn import date, escape, shorten

MOST_MAYBES = 5
MOST_NAMED = 2  # the text of a confirmation holds 300 characters


def card(view: ProposalView, say: Words) -> tuple[str, list[Block]]:
    """The card as Slack takes it: the text for notifications and the blocks."""
    if view.state == ProposalState.WITHDRAWN:  # of what somebody deleted nothing is shown
        return say("card.withdrawn"), [section(say("card.withdrawn"))]
    return fallback(view, say), [
        section(mail_line(view, say)),
        *kind_lines(view, say),
        {"type": "divider"},
        *_BODIES[view.state](view, say),
        *creations(view, say),
    ]


def _open(view: ProposalView, say: Words) -> list[Block]:
    picks = [c for c in view.candidates if c.picked]
    maybes = [c for c in view.candidates if not c.picked][:MOST_MAYBES]
    restored = any(item.outcome == Outcome.RESTORED for item in view.outcomes)
    headline = "card.taken_off_by" if not view.undone else "card.restored_by" if restored else "card.undone_by"
    blocks: list[Block] = []
    if view.undone or (view.acted_by and view.outcomes):
        blocks = [section(_who(headline, view, say)), *outcome_lines(view, say), *_undo_said(view, say)]
    if view.undone and any(item.outcome == Outcome.UNLINKED for item in view.outcomes):
        # What was proposed was wrong: it is not proposed again.
        return [*blocks, _actions(view, say, picks=[], choose=True)]
    shown = [*picks, *maybes]
    if picks:
        blocks += sections([_headed("card.will_link", view, shown, say), *_candidates("card.pick", view, picks, say)])
    if maybes:
        head = _headed("card.not_sure", view, [] if picks else shown, say)
        blocks += sections([head, *_candidates("card.maybe", view, maybes, say)])
        question = which_one(view, maybes, say)
        blocks += question or ([] if picks else [section(say("card.nothing_sure"))])
    if not view.candidates:
        vendors = labels(view, say, view.vendors, "list.or")
        blocks += [section(say("card.nothing_found", vendors=vendors)), context(say("card.waits", vendors=vendors))]
    lines = [
        say(
            "card.in_the_way",
            vendor=labels(view, say, [one.ref.vendor]),
            name=_linked_name(one, say),
            by=escape(one.by, NAME_LENGTH),
        )
        for one in view.in_the_way
    ]
    blocks += sections(lines)
    if view.not_found:
        words = say("list.comma").join(say("card.not_found_word", word=escape(w, 60)) for w in view.not_found)
        blocks.append(context(say("card.not_found", vendors=labels(view, say, view.vendors, "list.or"), words=words)))
    if carriers := [c.ref.vendor for c in picks if c.ref.vendor in view.carriers]:
        blocks += files(view, say, carriers)
    if final := [c.ref.vendor for c in picks if c.ref.vendor not in view.undoable]:
        blocks.append(context(say("undo.not_all", vendors=labels(view, say, final))))
    return [*blocks, _actions(view, say, picks, choose=not picks)]


def _actions(view: ProposalView, say: Words, picks: list[CandidateView], *, choose: bool) -> Block:
    shown = value(view.id, [one.ref for one in view.in_the_way], picks_mark(one.ref for one in picks))
    buttons = [button(say("button.link"), Action.LINK, shown, "primary")] if picks else []
    label, style = ("button.choose", "primary") if choose else ("button.change", None)
    buttons.append(button(say(label), Action.CHANGE, view.id, style))
    buttons += _undo_buttons(view, say)
    buttons.append(button(say("button.not_now"), Action.DISMISS, view.id))
    if not picks and not view.attempt and not view.undone:  # what is certain needs no waiting
        buttons.append(button(say("button.later"), Action.PARK, view.id))
    if any(len(reasons(one, say)) > 1 for one in view.candidates):
        buttons.append(button(say("button.why"), Action.WHY, view.id))
    return {"type": "actions", "elements": buttons}


def _working(view: ProposalView, say: Words) -> list[Block]:
    return [*outcome_lines(view, say), context(say("card.working", user=view.acted_by))]


def _linked(view: ProposalView, say: Words) -> list[Block]:
    noted = _noted(view) and all(o.outcome in (Outcome.NOTED, Outcome.UNLINKED) for o in view.outcomes)
    verified = all(o.verified for o in view.outcomes if o.outcome in DONE)
    headline = "card.noted_by" if noted else "card.linked_by" if verified else "card.linked_unverified_by"
    blocks = [section(_who(headline, view, say)), *outcome_lines(view, say), *_portal(view, say)]
    if final := [item for item in view.outcomes if _by_hand_only(view, item)]:
        vendors = labels(view, say, [item.ref.vendor for item in final])
        names = say("list.comma").join(name_words(item) for item in final[:MOST_MAYBES])
        blocks.append(context(say("card.cannot_undo_after", vendors=vendors, names=names)))
    wrong = [button(say("button.refile"), Action.REFILE, view.id)] if can_refile(view) else []
    buttons = [button(say("button.add"), Action.CHANGE, view.id), *wrong, *_undo_buttons(view, say)]
    return [*blocks, *_undo_said(view, say), *learned(view, say), {"type": "actions", "elements": buttons}]


def can_refile(view: ProposalView) -> bool:
    """Whether the bot can take something back here, so that it can be linked elsewhere in the same step."""
    return any(item.can_undo and not item.remove for item in view.outcomes)


def _partly(view: ProposalView, say: Words) -> list[Block]:
    buttons = [*_replace_button(view, say), _try_again(view, say)]
    if not _uncertain(view):
        buttons.append(button(say("button.change"), Action.CHANGE, view.id))
        buttons += [*_note_button(view, say), *_undo_buttons(view, say)]
    return [
        section(_who("card.noted_partly_by" if _noted(view) else "card.partly_by", view, say)),
        *outcome_lines(view, say),
        *_replace_hint(view, say),
        *([context(say("card.uncertain_partly"))] if _uncertain(view) else []),
        *_portal(view, say),
        *_undo_said(view, say),
        *learned(view, say),
        {"type": "actions", "elements": buttons},
    ]


def _failed(view: ProposalView, say: Words) -> list[Block]:
    buttons = [*_replace_button(view, say), _try_again(view, say)]
    if not _uncertain(view):
        buttons += [
            *_note_button(view, say),
            button(say("button.change"), Action.CHANGE, view.id),
            *_undo_buttons(view, say),
            button(say("button.not_now"), Action.DISMISS, view.id),
        ]
    return [
        section(_who(_failed_message(view), view, say)),
        *outcome_lines(view, say),
        *_replace_hint(view, say),
        *_undo_said(view, say),
        {"type": "actions", "elements": buttons},
    ]


def _failed_message(view: ProposalView) -> str:
    if _uncertain(view):
        return "card.uncertain_by"
    if view.undone:
        return "card.undone_rest_by"
    in_vain = bool(view.outcomes) and all(item.remove for item in view.outcomes)
    return "card.not_taken_off_by" if in_vain else "card.failed_by"


def _noted(view: ProposalView) -> bool:
    """Whether there is an activity, and no link beside it."""
    noted = any(item.noted or item.outcome == Outcome.NOTED for item in view.outcomes)
    return noted and not any(item.outcome in DONE for item in view.outcomes)


def _uncertain(view: ProposalView) -> bool:
    """Whether nobody knows what was linked. Until that is known another choice would forget it, "Not now" deny it."""
    return any(item.outcome == UNCERTAIN for item in view.outcomes)


def _undo_said(view: ProposalView, say: Words) -> list[Block]:
    """Who pressed Undo, where the card tells of more than that."""
    if view.undid_by:
        return [section(say("card.undid", user=view.undid_by))]
    if not view.undo_failed_by:
        return []
    if any(item.outcome in (Outcome.UNLINKED, Outcome.RESTORED) for item in view.outcomes):
        return [section(say("card.undo_partly", user=view.undo_failed_by))]
    return [section(say("card.undo_failed", user=view.undo_failed_by))]


def _dismissed(view: ProposalView, say: Words) -> list[Block]:
    take_up = button(say("button.take_up"), Action.TAKE_UP, view.id)
    return [section(_who("card.dismissed_by", view, say)), {"type": "actions", "elements": [take_up]}]


def _parked(view: ProposalView, say: Words) -> list[Block]:
    buttons = [
        button(say("button.take_up"), Action.TAKE_UP, view.id),
        button(say("button.not_now"), Action.DISMISS, view.id),
    ]
    waits = say("card.waits", vendors=labels(view, say, view.vendors, "list.or"))
    return [section(_who("card.parked_by", view, say)), context(waits), {"type": "actions", "elements": buttons}]


def _expired(_view: ProposalView, say: Words) -> list[Block]:
    return [section(say("card.expired"))]


def _try_again(view: ProposalView, say: Words) -> Block:
    """What stands in the way stands there still at the next try: then the button that replaces it is the first one."""
    first = None if view.in_the_way and not _uncertain(view) else "primary"
    return button(say("button.try_again"), Action.LINK, view.id, first)


def _replace_label(view: ProposalView, say: Words) -> str:
    categories = [item.category for item in view.outcomes if item.name == view.in_the_way[0].by]
    return say(f"button.replace.{categories[0] if categories else Category.PROPERTY}")


def _replace_button(view: ProposalView, say: Words) -> list[Block]:
    """What was left out because something else has its place is linked after one more press, in its place."""
    if not view.in_the_way or _uncertain(view):
        return []
    shown = value(view.id, [one.ref for one in view.in_the_way])
    return [button(_replace_label(view, say), Action.REPLACE, shown, "primary")]


def _replace_hint(view: ProposalView, say: Words) -> list[Block]:
    if not view.in_the_way or _uncertain(view):
        return []
    label = _replace_label(view, say)
    return sections(
        say("card.replace_hint", button=label, by=escape(one.by, NAME_LENGTH), name=_linked_name(one, say))
        for one in view.in_the_way
    )


def _linked_name(one: InTheWayView, say: Words) -> str:
    return escape(one.name, NAME_LENGTH) or say("record.unnamed", id=escape(one.ref.id, NAME_LENGTH))


def _note_button(view: ProposalView, say: Words) -> list[Block]:
    """An activity cannot be taken back: the button asks first."""
    if not view.can_note:
        return []
    text = say("note.text", vendors=labels(view, say, view.can_note))
    ask = asks(say("note.title"), text, yes=say("note.yes"), no=say("note.no"))
    return [button(say("button.note"), Action.NOTE, view.id, None, ask)]


def _by_hand_only(view: ProposalView, item: OutcomeView) -> bool:
    return item.outcome in DONE and not item.can_undo and item.ref.vendor not in view.undoable


def _undo_buttons(view: ProposalView, say: Words) -> list[Block]:
    """What the vendor can take back is taken back; where it can take back nothing, the button says how a person can."""
    if any(item.can_undo for item in view.outcomes):
        ask = asks(say("undo.title"), _undo_words(view, say), yes=say("undo.yes"), no=say("undo.no"))
        return [button(say("button.undo"), Action.UNDO, view.id, None, ask)]
    buttons = []
    if interest := noted_interest(view):
        text = say("undo.interest_only", names=_names(interest, say))
        ask = asks(say("undo.interest_title"), text, yes=say("undo.yes"), no=say("undo.no"))
        buttons.append(button(say("button.undo_interest"), Action.UNDO, view.id, None, ask))
    if any(_by_hand_only(view, item) for item in view.outcomes):
        buttons.append(button(say("button.undo_how"), Action.UNDO_HOW, view.id))
    return buttons


def _undo_words(view: ProposalView, say: Words) -> str:
    """What the press would change, by name."""
    lines = []
    if view.undo_restores:
        lines.append(say("undo.restores", names=_names(view.undo_restores, say)))
    if view.undo_takes_off:
        lines.append(say("undo.takes_off", names=_names(view.undo_takes_off, say)))
    if interest := noted_interest(view):
        lines.append(say("undo.interest", names=_names(interest, say)))
    return " ".join([*lines, say("undo.others_stay" if view.undo_restores else "undo.text")])


def _names(names: Sequence[str], say: Words) -> str:
    shown = say("list.comma").join(shorten(name, 40) for name in names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return say("list.more", names=shown, count=more) if more > 0 else shown


def _portal(view: ProposalView, say: Words) -> list[Block]:
    return [context(say("card.portal", vendors=labels(view, say, view.portal)))] if view.portal else []


def _who(message: str, view: ProposalView, say: Words) -> str:
    when = say("press.when", date=date(view.acted_at)) if view.acted_at else ""
    return say(message, user=view.acted_by, when=when)


def _headed(message: str, view: ProposalView, shown: Sequence[CandidateView], say: Words) -> str:
    """A headline, with the CRM where all records are of one and there are others."""
    vendors = {one.ref.vendor for one in shown}
    alone = len(vendors) == 1 and len(view.vendors) > 1
    return say(message, vendor=say("record.headed", vendor=labels(view, say, vendors)) if alone else "")


def _candidates(message: str, view: ProposalView, candidates: Sequence[CandidateView], say: Words) -> list[str]:
    """A line for who it is and one for why. What tells namesakes apart stands only where there are some; the buttons of
    a question have it anyway."""
    several = len({one.ref.vendor for one in view.candidates}) > 1
    lines = []
    for one in candidates:
        lines.append(
            say(
                message,
                icon=icon(one.category),
                name=name_words(one),
                detail=detail_words(one.detail, say) if has_namesake(one, view) else "",
                vendor=vendor_words(view, one.ref.vendor, say) if several else "",
                evidence=strongest_reason(one, say),
            )
        )
    return lines


_BODIES: Mapping[ProposalState, Callable[[ProposalView, Words], list[Block]]] = {
    ProposalState.OPEN: _open,
    ProposalState.CONFIRMED: _working,
    ProposalState.LINKING: _working,
    ProposalState.LINKED: _linked,
    ProposalState.PARTLY_LINKED: _partly,
    ProposalState.FAILED: _failed,
    ProposalState.DISMISSED: _dismissed,
    ProposalState.PARKED: _parked,
    ProposalState.EXPIRED: _expired,
}
