"""The card in the mail's thread, in each of its states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.crm import Outcome
from bot.proposals import DONE, UNCERTAIN
from bot.records import Category
from bot.surface import CandidateView, InTheWayView, OutcomeView, ProposalState, ProposalView
from commands import catalogue as say
from commands.cards.outcomes import outcome_lines
from commands.cards.parts import (
    NAME_LENGTH,
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
from commands.ids import Action, value
from commands.mrkdwn import date, escape, shorten

MOST_MAYBES = 5
MOST_NAMED = 2  # the text of a confirmation holds 300 characters


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
    restored = any(item.outcome == Outcome.RESTORED for item in view.outcomes)
    headline = say.CHANGED_BY if not view.undone else say.RESTORED_BY if restored else say.UNDONE_BY
    blocks: list[Block] = []
    if view.undone or (view.acted_by and view.outcomes):
        blocks = [section(_who(headline, view)), *outcome_lines(view), *_undo_said(view)]
    if view.undone and any(item.outcome == Outcome.UNLINKED for item in view.outcomes):
        # What was proposed was wrong: it is not proposed again.
        return [*blocks, _actions(view, picks=[], choose=True)]
    if picks:
        blocks += sections([say.WILL_LINK, *(_candidate(say.PICK, view, c) for c in picks)])
    if maybes:
        lines = [say.NOT_SURE, *(_candidate(say.MAYBE, view, c) for c in maybes)]
        blocks += sections(lines if picks else [*lines, say.NOTHING_SURE])
    if not view.candidates:
        blocks.append(section(say.NOTHING_FOUND.format(vendors=labels(view, view.vendors, say.VENDORS_OR))))
    lines = [
        say.IN_THE_WAY.format(
            vendor=labels(view, [one.ref.vendor]), name=_linked_name(one), by=escape(one.by, NAME_LENGTH)
        )
        for one in view.in_the_way
    ]
    blocks += sections(lines)
    if view.not_found:
        words = say.EVIDENCE_AND.join(say.NOT_FOUND_WORD.format(word=escape(w, 60)) for w in view.not_found)
        blocks.append(context(say.NOT_FOUND.format(vendors=labels(view, view.vendors, say.VENDORS_OR), words=words)))
    if carriers := [c.ref.vendor for c in picks if c.ref.vendor in view.carriers]:
        blocks += files(view, carriers)
    if final := [c.ref.vendor for c in picks if c.ref.vendor not in view.undoable]:
        blocks.append(context(say.NO_UNDO.format(vendors=labels(view, final))))
    return [*blocks, _actions(view, picks, choose=not picks)]


def _actions(view: ProposalView, picks: list[CandidateView], *, choose: bool) -> Block:
    shown = value(view.id, [one.ref for one in view.in_the_way])
    buttons = [button(say.LINK, Action.LINK, shown, "primary")] if picks else []
    label, style = (say.CHOOSE, "primary") if choose else (say.CHANGE, None)
    buttons.append(button(label, Action.CHANGE, view.id, style))
    buttons += _undo_buttons(view)
    buttons.append(button(say.NOT_NOW, Action.DISMISS, view.id))
    return {"type": "actions", "elements": buttons}


def _working(view: ProposalView) -> list[Block]:
    return [*outcome_lines(view), context(say.WORKING.format(user=view.acted_by))]


def _linked(view: ProposalView) -> list[Block]:
    noted = _noted(view) and all(o.outcome in (Outcome.NOTED, Outcome.UNLINKED) for o in view.outcomes)
    blocks = [section(_who(say.NOTED_BY if noted else say.LINKED_BY, view)), *outcome_lines(view), *_portal(view)]
    if final := [item for item in view.outcomes if _by_hand_only(view, item)]:
        vendors = labels(view, [item.ref.vendor for item in final])
        names = say.EVIDENCE_AND.join(name_words(item) for item in final[:MOST_MAYBES])
        blocks.append(context(say.CANNOT_UNDO_AFTER.format(vendors=vendors, names=names)))
    buttons = [button(say.ADD, Action.CHANGE, view.id), *_undo_buttons(view)]
    return [*blocks, *_undo_said(view), {"type": "actions", "elements": buttons}]


def _partly(view: ProposalView) -> list[Block]:
    buttons = [*_replace_button(view), _try_again(view)]
    if not _uncertain(view):
        buttons.append(button(say.CHANGE, Action.CHANGE, view.id))
        buttons += [*_note_button(view), *_undo_buttons(view)]
    return [
        section(_who(say.NOTED_PARTLY if _noted(view) else say.PARTLY_BY, view)),
        *outcome_lines(view),
        *_replace_hint(view),
        *([context(say.UNCERTAIN_PARTLY)] if _uncertain(view) else []),
        *_portal(view),
        *_undo_said(view),
        {"type": "actions", "elements": buttons},
    ]


def _failed(view: ProposalView) -> list[Block]:
    buttons = [*_replace_button(view), _try_again(view)]
    if not _uncertain(view):
        buttons += [
            *_note_button(view),
            button(say.CHANGE, Action.CHANGE, view.id),
            *_undo_buttons(view),
            button(say.NOT_NOW, Action.DISMISS, view.id),
        ]
    return [
        section(_who(_failed_words(view), view)),
        *outcome_lines(view),
        *_replace_hint(view),
        *_undo_said(view),
        {"type": "actions", "elements": buttons},
    ]


def _failed_words(view: ProposalView) -> str:
    if _uncertain(view):
        return say.UNCERTAIN_BY
    if view.undone:
        return say.UNDONE_REST
    return say.NOT_TAKEN_OFF_BY if view.outcomes and all(item.remove for item in view.outcomes) else say.FAILED_BY


def _noted(view: ProposalView) -> bool:
    """Whether there is an activity, and no link beside it."""
    noted = any(item.noted or item.outcome == Outcome.NOTED for item in view.outcomes)
    return noted and not any(item.outcome in DONE for item in view.outcomes)


def _uncertain(view: ProposalView) -> bool:
    """Whether nobody knows what was linked. Until that is known another choice would forget it, "Not now" deny it."""
    return any(item.outcome == UNCERTAIN for item in view.outcomes)


def _undo_said(view: ProposalView) -> list[Block]:
    """Who pressed Undo, where the card tells of more than that."""
    if view.undid_by:
        return [section(say.UNDID.format(user=view.undid_by))]
    if not view.undo_failed_by:
        return []
    if any(item.outcome in (Outcome.UNLINKED, Outcome.RESTORED) for item in view.outcomes):
        return [section(say.UNDO_PARTLY.format(user=view.undo_failed_by))]
    return [section(say.UNDO_FAILED.format(user=view.undo_failed_by))]


def _dismissed(view: ProposalView) -> list[Block]:
    return [section(_who(say.DISMISSED_BY, view))]


def _expired(_view: ProposalView) -> list[Block]:
    return [section(say.EXPIRED)]


def _try_again(view: ProposalView) -> Block:
    return button(say.TRY_AGAIN, Action.LINK, view.id, "primary")


def _replace_label(view: ProposalView) -> str:
    categories = [item.category for item in view.outcomes if item.name == view.in_the_way[0].by]
    return say.REPLACE.format(slot=say.SLOTS_ONE[categories[0] if categories else Category.PROPERTY].lower())


def _replace_button(view: ProposalView) -> list[Block]:
    """What was left out because something else has its place is linked after one more press, in its place."""
    if not view.in_the_way or _uncertain(view):
        return []
    shown = value(view.id, [one.ref for one in view.in_the_way])
    return [button(_replace_label(view), Action.REPLACE, shown)]


def _replace_hint(view: ProposalView) -> list[Block]:
    if not view.in_the_way or _uncertain(view):
        return []
    label = _replace_label(view)
    return sections(
        say.REPLACE_HINT.format(button=label, by=escape(one.by, NAME_LENGTH), name=_linked_name(one))
        for one in view.in_the_way
    )


def _linked_name(one: InTheWayView) -> str:
    return escape(one.name, NAME_LENGTH) or say.UNKNOWN_RECORD.format(id=escape(one.ref.id, NAME_LENGTH))


def _note_button(view: ProposalView) -> list[Block]:
    return [button(say.NOTE, Action.NOTE, view.id)] if view.can_note else []


def _by_hand_only(view: ProposalView, item: OutcomeView) -> bool:
    return item.outcome in DONE and not item.can_undo and item.ref.vendor not in view.undoable


def _undo_buttons(view: ProposalView) -> list[Block]:
    """What the vendor can take back is taken back; where it can take back nothing, the button says how a person can."""
    if any(item.can_undo for item in view.outcomes):
        confirm = {
            "title": plain(say.UNDO_TITLE, 100),
            "text": plain(_undo_words(view), 300),
            "confirm": plain(say.UNDO_YES, 30),
            "deny": plain(say.UNDO_NO, 30),
        }
        return [button(say.UNDO, Action.UNDO, view.id, None, confirm)]
    if any(_by_hand_only(view, item) for item in view.outcomes):
        return [button(say.UNDO_HOW, Action.UNDO_HOW, view.id)]
    return []


def _undo_words(view: ProposalView) -> str:
    """What the press would change, by name where it links something again."""
    if not view.undo_restores:
        return say.UNDO_TEXT
    lines = [say.UNDO_RESTORES.format(names=_names(view.undo_restores))]
    if view.undo_takes_off:
        lines.append(say.UNDO_TAKES_OFF.format(names=_names(view.undo_takes_off)))
    return " ".join([*lines, say.UNDO_OTHERS_STAY])


def _names(names: Sequence[str]) -> str:
    shown = say.EVIDENCE_AND.join(shorten(name, 40) for name in names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return say.FILES_MORE.format(names=shown, count=more) if more > 0 else shown


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
