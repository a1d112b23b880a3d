"""From a Mail to the one entry of `Emails` that associate_email takes. No I/O.

https://www.zoho.com/crm/developer/docs/api/v7/associate-email.html; the lengths are those of Zoho's OpenAPI files.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.crm.port import CRMError
from bot.language import Sentence, sentence
from bot.mail import Attachment, IdSource, Mail, MailPlace, Participant, fingerprint, sanitize, to_text
from bot.records import Record

MOST_ADDRESSES = 50
MOST_ATTACHMENTS = 20
MOST_ATTACHED_BYTES = 10 * 1024 * 1024
LONGEST_ADDRESS = 255
LONGEST_SUBJECT = 250
LONGEST_CONTENT = 32_000
LONGEST_MARKUP = 4 * LONGEST_CONTENT  # longer HTML would not fit cleaned either, and takes long to clean
LONGEST_MESSAGE_ID = 255
ROOM_FOR_PICTURE = 200  # what `crm/img_id:` with a file id and the class add to a picture's tag

NO_SUBJECT = "(no subject)"
NO_TEXT = "<p>(no text)</p>"
SHORTENED = "<p>[The rest of this mail is too long for Zoho CRM and was left out.]</p>"

MORE_PEOPLE = sentence("zoho.more_people", most=MOST_ADDRESSES)
TOO_LARGE = sentence("zoho.too_large")
NO_SENDER = sentence("zoho.no_sender")
NO_RECIPIENT = sentence("zoho.no_recipient")
# References name the thread, not this mail: two mails of a thread must not count as the same one.
_NAMES_THE_MAIL = frozenset({IdSource.ATTACHED, IdSource.OWN, IdSource.FORWARDED, IdSource.IN_REPLY_TO})

_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\".]+(?:\.[^@\s<>,;\".]+)+")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to put into Zoho's file system; `inline` ones are pictures that the text shows by `content_id`."""

    filename: str
    content: bytes
    content_type: str
    content_id: str = ""

    @property
    def inline(self) -> bool:
        return bool(self.content_id)


@dataclass(frozen=True, slots=True)
class Draft:
    """The entry without the keys that only uploads and the record bring, the files to upload, and sentences for the
    person about what was left out or filled in."""

    entry: Mapping[str, Any]
    uploads: tuple[Upload, ...] = ()
    notes: tuple[Sentence, ...] = ()


def compose(
    mail: Mail,
    place: MailPlace | None,
    *,
    staff: Sequence[Participant],
    records: Sequence[Record],
    now: datetime,
) -> Draft:
    """The mail as Zoho wants it. `staff` are the CRM's own users: what one of them wrote was sent, the rest received.

    Names without an address, as Exchange forwards show them, are looked up among the staff and the picked `records`.
    Raises CRMError where the sender or every recipient stays unknown, or the attachments are too large.
    """
    notes: list[Sentence] = []
    _check_size(mail)
    known = _known_addresses(staff, records)
    sender = _addressed(mail.sender, known)
    if sender is None:
        raise CRMError(NO_SENDER, permanent=True, code="no sender")
    if not _has_address(mail.sender):
        notes.append(sentence("zoho.sender_by_name"))
    sent = (sender.address or "").lower() in {(person.address or "").lower() for person in staff}
    to = _list(mail.to, known) or _list(mail.cc, known)
    if not to and not sent and mail.forward and _has_address(mail.forward.by):
        to = _list([mail.forward.by] if mail.forward.by else [], known)
        notes.append(sentence("zoho.forwarder_as_recipient"))
    if not to:
        raise CRMError(NO_RECIPIENT, permanent=True, code="no recipient")
    uploads = _uploads(mail, notes)
    room = LONGEST_CONTENT - ROOM_FOR_PICTURE * sum(upload.inline for upload in uploads)
    content = _content(mail, room, notes)
    entry: dict[str, Any] = {
        "from": _person(sender),
        "to": to,
        "subject": _subject(mail, notes),
        "content": content,
        "mail_format": "html",
        "date_time": _moment(mail, now, notes).isoformat(timespec="seconds"),
        "sent": sent,
        "original_message_id": message_id(mail, place),
    }
    if len(mail.to) > MOST_ADDRESSES and to:
        notes.append(MORE_PEOPLE)
    for key, people in (("cc", mail.cc), ("bcc", mail.bcc)):
        if listed := _list(people, known):
            entry[key] = listed
            notes += [MORE_PEOPLE] if len(people) > MOST_ADDRESSES else []
    return Draft(entry, uploads, tuple(dict.fromkeys(notes)))


