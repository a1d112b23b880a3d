"""The card in the mail's thread, in each of its states."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.crm.port import Outcome
from bot.surface import CandidateView, OutcomeView, ProposalState, ProposalView
from commands import catalogue as say
from commands.cards.parts import (
    Block,
    button,
    context,
    detail_words,
    evidence_words,
    files,
    icon,
    labels,
    mail_line,
    name_words,
    plain,
    section,
    sections,
    vendor_words,
)
from commands.ids import Action
from commands.mrkdwn import date, escape, link

MOST_MAYBES = 5
MOST_OUTCOMES = 40
LINKED = (Outcome.LINKED, Outcome.ALREADY)
MARKS = {
    Outcome.LINKED: "✅",
    Outcome.ALREADY: "✅",
    Outcome.NOTED: "📝",
    Outcome.UNLINKED: "↩️",
    "uncertain": "❓",
    "": "⏳",
}


def card(view: ProposalView) -> tuple[str, list[Block]]:
    """The card as Slack takes it: the text for notifications and the blocks."""
    text = say.CARD_FALLBACK.format(
        sender=escape(view.sender, 120) or say.UNKNOWN_SENDER, subject=escape(view.subject, 150) or say.NO_SUBJECT
    )
    return text, [
        section(mail_line(view)),
        {"type": "divider"},
        *_BODIES[view.state](view),
    ]


def _open(view: ProposalView) -> list[Block]:
    picks = [c for c in view.candidates if c.picked]
    maybes = [c for c in view.candidates if not c.picked][:MOST_MAYBES]
    if view.undone:
        return [section(_who(say.UNDONE_BY, view)), *_outcomes(view), _actions(view, picks=[], choose=True)]
    taken_off = view.acted_by and any(item.outcome == Outcome.UNLINKED for item in view.outcomes)
    blocks: list[Block] = [section(_who(say.CHANGED_BY, view)), *_outcomes(view)] if taken_off else []
    if picks:
        blocks += sections([say.WILL_LINK, *(_candidate(say.PICK, view, c) for c in picks)])
    if maybes:
        lines = [say.NOT_SURE, *(_candidate(say.MAYBE, view, c) for c in maybes)]
        blocks += sections(lines if picks else [*lines, say.NOTHING_SURE])
    if not view.candidates:
        blocks.append(section(say.NOTHING_FOUND.format(vendors=labels(view, view.vendors, say.VENDORS_OR))))
    if view.not_found:
        words = say.EVIDENCE_AND.join(say.NOT_FOUND_WORD.format(word=escape(w, 60)) for w in view.not_found)
        blocks.append(context(say.NOT_FOUND.format(vendors=labels(view, view.vendors, say.VENDORS_OR), words=words)))
    if carriers := [c.ref.vendor for c in picks if c.ref.vendor in view.carriers]:
        blocks += files(view, carriers)
    if final := [c.ref.vendor for c in picks if c.ref.vendor not in view.undoable]:
        blocks.append(context(say.NO_UNDO.format(vendors=labels(view, final))))
    return [*blocks, _actions(view, picks, choose=not picks)]


def _actions(view: ProposalView, picks: list[CandidateView], *, choose: bool) -> Block:
    buttons = [button(say.LINK, Action.LINK, view.id, "primary")] if picks else []
    label, style = (say.CHOOSE, "primary") if choose else (say.CHANGE, None)
    buttons.append(button(label, Action.CHANGE, view.id, style))
    buttons.append(button(say.NOT_NOW, Action.DISMISS, view.id))
    return {"type": "actions", "elements": buttons}


def _working(view: ProposalView) -> list[Block]:
    return [*_outcomes(view), context(say.WORKING.format(user=view.acted_by))]


def _linked(view: ProposalView) -> list[Block]:
    noted = all(o.outcome in (Outcome.NOTED, Outcome.UNLINKED) for o in view.outcomes)
    blocks = [section(_who(say.NOTED_BY if noted else say.LINKED_BY, view)), *_outcomes(view), *_portal(view)]
    if final := [item for item in view.outcomes if _by_hand_only(view, item)]:
        vendors = labels(view, [item.ref.vendor for item in final])
        names = say.EVIDENCE_AND.join(name_words(item) for item in final[:MOST_MAYBES])
        blocks.append(context(say.CANNOT_UNDO_AFTER.format(vendors=vendors, names=names)))
    buttons = [button(say.ADD, Action.CHANGE, view.id), *_undo_buttons(view)]
    return [*blocks, *_undo_failed(view), {"type": "actions", "elements": buttons}]


def _partly(view: ProposalView) -> list[Block]:
    buttons = [_try_again(view)]
    if not _uncertain(view):
        buttons.append(button(say.CHANGE, Action.CHANGE, view.id))
        buttons += [*_note_button(view), *_undo_buttons(view)]
    return [
        section(_who(say.PARTLY_BY, view)),
        *_outcomes(view),
        *([context(say.UNCERTAIN_PARTLY)] if _uncertain(view) else []),
        *_portal(view),
        *_undo_failed(view),
        {"type": "actions", "elements": buttons},
    ]


def _failed(view: ProposalView) -> list[Block]:
    buttons = [_try_again(view)]
    if not _uncertain(view):
        buttons += [
            *_note_button(view),
            button(say.CHANGE, Action.CHANGE, view.id),
            button(say.NOT_NOW, Action.DISMISS, view.id),
        ]
    headline = say.UNCERTAIN_BY if _uncertain(view) else say.UNDONE_REST if view.undone else say.FAILED_BY
    return [section(_who(headline, view)), *_outcomes(view), {"type": "actions", "elements": buttons}]


def _uncertain(view: ProposalView) -> bool:
    """Whether nobody knows what was linked. Until that is known another choice would forget it, "Not now" deny it."""
    return any(item.outcome == "uncertain" for item in view.outcomes)


def _undo_failed(view: ProposalView) -> list[Block]:
    if not view.undo_failed_by:
        return []
    some = any(item.outcome == Outcome.UNLINKED for item in view.outcomes)
    words = (
        say.UNDO_PARTLY.format(user=view.undo_failed_by) if some else say.UNDO_FAILED.format(user=view.undo_failed_by)
    )
    return [section(words)]


def _dismissed(view: ProposalView) -> list[Block]:
    return [section(_who(say.DISMISSED_BY, view))]


def _expired(_view: ProposalView) -> list[Block]:
    return [section(say.EXPIRED)]


def _try_again(view: ProposalView) -> Block:
    return button(say.TRY_AGAIN, Action.LINK, view.id, "primary")


def _note_button(view: ProposalView) -> list[Block]:
    return [button(say.NOTE, Action.NOTE, view.id)] if view.can_note else []


def _by_hand_only(view: ProposalView, item: OutcomeView) -> bool:
    return item.outcome in LINKED and not item.can_undo and item.ref.vendor not in view.undoable


def _undo_buttons(view: ProposalView) -> list[Block]:
    """What the vendor can take back is taken back; where it can take back nothing, the button says how a person can."""
    if any(item.can_undo for item in view.outcomes):
        confirm = {
            "title": plain(say.UNDO_TITLE, 100),
            "text": plain(say.UNDO_TEXT, 300),
            "confirm": plain(say.UNDO_YES, 30),
            "deny": plain(say.UNDO_NO, 30),
        }
        return [button(say.UNDO, Action.UNDO, view.id, None, confirm)]
    if any(_by_hand_only(view, item) for item in view.outcomes):
        return [button(say.UNDO_HOW, Action.UNDO_HOW, view.id)]
    return []


def _portal(view: ProposalView) -> list[Block]:
    return [context(say.PORTAL.format(vendors=labels(view, view.portal)))] if view.portal else []


def _who(words: str, view: ProposalView) -> str:
    when = say.WHEN.format(date=date(view.acted_at)) if view.acted_at else ""
    return words.format(user=view.acted_by, when=when)


def _candidate(words: str, view: ProposalView, candidate: CandidateView) -> str:
    return words.format(
        icon=icon(candidate.category),
        name=name_words(candidate),
        detail=detail_words(candidate.detail),
        vendor=vendor_words(view, candidate.ref.vendor),
        evidence=evidence_words(candidate),
    )


def _outcomes(view: ProposalView) -> list[Block]:
    """A line for each record, and behind records that failed for the same reason that reason, once. Where there are too
    many for one message, those that went well are left out."""
    items = sorted(view.outcomes, key=lambda item: item.outcome in LINKED)
    shown, hidden = items[:MOST_OUTCOMES], len(items) - MOST_OUTCOMES
    lines = []
    for item, following in zip(shown, [*shown[1:], None], strict=False):
        line, message = _outcome(view, item), _message(item)
        if message and (following is None or _message(following) != message):
            line = say.OUTCOME_PROBLEM.format(line=line, message=escape(message, 400))
        lines.append(line)
    return sections([*lines, say.MORE_OUTCOMES.format(count=hidden)] if hidden > 0 else lines)


def _outcome(view: ProposalView, item: OutcomeView) -> str:
    name = name_words(item)
    words = say.OUTCOMES[item.outcome]
    if item.outcome in (*LINKED, Outcome.NOTED):
        words = f"{words}, {say.VERIFIED if item.verified else say.NOT_VERIFIED}"
    return say.OUTCOME_LINE.format(
        mark=MARKS.get(item.outcome, "❌"),
        icon=icon(item.category),
        name=link(item.url, name) if item.url else name,
        detail=detail_words(item.detail),
        vendor=vendor_words(view, item.ref.vendor),
        outcome=words,
    )


def _message(item: OutcomeView) -> str:
    if item.outcome == "uncertain":
        return ""  # the headline says it
    return item.message or (say.NOT_SET_ADVICE if item.outcome == Outcome.NOT_SET else "")


_BODIES: Mapping[ProposalState, Callable[[ProposalView], list[Block]]] = {
    ProposalState.OPEN: _open,
    ProposalState.CONFIRMED: _working,
    ProposalState.LINKING: _working,
    ProposalState.LINKED: _linked,
    ProposalState.PARTLY_LINKED: _partly,
    ProposalState.FAILED: _failed,
    ProposalState.DISMISSED: _dismissed,
    ProposalState.PARKED: _dismissed,
    ProposalState.EXPIRED: _expired,
}
