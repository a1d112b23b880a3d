"""Mails as files that people upload: .eml, Outlook's .msg, and plain text."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from bot.language import sentence
from bot.mail.charset import decode
from bot.mail.eml import arrived_eml
from bot.mail.mbox import is_mbox, messages
from bot.mail.model import Mail
from bot.mail.msg import UnreadableMail, arrived_msg, is_msg
from bot.mail.opening import Arrived, open_each, open_mail
from bot.mail.parts import MAX_RAW
from bot.mail.pasted import read_text


def read_msg(raw: bytes) -> Mail:
    """The original mail in an Outlook .msg file; raises `UnreadableMail` if it is none."""
    return open_mail(arrived_msg(raw))


def read_file(name: str, raw: bytes) -> Mail:
    """The mail in an uploaded file, by its first bytes and its extension (.msg, .eml, .txt); of several mails that are
    forwarded in it as attachments the first, which its notes say.

    Raises `UnreadableMail` where the file holds no mail.
    """
    if is_mbox(raw):
        first, *others = read_all(name, raw)
        many = sentence("reading.several_in_file", number=len(others) + 1)
        return replace(first, notes=(many, *first.notes)) if others else first
    return _read(name, raw, lambda arrived: (open_mail(arrived),))[0]


def read_all(name: str, raw: bytes) -> list[Mail]:
    """As `read_file`, but every mail in the file: those forwarded in it as attachments, and those of an mbox; at least
    one, else `UnreadableMail` is raised. What an mbox holds beside mails is left out."""
    if not is_mbox(raw):
        return list(_read(name, raw, open_each))
    found: list[Mail] = []
    for one in messages(raw[:MAX_RAW]):
        with suppress(UnreadableMail):
            found += _read(name, one, open_each)
    if not found:
        raise UnreadableMail(sentence("file.no_mail", name=name))
    return found


def _read(name: str, raw: bytes, opened: Callable[[Arrived], tuple[Mail, ...]]) -> tuple[Mail, ...]:
    if is_msg(raw):
        return opened(arrived_msg(raw))
    extension = name.rpartition(".")[2].casefold()
    if extension == "msg":
        raise UnreadableMail(sentence("file.no_outlook_mail", name=name))
    if extension == "txt":
        mail = read_text(decode(raw[:MAX_RAW]).text)
        if mail is None:
            raise UnreadableMail(sentence("file.text_without_mail", name=name))
        return (mail,)
    if not raw.strip():
        raise UnreadableMail(sentence("file.empty", name=name))
    mails = opened(arrived_eml(raw))
    first = mails[0]
    if first.sender is None and not first.subject and first.date is None and not first.message_ids:
        raise UnreadableMail(sentence("file.no_mail", name=name))
    return mails
