"""The small pieces that cards and modals are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.language import Words
from bot.mail import Kind
from bot.records import Category
from bot.surface import CandidateView, EvidenceView, OutcomeView, ProposalView
from commands.cards.icons import ICONS
from commands.mrkdwn import cut, date, escape, shorten

Block = dict[str, Any]

SECTION_TEXT = 3000
BUTTON_VALUE = 2000
NAME_LENGTH = 80
DETAIL_LENGTH = 90
EVIDENCE_LENGTH = 60
SHORT_EVIDENCE = 36  # on a phone's screen a line has about forty letters
MOST_FILES = 8
MEGABYTE = 1024 * 1024
# The strongest reason first.
STRENGTH = (
    *("email", "phone", "reference", "thread", "alias", "name", "company", "street", "title", "related"),
    *("city", "surname", "nearby", "elsewhere", "domain"),
)
# What speaks against a record is always said.
DOUBTS = frozenset({"other_contact", "only_quoted", "other_number", "other_place", "everyday"})
# Identifiers fit exactly or not at all; the record's spelling of them says nothing more.
IDENTIFIERS = frozenset({"email", "phone", "reference", "related", "alias", "thread", "domain"})


def marked_up(text: str) -> Block:
    """Text with our own markup. `verbatim`: Slack makes no links and no mentions of the words in it."""
    return {"type": "mrkdwn", "text": cut(text, SECTION_TEXT), "verbatim": True}


def section(text: str) -> Block:
    return {"type": "section", "text": marked_up(text)}


def sections(lines: Iterable[str]) -> list[Block]:
    """As many sections as whole lines need: Slack refuses a longer one, and a line cut in two would tear its link."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + 1 + len(line) <= SECTION_TEXT:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return [section(text) for text in texts]


def context(text: str) -> Block:
    return {"type": "context", "elements": [marked_up(text)]}


def plain(text: str, most: int = 75) -> dict[str, Any]:
    return {"type": "plain_text", "text": shorten(text, most), "emoji": True}


def asks(title: str, text: str, *, yes: str, no: str) -> Block:
    """The question behind a button."""
    return {"title": plain(title, 100), "text": plain(text, 300), "confirm": plain(yes, 30), "deny": plain(no, 30)}


def button(
    text: str, action_id: str, value: str, style: str | None = None, confirm: dict[str, Any] | None = None
) -> Block:
    block: Block = {"type": "button", "text": plain(text), "action_id": action_id, "value": value[:BUTTON_VALUE]}
    if style:
        block["style"] = style
    if confirm:
        block["confirm"] = confirm
    return block


def mail_line(view: ProposalView, say: Words) -> str:
    """What the mail is: subject, sender, date. Never its body."""
    return say(
        "mail.line",
        subject=escape(view.subject, 100) or say("mail.no_subject"),
        sender=escape(view.sender, 80) or say("mail.unknown_sender"),
        date=say("mail.date", date=date(view.date)) if view.date else "",
    )


def kind_lines(view: ProposalView, say: Words) -> list[Block]:
    """What kind of mail it is and who it is about, unless a person wrote it and its sender is who it is about."""
    if view.kind == Kind.MAIL or view.kind not in {*Kind}:
        return []
    who = say("mail.about", name=escape(view.about, 120)) if view.about else ""
    return [context(say(f"kind.{view.kind}", who=who))]


def vendor_words(view: ProposalView, vendor: str, say: Words) -> str:
    """Which CRM a record is in, said only where there is more than one."""
    return say("record.in_vendor", vendor=view.vendors.get(vendor, vendor)) if len(view.vendors) > 1 else ""


def name_words(item: CandidateView | OutcomeView) -> str:
    """What a record is called; by its number where it has no name."""
    return escape(item.name, NAME_LENGTH) or escape(item.ref.id, NAME_LENGTH)


def detail_words(detail: str, say: Words) -> str:
    """What tells a record apart from its namesakes."""
    words = escape(detail, DETAIL_LENGTH)
    return say("record.detail", detail=words) if words else ""


def has_namesake(item: CandidateView | OutcomeView, view: ProposalView) -> bool:
    """Whether the card shows, or showed, another record that is called the same."""
    shown: list[CandidateView | OutcomeView] = [*view.candidates, *view.outcomes]
    return any(one.ref != item.ref and one.name.casefold() == item.name.casefold() for one in shown)


def labels(view: ProposalView, say: Words, vendors: Iterable[str], joined_by: str = "list.and") -> str:
    """What vendors are called, as a list."""
    return say.listed([view.vendors.get(vendor, vendor) for vendor in sorted(set(vendors))], joined_by)


def icon(category: Category) -> str:
    return ICONS[category]


def reasons(candidate: CandidateView, say: Words) -> list[str]:
    """Why a record was proposed, in words, the strongest reason first and each once."""
    said = (_reason(item, candidate, say, EVIDENCE_LENGTH) for item in sorted(candidate.evidence, key=_strength))
    return list(dict.fromkeys(said))


def strongest_reason(candidate: CandidateView, say: Words) -> str:
    """The strongest reason, as short as a phone's line, with what speaks against the record."""
    strongest_first = sorted(candidate.evidence, key=_strength)
    shown = [item for item in strongest_first if item.field not in DOUBTS][:1]
    shown += [item for item in strongest_first if item.field in DOUBTS]
    said = dict.fromkeys(_reason(item, candidate, say, SHORT_EVIDENCE) for item in shown)
    return say("list.comma").join(said) or say("card.no_evidence")


def _strength(item: EvidenceView) -> int:
    return STRENGTH.index(item.field) if item.field in STRENGTH else len(STRENGTH)


def _reason(item: EvidenceView, candidate: CandidateView, say: Words, most: int) -> str:
    """A reason; of the mail's and the record's words `most` letters each."""
    most = EVIDENCE_LENGTH if item.field in IDENTIFIERS else most
    mail, record = escape(item.mail, most), escape(item.record, most)
    words = say(f"evidence.{item.field}", mail=mail, record=record)
    if item.field in IDENTIFIERS or mail.casefold() == record.casefold():
        return words
    if item.record.casefold() == candidate.name.casefold():  # the line above says it already
        return say("card.evidence_similar", words=words)
    return say("card.evidence_differs", words=words, record=record)


def megabytes(count: int) -> int:
    return count // MEGABYTE


def size_words(count: int, say: Words) -> str:
    """A size in bytes as people read it."""
    if count >= MEGABYTE:
        return say("size.megabytes", size=say.number(count / MEGABYTE, digits=1))
    return say("size.kilobytes", size=say.number(max(1, round(count / 1024)) if count else 0))


def files(view: ProposalView, say: Words, vendors: Iterable[str]) -> list[Block]:
    """Which attachments go along to vendors that take them."""
    if not view.files:
        return []
    names = [
        say("files.option", name=escape(file.name, 60), size=size_words(file.size, say))
        for file in view.files
        if file.goes
    ]
    where = labels(view, say, vendors)
    if names:
        listed = say("list.comma").join(names[:MOST_FILES])
        if more := len(names) - MOST_FILES:
            listed = say("list.more", names=listed, count=more) if more > 0 else listed
        return [context(say("files.go", vendors=where, names=listed))]
    most = min(view.carriers.values())
    too_large = sum(file.size for file in view.files) > most
    if too_large:
        return [context(say("files.stay", vendors=where, most=megabytes(most)))]
    return [context(say("files.none_go", vendors=where))]
