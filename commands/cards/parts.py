"""The small pieces that cards and modals are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.records import Category
from bot.surface import CandidateView, EvidenceView, OutcomeView, ProposalView
from commands import catalogue as say
from commands.mrkdwn import cut, date, escape, shorten

Block = dict[str, Any]

SECTION_TEXT = 3000
BUTTON_VALUE = 2000
NAME_LENGTH = 80
DETAIL_LENGTH = 90
EVIDENCE_LENGTH = 60
MOST_FILES = 8
MEGABYTE = 1024 * 1024
# Identifiers fit exactly or not at all; the record's spelling of them says nothing more.
IDENTIFIERS = frozenset({"email", "phone", "reference", "related", "alias", "thread"})


def section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": cut(text, SECTION_TEXT)}}


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
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": cut(text, SECTION_TEXT)}]}


def plain(text: str, most: int = 75) -> dict[str, Any]:
    return {"type": "plain_text", "text": shorten(text, most), "emoji": True}


def button(
    text: str, action_id: str, value: str, style: str | None = None, confirm: dict[str, Any] | None = None
) -> Block:
    block: Block = {"type": "button", "text": plain(text), "action_id": action_id, "value": value[:BUTTON_VALUE]}
    if style:
        block["style"] = style
    if confirm:
        block["confirm"] = confirm
    return block


def mail_line(view: ProposalView) -> str:
    """What the mail is: subject, sender, date. Never its body."""
    return say.MAIL_LINE.format(
        subject=escape(view.subject, 150) or say.NO_SUBJECT,
        sender=escape(view.sender, 120) or say.UNKNOWN_SENDER,
        date=say.DATE.format(date=date(view.date)) if view.date else "",
    )


def vendor_words(view: ProposalView, vendor: str) -> str:
    """Which CRM a record is in, said only where there is more than one."""
    return say.IN_VENDOR.format(vendor=view.vendors.get(vendor, vendor)) if len(view.vendors) > 1 else ""


def name_words(item: CandidateView | OutcomeView) -> str:
    """What a record is called; by its number where it has no name."""
    return escape(item.name, NAME_LENGTH) or escape(item.ref.id, NAME_LENGTH)


def detail_words(detail: str) -> str:
    """What tells a record apart from its namesakes."""
    words = escape(detail, DETAIL_LENGTH)
    return say.DETAIL.format(detail=words) if words else ""


def labels(view: ProposalView, vendors: Iterable[str], joined: str = say.VENDORS_AND) -> str:
    return joined.join(view.vendors.get(vendor, vendor) for vendor in sorted(set(vendors)))


def icon(category: Category) -> str:
    return say.ICONS[category]


def evidence_words(candidate: CandidateView) -> str:
    """Why a record was proposed, in words, each reason once."""
    reasons = dict.fromkeys(_reason(item) for item in candidate.evidence)
    return say.EVIDENCE_AND.join(list(reasons)[:4]) or say.NO_EVIDENCE


def _reason(item: EvidenceView) -> str:
    mail, record = escape(item.mail, EVIDENCE_LENGTH), escape(item.record, EVIDENCE_LENGTH)
    words = say.EVIDENCE[item.field].format(mail=mail, record=record)
    if item.field in IDENTIFIERS or mail.casefold() == record.casefold():
        return words
    return say.EVIDENCE_DIFFERS.format(words=words, record=record)


def megabytes(count: int) -> int:
    return count // MEGABYTE


def size_words(count: int) -> str:
    """A size in bytes as people read it."""
    return say.MEGABYTES.format(size=count / MEGABYTE) if count >= MEGABYTE else say.KILOBYTES.format(size=count / 1024)


def files(view: ProposalView, vendors: Iterable[str]) -> list[Block]:
    """Which attachments go along to vendors that take them."""
    if not view.files:
        return []
    names = [escape(file.name, 60) for file in view.files if file.goes]
    where = labels(view, vendors)
    if names:
        listed = say.EVIDENCE_AND.join(names[:MOST_FILES])
        if more := len(names) - MOST_FILES:
            listed = say.FILES_MORE.format(names=listed, count=more) if more > 0 else listed
        return [context(say.FILES_GO.format(vendors=where, names=listed))]
    most = min(view.carriers.values())
    too_large = sum(file.size for file in view.files) > most
    if too_large:
        return [context(say.FILES_STAY.format(vendors=where, most=megabytes(most)))]
    return [context(say.FILES_NONE_GO.format(vendors=where))]