def message_id(mail: Mail, place: MailPlace | None) -> str:
    """The mail's Message-ID, which Zoho tells duplicates by: the one a mailbox confirmed, else the best candidate,
    else one made of the mail's fingerprint, the same whenever the mail comes again."""
    candidates = [place.message_id] if place else []
    for candidate in mail.message_ids:
        # In-Reply-To names the original mail in a forward; in a mail that came by itself it names another one.
        if candidate.source in _NAMES_THE_MAIL and (mail.forward or candidate.source is not IdSource.IN_REPLY_TO):
            candidates.append(candidate.value)
    for value in candidates:
        bare = value.strip().strip("<>")
        if bare and len(bare) + 2 <= LONGEST_MESSAGE_ID:
            return f"<{bare}>"
    return f"<{fingerprint(mail)}@linkbot.invalid>"


def subject(mail: Mail) -> str:
    """The subject as Zoho takes it: never empty, on one line, not too long."""
    text = " ".join(mail.subject.split())
    if len(text) > LONGEST_SUBJECT:
        text = text[: LONGEST_SUBJECT - 1] + "…"
    return text or NO_SUBJECT


def _subject(mail: Mail, notes: list[Sentence]) -> str:
    text = subject(mail)
    if text == NO_SUBJECT:
        notes.append(sentence("zoho.no_subject", words=NO_SUBJECT))
    elif len(text) == LONGEST_SUBJECT and text.endswith("…"):
        notes.append(sentence("zoho.subject_cut"))
    return text


def with_pictures(content: str, ids: Mapping[str, str]) -> str:
    """The text with its inline pictures pointing to Zoho's file system: `cid:…` becomes `crm/img_id:…`."""
    for content_id, file_id in ids.items():
        source = rf"(<img\b[^>]*?\bsrc=[\"'])cid:{re.escape(html.escape(content_id))}([\"'])"
        content = re.sub(source, rf"\g<1>crm/img_id:{file_id}\g<2>", content, flags=re.IGNORECASE)
    return re.sub(r"<img\b(?=[^>]*\bsrc=[\"']crm/img_id:)(?![^>]*\bclass=)", '<img class="ZCrmImage"', content)


def _content(mail: Mail, room: int, notes: list[Sentence]) -> str:
    markup = mail.html or ""
    content = sanitize(markup).strip() if len(markup) <= LONGEST_MARKUP else ""
    if not content or len(content) > room:
        # Markup takes most of a long mail's room: as plain text more of its words arrive.
        content = _plain(mail.text if mail.text.strip() else to_text(markup))
    if len(content) > room:
        notes.append(sentence("zoho.text_cut"))
        # The cut may go through a tag or a character reference; paragraphs are the only thing it can leave open.
        cut = re.sub(r"(<[^>]*|&[^;\s]{0,10})$", "", content[: room - len(SHORTENED) - len("</p>")])
        content = cut + ("</p>" if cut.rfind("<p>") > cut.rfind("</p>") else "") + SHORTENED
    if not content:
        notes.append(sentence("zoho.no_text", words=to_text(NO_TEXT).strip()))
    return content or NO_TEXT


def _plain(text: str) -> str:
    """Text as HTML: paragraphs and line breaks kept, everything else literal."""
    paragraphs = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return "".join(f"<p>{'<br>'.join(map(html.escape, p.splitlines()))}</p>" for p in paragraphs if p.strip())


