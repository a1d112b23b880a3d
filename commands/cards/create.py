"""What a card shows of records that can be created or were: the buttons, and a line for each creation."""

from __future__ import annotations

from collections.abc import Iterator

from bot.language import Words
from bot.records import Category
from bot.surface import CreationView, InterestView, NamedView, ProposalState, ProposalView
from commands.cards.icons import FAILED, UNVERIFIED
from commands.cards.parts import NAME_LENGTH, Block, button, icon, sections
from commands.ids import CREATE_IN_WINDOW, Action
from commands.mrkdwn import escape, link

WAITING = "⏳"
CREATED = "🆕"
UNKNOWN = "❓"
MOST_LINES = 6
PEOPLE = (Category.PERSON, Category.COMPANY)
# Where a person can still decide; an ended mail tells nothing any more.
_OFFERED = (
    ProposalState.OPEN,
    ProposalState.LINKED,
    ProposalState.PARTLY_LINKED,
    ProposalState.FAILED,
)
GO_ON = ("failed", "found", "unknown")


def creations(view: ProposalView, say: Words) -> list[Block]:
    """What was created for the mail, and the buttons to create what is missing; nothing where no CRM can."""
    lines = [_line(one, view, say) for one in view.creations[:MOST_LINES]]
    buttons = [*_going_on(view, say), *_offers(view, say)]
    return [*(sections(lines) if lines else []), *([{"type": "actions", "elements": buttons}] if buttons else [])]


def missing_in(view: ProposalView) -> list[str]:
    """The CRMs in which somebody can be created: all that can, as long as nobody is picked, linked or being created, or
    the mail names somebody else whom nobody knows."""
    if view.state not in _OFFERED:
        return []
    there = [c for c in view.candidates if c.picked and c.category in PEOPLE and not view.outcomes]
    linked = [o for o in view.outcomes if o.category in PEOPLE and not o.remove]
    if any(one.open for one in view.creations) or ((there or linked) and not view.unknown):
        return []
    return list(view.creators)


def noted_interest(view: ProposalView) -> list[str]:
    """What the new people of a mail were noted as interested in, by name: Undo takes that back."""
    return [one.interest.about for one in view.creations if one.interest is not None and one.interest.state == "noted"]


def create_label(view: ProposalView, vendor: str, say: Words) -> str:
    return say("button.create_in", vendor=view.vendors[vendor]) if len(view.creators) > 1 else say("button.create")


def create_in_window(view: ProposalView, say: Words) -> list[Block]:
    """The way to the form from a window in which somebody is looked for and not found."""
    if view.state not in _OFFERED or not view.creators:
        return []
    buttons = [
        button(create_label(view, vendor, say), f"{CREATE_IN_WINDOW}.{vendor}", vendor) for vendor in view.creators
    ]
    return [{"type": "actions", "elements": buttons}]


def _offers(view: ProposalView, say: Words) -> Iterator[Block]:
    for vendor in missing_in(view):
        yield button(create_label(view, vendor, say), f"{Action.CREATE}.{vendor}", f"{view.id} {vendor}")


def _going_on(view: ProposalView, say: Words) -> Iterator[Block]:
    for number, one in enumerate(view.creations):
        if one.state in GO_ON and one.open and view.state in _OFFERED:
            name = escape(one.name, 30)
            yield button(say("button.go_on", name=name), f"{Action.GO_ON}.{number}", f"{view.id} {one.vendor} {one.id}")


def _line(one: CreationView, view: ProposalView, say: Words) -> str:
    name = escape(one.name, NAME_LENGTH) or say("create.somebody")
    vendor = view.vendors.get(one.vendor, one.vendor)
    if one.state == "planned":
        return say("create.working", mark=WAITING, name=name, vendor=vendor, user=one.asked_by)
    if one.state == "created":
        return " ".join(_created(one, view, say))
    why = _why(one, say)
    if one.state == "found":
        people = say("list.comma").join(_page(other, say) for other in one.others)
        return say("create.found", mark=UNVERIFIED, name=name, vendor=vendor, people=people)
    if one.state == "unknown" and one.others:
        people = say("list.comma").join(_page(other, say) for other in one.others)
        return say("create.unknown_several", mark=UNKNOWN, name=name, vendor=vendor, people=people)
    if one.state == "unknown":
        return say("create.unknown", mark=UNKNOWN, name=name, vendor=vendor, why=why)
    if one.state == "expired":
        return say("create.expired", mark=UNKNOWN, name=name, vendor=vendor)
    return say("create.failed", mark=FAILED, name=name, vendor=vendor, why=why)


def _created(one: CreationView, view: ProposalView, say: Words) -> Iterator[str]:
    vendor = view.vendors.get(one.vendor, one.vendor)
    page = _page(one.record, say) if one.record else escape(one.name, NAME_LENGTH)
    message = "create.created" if one.verified else "create.created_unread"
    yield say(message, mark=CREATED, icon=icon(one.category), name=page, vendor=vendor, user=one.asked_by)
    if one.left_out:
        yield say("create.left_out", parts=say.listed([say(f"part.{part}") for part in one.left_out]))
    if one.others:
        people = say("list.comma").join(_page(other, say) for other in one.others)
        yield say("create.two", people=people, vendor=vendor)
    if not one.linked:
        yield say("create.not_linked")
    if one.interest:
        yield _interest(one.interest, say)


def _interest(one: InterestView, say: Words) -> str:
    about = escape(one.about, NAME_LENGTH) or say("create.something")
    if one.state in ("refused", "kept"):
        message = "interest.refused" if one.state == "refused" else "interest.kept"
        return say(message, about=about, why=escape(say(one.message), 300))
    known = {
        "noted": "interest.noted",
        "already": "interest.already",
        "to_take_back": "interest.taking_back",
        "taken_back": "interest.taken_back",
    }
    return say(known.get(one.state.replace(" ", "_"), "interest.wanted"), about=about)


def _why(one: CreationView, say: Words) -> str:
    return escape(say(one.message), 400)


def _page(one: NamedView, say: Words) -> str:
    name = escape(one.name, NAME_LENGTH) or say("record.unnamed", id=escape(one.ref.id, NAME_LENGTH))
    return link(one.url, name) if one.url else name
