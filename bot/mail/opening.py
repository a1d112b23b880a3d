"""From one mail as it arrived to the original mail: attached, quoted in its body, or the mail itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.language import sentence
from bot.mail.forwarded import Unwrapped
from bot.mail.headers import Envelope, candidates
from bot.mail.inline import find_original
from bot.mail.model import Forward, IdSource, Mail, MessageId
from bot.mail.storable import storable
from bot.mail.subjects import SubjectKind, base_subject, subject_kind

_DEEPEST = 5  # forwards of forwards that are opened


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail as it reached us, nothing opened yet. `attached` reads the mails attached to it, on demand.

    `may_carry` is False for delivery reports and the like, whose attached mail is no forward.
    """

    mail: Mail
    envelope: Envelope
    attached: tuple[Callable[[], Arrived | None], ...] = ()
    may_carry: bool = True


def open_mail(arrived: Arrived) -> Mail:
    """The original mail with what arrived as its `forward`; or what arrived where it forwards nothing."""
    return storable(_opened(arrived))


def _opened(arrived: Arrived) -> Mail:
    direct, envelope = arrived.mail, arrived.envelope
    original, note = _inside(arrived, 0) or (None, "")
    if original is None:
        return replace(_headed(arrived), message_ids=_own(envelope), thread_ids=_thread(envelope))
    own = next((one.value for one in original.message_ids if one.source is IdSource.OWN), None)
    quoted = next((one.value for one in original.message_ids if one.source is IdSource.FORWARDED), None)
    forward = Forward(direct.sender, note, direct.subject, direct.date, envelope.message_id)
    return replace(
        original,
        message_ids=candidates(envelope, attached=own, quoted=quoted),
        thread_ids=original.thread_ids or _thread(envelope),
        forward=forward,
        notes=tuple(dict.fromkeys([*direct.notes, *original.notes])),
    )


def open_each(arrived: Arrived) -> tuple[Mail, ...]:
    """As `open_mail`, but where several mails were forwarded as attachments, all of them, each once."""
    if len(arrived.attached) < 2:
        return (open_mail(arrived),)
    mails = [open_mail(replace(arrived, attached=(one,))) for one in arrived.attached]
    return tuple(dict.fromkeys(mail for mail in mails if mail.forward)) or (open_mail(arrived),)


def _inside(arrived: Arrived, depth: int) -> tuple[Mail, str] | None:
    """The mail that another one carries, its chain filled in, and the note that stands above it."""
    direct = arrived.mail
    inline = find_original(direct.text, direct.html, direct.subject)
    if depth and inline and not inline[0].explicit and subject_kind(direct.subject) is not SubjectKind.FORWARD:
        inline = None  # further down, only what says so is a forward; the rest is a conversation
    carried = _attached_original(arrived, inline[0] if inline else None)
    if carried:
        original = replace(_headed(carried), message_ids=_own(carried.envelope), chain=_chain(carried, depth))
        return original, direct.text
    if inline is None:
        return None
    found, html = inline
    ids = (MessageId(found.message_id, IdSource.FORWARDED),) if found.message_id else ()
    original = Mail(
        sender=found.sender,
        reply_to=found.reply_to,
        to=found.to,
        cc=found.cc,
        bcc=found.bcc,
        subject=found.subject,
        date=found.date,
        message_ids=ids,
        text=found.text,
        html=html,
        attachments=direct.attachments,  # files of an inline forward were the original's
        notes=found.notes,
    )
    inner = Arrived(replace(original, html=None, attachments=()), arrived.envelope)
    return replace(original, chain=_chain(inner, depth)), found.note


def _chain(arrived: Arrived, depth: int) -> tuple[Mail, ...]:
    inner = _inside(arrived, depth + 1) if depth < _DEEPEST else None
    return (replace(inner[0], chain=()), *inner[0].chain) if inner else ()


def _attached_original(arrived: Arrived, inline: Unwrapped | None) -> Arrived | None:
    """The attached mail, if that is what was forwarded."""
    subject = arrived.mail.subject
    if not arrived.attached or not arrived.may_carry or subject_kind(subject) is SubjectKind.REPLY:
        return None
    first = arrived.attached[0]()
    if first is None:
        return None
    wanted = base_subject(subject).casefold()
    if inline and base_subject(inline.subject).casefold() == wanted != base_subject(first.mail.subject).casefold():
        return None  # the quoted mail is the one that was forwarded; it had a mail attached
    if len(arrived.attached) == 1:
        return first
    many = sentence("reading.several_attached", number=len(arrived.attached))
    return replace(first, mail=replace(first.mail, notes=(many, *first.mail.notes)))


def _headed(arrived: Arrived) -> Mail:
    """A mail with what only its own headers tell."""
    return replace(arrived.mail, marks=arrived.envelope.marks, written_by=arrived.envelope.written_by)


def _thread(envelope: Envelope) -> tuple[str, ...]:
    """The mails before this one, the nearest first."""
    return tuple(dict.fromkeys((*envelope.in_reply_to, *reversed(envelope.references))))


def _own(envelope: Envelope) -> tuple[MessageId, ...]:
    return (MessageId(envelope.message_id, IdSource.OWN),) if envelope.message_id else ()
