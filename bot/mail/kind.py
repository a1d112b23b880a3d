"""What kind of mail this is: written by a person, an enquiry, a call, a calendar notice, or made by a machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from bot.mail.model import Mail, Mark
from bot.mail.participants import is_automatic, is_personal
from bot.mail.subjects import SubjectKind, base_subject, subject_kind
from bot.mail.words import fold

_LOOKED_AT = 6_000  # characters of a text
_LONGEST_ABSENCE = 1_200
_MAILERS = frozenset({"mailerdaemon", "postmaster", "bounce", "bounces", "mailsystem"})


class Kind(StrEnum):
    """The kinds of mail, as the card names them."""

    MAIL = "mail"
    ENQUIRY = "enquiry"
    CALL = "call"
    CALENDAR = "calendar"
    ABSENCE = "out_of_office"
    BOUNCE = "delivery_report"
    RECEIPT = "receipt"
    BULK = "bulk"
    AUTOMATIC = "automatic"

    @property
    def automatic(self) -> bool:
        """Whether nobody wrote it: what it mentions in passing is not what it is about."""
        return self in (Kind.ABSENCE, Kind.BOUNCE, Kind.RECEIPT, Kind.BULK, Kind.AUTOMATIC)


@dataclass(frozen=True, slots=True)
class _Phrases:
    absence_subject: tuple[str, ...]
    absence_text: tuple[str, ...]
    absence_also: tuple[str, ...]
    bounce_subject: tuple[str, ...]
    receipt_subject: tuple[str, ...]
    bulk_text: tuple[str, ...]
    report_subject: tuple[str, ...]
    calendar_subject: tuple[str, ...]


@cache
def _phrases() -> _Phrases:
    table: dict[str, dict[str, list[str]]] = json.loads(files("bot.mail").joinpath("kinds.json").read_text("utf-8"))
    return _Phrases(
        **{kind: tuple({fold(one) for group in entry.values() for one in group}) for kind, entry in table.items()}
    )


def machine_made(mail: Mail) -> Kind | None:
    """The kind of a mail that answers, reports or goes to many by itself; None for all others.

    By its headers, and, as a forward loses them, by its subject and the words that such mails have. An enquiry that a
    portal sends by machine is none of these, whatever its headers say: look for that first.
    """
    known = _phrases()
    subject = fold(base_subject(mail.subject)).strip()
    sender = fold(mail.sender.address or "") if mail.sender else ""
    local = "".join(c for c in sender.partition("@")[0] if c.isalnum())
    if Mark.REPORT in mail.marks or local in _MAILERS or _begins(subject, known.bounce_subject):
        return Kind.BOUNCE
    if Mark.RECEIPT in mail.marks or (_labelled(subject, known.receipt_subject) and len(mail.text) < _LOOKED_AT):
        return Kind.RECEIPT
    text = fold(mail.text[:_LOOKED_AT])
    away = any(phrase in text for phrase in known.absence_text)
    if _begins(subject, known.absence_subject) and (
        away or Mark.REPLIED in mail.marks or _labelled(subject, known.absence_subject)
    ):
        return Kind.ABSENCE
    if Mark.REPLIED in mail.marks:
        return Kind.ABSENCE if away else Kind.AUTOMATIC
    if away and len(text) <= _LONGEST_ABSENCE and _says_so(text, known):
        return Kind.ABSENCE
    leaves = any(phrase in text for phrase in known.bulk_text)
    reports = any(phrase in subject for phrase in known.report_subject)
    automatic = is_automatic(sender)
    answers = subject_kind(mail.subject) is SubjectKind.REPLY
    if Mark.BULK in mail.marks or (leaves and not answers and not (mail.sender and is_personal(mail.sender))):
        return Kind.BULK
    if Mark.GENERATED in mail.marks or (reports and automatic):
        return Kind.BULK if reports or leaves else Kind.AUTOMATIC
    return None


def is_calendar_notice(mail: Mail) -> bool:
    """Whether the subject is that of an invitation, an answer to one or a cancellation."""
    return _labelled(fold(mail.subject).strip(), _phrases().calendar_subject)


def _begins(subject: str, phrases: Sequence[str]) -> bool:
    """Whether a subject begins with a phrase, as a whole word."""
    return any(
        subject.startswith(phrase) and not subject[len(phrase) : len(phrase) + 1].isalnum() for phrase in phrases
    )


def _labelled(subject: str, phrases: Sequence[str]) -> bool:
    """Whether it begins with one of them and a colon, as programs write it (`Gelesen: …`), or is nothing else."""
    head, _, _ = subject.partition(":")
    return head.strip() in phrases


def _says_so(text: str, known: _Phrases) -> bool:
    """Whether a text that says that somebody is away also says what such replies say: whom to turn to meanwhile."""
    return any(phrase in text for phrase in known.absence_also)
