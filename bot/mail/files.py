"""Mails as files that people upload: .eml, Outlook's .msg, and plain text."""

from __future__ import annotations

from collections.abc import Callable

from bot.mail.charset import decode
from bot.mail.eml import arrived_eml
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
    return _read(name, raw, lambda arrived: (open_mail(arrived),))[0]


def read_all(name: str, raw: bytes) -> tuple[Mail, ...]:
    """As `read_file`, but all mails that are forwarded in it as attachments; at least one."""
    return _read(name, raw, open_each)


def _read(name: str, raw: bytes, opened: Callable[[Arrived], tuple[Mail, ...]]) -> tuple[Mail, ...]:
    if is_msg(raw):
        return opened(arrived_msg(raw))
    extension = name.rpartition(".")[2].casefold()
    if extension == "msg":
        raise UnreadableMail(f"“{name}” is not an Outlook mail. Save the mail again, or forward it instead.")
    if extension == "txt":
        mail = read_text(decode(raw[:MAX_RAW]).text)
        if mail is None:
            raise UnreadableMail(f"“{name}” holds no mail: it needs at least “From: …” and “Subject: …” at its top.")
        return (mail,)
    if not raw.strip():
        raise UnreadableMail(f"“{name}” is empty. Save the mail again, or forward it instead.")
    mails = opened(arrived_eml(raw))
    first = mails[0]
    if first.sender is None and not first.subject and first.date is None and not first.message_ids:
        raise UnreadableMail(f"“{name}” is not a mail. Save the mail as .eml or .msg, or forward it instead.")
    return mails