def _check_size(mail: Mail) -> None:
    """Raises CRMError where the attachments that are to go along are too large; pictures in the text come after."""
    sizes = [len(a.content) for a in mail.attachments if a.content is not None and not _shown_inline(a, mail)]
    if sum(sizes) > MOST_ATTACHED_BYTES:
        raise CRMError(TOO_LARGE, permanent=True, code="too large")


def _uploads(mail: Mail, notes: list[Sentence]) -> tuple[Upload, ...]:
    """The files that go along: those whose bytes are at hand, up to the vendor's limits; the notes name the rest.

    Pictures in the text take the room that attachments leave: whether Zoho counts them isn't known.
    """
    chosen: dict[Attachment, Upload] = {}
    room = MOST_ATTACHED_BYTES
    missing, too_many, no_room = [], [], []
    for attachment in sorted(mail.attachments, key=lambda each: _shown_inline(each, mail)):
        if attachment.content is None:
            missing.append(attachment.filename)
        elif len(chosen) == MOST_ATTACHMENTS:
            too_many.append(attachment.filename)
        elif len(attachment.content) > room:
            no_room.append(attachment.filename)
        else:
            room -= len(attachment.content)
            content_id = (attachment.content_id or "").strip("<>") if _shown_inline(attachment, mail) else ""
            name = attachment.filename or "attachment"
            chosen[attachment] = Upload(name, attachment.content, attachment.content_type, content_id)
    if too_many:
        notes.append(sentence("zoho.too_many_files", most=MOST_ATTACHMENTS, names=", ".join(too_many)))
    if no_room:
        notes.append(sentence("zoho.pictures_too_large", names=", ".join(no_room)))
    if missing:
        notes.append(sentence("zoho.files_missing", names=", ".join(missing)))
    return tuple(upload for attachment in mail.attachments if (upload := chosen.get(attachment)))


def _shown_inline(attachment: Attachment, mail: Mail) -> bool:
    content_id = (attachment.content_id or "").strip("<>")
    return bool(content_id) and bool(mail.html) and f"cid:{content_id}".lower() in (mail.html or "").lower()


def _moment(mail: Mail, now: datetime, notes: list[Sentence]) -> datetime:
    """When the mail was written; never in the future, which Zoho refuses."""
    if mail.date is None:
        notes.append(sentence("zoho.no_date"))
        return now
    if _aware(mail.date) > now:
        notes.append(sentence("zoho.future_date"))
    return min(_aware(mail.date), now)


def _aware(date: datetime) -> datetime:
    """A date without a zone is taken as UTC: Zoho wants an offset."""
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _known_addresses(staff: Sequence[Participant], records: Sequence[Record]) -> dict[str, str]:
    """Addresses by name, where exactly one address goes with the name."""
    found: dict[str, set[str]] = {}
    for person in staff:
        if person.name and person.address:
            found.setdefault(_key(person.name), set()).add(person.address)
    for record in records:
        if record.name and record.emails:
            found.setdefault(_key(record.name), set()).update(record.emails)
    return {name: addresses.pop() for name, addresses in found.items() if len(addresses) == 1}


def _addressed(person: Participant | None, known: Mapping[str, str]) -> Participant | None:
    if person is None or _has_address(person):
        return person
    address = known.get(_key(person.name or ""))
    return Participant(person.name, address) if address else None


def _has_address(person: Participant | None) -> bool:
    """Whether Zoho would take the address: one that it refuses would keep the whole mail out."""
    address = (person.address or "") if person else ""
    return len(address) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(address) is not None


def _list(people: Sequence[Participant], known: Mapping[str, str]) -> list[dict[str, str]]:
    """Those with an address, each once."""
    addressed = [found for person in people if (found := _addressed(person, known))]
    once = {(person.address or "").lower(): _person(person) for person in reversed(addressed)}
    return list(reversed(once.values()))[:MOST_ADDRESSES]


def _person(person: Participant) -> dict[str, str]:
    address = person.address or ""
    return {"user_name": (person.name or address)[:LONGEST_ADDRESS], "email": address}


def _key(name: str) -> str:
    return " ".join(name.casefold().split())
