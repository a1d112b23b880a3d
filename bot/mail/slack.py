"""Mails as Slack holds them: file objects of mode `email` (undocumented by Slack; every field may be missing)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.language import Sentence, sentence
from bot.mail.bodies import shown_bodies
from bot.mail.dates import parse_date
from bot.mail.eml import attached_reader
from bot.mail.headers import Envelope, message_ids
from bot.mail.leads import structured_kind
from bot.mail.model import Attachment, Mail, Participant
from bot.mail.opening import Arrived, open_mail
from bot.mail.participants import is_address, parse_people
from bot.mail.pictures import with_content_ids

_MAIL_EXTENSIONS = (".eml", ".msg", ".mbox")
_MAIL_TYPES = ("message/rfc822", "message/global", "application/vnd.ms-outlook")
_DEEPEST = 5
_MARKUP = re.compile(r"<(?:/|!doctype|html|head|body|div|p|br|span|table|img|a|b|i|pre)\b", re.IGNORECASE)
_TAG = re.compile(r"<([a-z][a-z0-9]*)", re.IGNORECASE)
_LINES = frozenset({"html", "head", "meta", "title", "body", "div", "p", "br", "pre"})
_LARGEST_PART = 300_000  # bytes; what portals attach has a few thousand
_MOST_PARTS = 5


def read_slack_file(
    file: Mapping[str, Any],
    html: str | None = None,
    attached: Sequence[bytes] = (),
    parts: Mapping[str, bytes] | None = None,
) -> Mail:
    """The original mail in a file object of mode `email`; `html` is the body behind `url_private`, where fetched,
    `attached` what is behind `attached_mails`, and `parts` what is behind those of `structured_parts` that could be
    fetched, by their URL.

    Slack keeps of the header only from, to, cc, subject, date, Message-ID, In-Reply-To and Reply-To: those of the
    forward, if it is one. Never raises.
    """
    headers = _mapping(file.get("headers"))
    sender = next(iter(_people(file.get("from"))), None)
    envelope = Envelope(
        sender=sender,
        reply_to=parse_people(_text(headers.get("reply_to"))),
        to=_people(file.get("to")),
        cc=_people(file.get("cc")),
        bcc=_people(file.get("bcc")),
        subject=" ".join((_text(file.get("subject")) or _text(file.get("title")) or _text(file.get("name"))).split()),
        date=parse_date(_text(headers.get("date")), "en"),
        message_id=next(iter(message_ids(_text(headers.get("message_id")))), None),
        forwarded_ids=(),
        in_reply_to=message_ids(_text(headers.get("in_reply_to"))),
        references=(),
    )
    text, body, notes = _body(file, html)
    body, attachments = with_content_ids(body, tuple(map(_attachment, _list(file.get("attachments")))))
    shown = shown_bodies(text, body)
    if shown.html and _is_plain(shown.html) and shown.text.split() == text.split():
        shown = replace(shown, html=None)  # a mail without HTML, as Slack stores it
    mail = Mail(
        sender=sender,
        reply_to=envelope.reply_to,
        to=envelope.to,
        cc=envelope.cc,
        bcc=envelope.bcc,
        subject=envelope.subject,
        date=envelope.date,
        text=shown.text,
        html=shown.html,
        attachments=tuple(_fetched(one, parts or {}) for one in attachments),
        notes=(*notes, *shown.notes),
    )
    return open_mail(Arrived(mail, envelope, tuple(attached_reader(raw) for raw in attached)))


def is_mail_object(file: Mapping[str, Any]) -> bool:
    """Whether Slack itself has read this file as a mail; an uploaded .eml or .msg is a file like any other."""
    return "email" in (file.get("mode"), file.get("filetype"))


def needs_html(file: Mapping[str, Any]) -> bool:
    """Whether the mail can only be read after its body was downloaded: HTML-only mails have no `plain_text`."""
    return not _text(file.get("plain_text")).strip()


def attached_mails(file: Mapping[str, Any]) -> list[str]:
    """The URLs of the mails attached to a mail in Slack: who forwards as an attachment writes nothing else."""
    attachments = [_attachment(one) for one in _list(file.get("attachments"))]
    return [
        one.url
        for one in attachments
        if one.url
        and (one.filename.casefold().endswith(_MAIL_EXTENSIONS) or one.content_type.casefold() in _MAIL_TYPES)
    ]


def structured_parts(file: Mapping[str, Any]) -> list[str]:
    """The URLs of the attachments that say who asks for what (XML of portals, address cards, calendars), where they are
    small: a mail may say nothing else."""
    attachments = (_attachment(one) for one in _list(file.get("attachments")))
    wanted = [one for one in attachments if one.url and structured_kind(one.filename, one.content_type)]
    return [one.url for one in wanted if one.url and one.size <= _LARGEST_PART][:_MOST_PARTS]


def mails_in_slack_message(message: Mapping[str, Any], *, texts: bool = False) -> list[Mapping[str, Any]]:
    """The files of a message that are mails: its own, those of messages shared in it, and uploaded .eml and .msg; with
    `texts` also .txt, which are mails only if somebody says so.

    Stubs of Slack Connect (`file_access: check_file_info`) are among them; ask `files.info` what they are.
    """
    found: dict[str, Mapping[str, Any]] = {}
    waiting: list[tuple[Mapping[str, Any], int]] = [(message, 0)]
    while waiting:
        holder, depth = waiting.pop(0)
        for file in _list(holder.get("files")):
            if _is_mail(file, (*_MAIL_EXTENSIONS, ".txt") if texts else _MAIL_EXTENSIONS):
                found.setdefault(_text(file.get("id")) or f"#{len(found)}", file)
        if depth < _DEEPEST:
            waiting += [(one, depth + 1) for one in _list(holder.get("attachments"))]
    return list(found.values())


def _is_mail(file: Mapping[str, Any], extensions: tuple[str, ...]) -> bool:
    if is_mail_object(file) or file.get("file_access") == "check_file_info":
        return True
    names = (_text(file.get("name")).casefold(), _text(file.get("title")).casefold())
    return any(name.endswith(extensions) for name in names)


def _body(file: Mapping[str, Any], html: str | None) -> tuple[str, str | None, tuple[Sentence, ...]]:
    """Text and HTML of the body, best source first, and what to say if it is only the beginning."""
    text = _text(file.get("plain_text"))
    if html and not _MARKUP.search(html):  # what is no HTML is the plain text itself
        text, html = (text if text.strip() else html), None
    if text.strip() or html:
        return text, html, ()
    preview = _text(file.get("preview"))
    shown = _text(file.get("preview_plain_text"))
    notes: tuple[Sentence, ...] = ()
    if (shown or preview) and file.get("has_more"):
        notes = (sentence("reading.beginning"),)
    if shown.strip():
        return shown, None, notes
    return ("", preview, notes) if "<" in preview and ">" in preview else (preview, None, notes)


def _is_plain(html: str) -> bool:
    """Whether a document has nothing but lines."""
    return {tag.lower() for tag in _TAG.findall(html)} <= _LINES


def _people(value: object) -> tuple[Participant, ...]:
    """Slack blanks its own address (`{"address": "", "name": "Email"}`): such entries are nobody."""
    found: list[Participant] = []
    for entry in _list(value):
        address = _text(entry.get("address")).strip()
        if is_address(address):
            name = " ".join(_text(entry.get("name")).split())
            found.append(Participant(name if name and name != address else None, address))
        elif address:
            found += parse_people(address)
    return tuple(found)


def _attachment(entry: Mapping[str, Any]) -> Attachment:
    size = entry.get("size")
    return Attachment(
        filename=_text(entry.get("filename")) or "attachment",
        content_type=_text(entry.get("mimetype")) or "application/octet-stream",
        size=size if isinstance(size, int) and size >= 0 else 0,
        url=_text(entry.get("url")) or None,
    )


def _fetched(one: Attachment, parts: Mapping[str, bytes]) -> Attachment:
    return replace(one, content=parts[one.url]) if one.url and one.url in parts else one


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
