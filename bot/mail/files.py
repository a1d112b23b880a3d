"""Mails as files that people upload: .eml, Outlook's .msg, and plain text."""

from __future__ import annotations

from bot.mail.charset import decode
from bot.mail.eml import read_eml
from bot.mail.model import Mail
from bot.mail.msg import UnreadableMail, arrived_msg, is_msg
from bot.mail.opening import open_mail
from bot.mail.parts import MAX_RAW
from bot.mail.pasted import read_text


def read_msg(raw: bytes) -> Mail:
    """The original mail in an Outlook .msg file; raises `UnreadableMail` if it is none."""
    return open_mail(arrived_msg(raw))


def read_file(name: str, raw: bytes) -> Mail:
    """The mail in an uploaded file, by its first bytes and its extension (.msg, .eml, .txt).

    Raises `UnreadableMail` where the file holds no mail.
    """
    if is_msg(raw):
        return read_msg(raw)
    extension = name.rpartition(".")[2].casefold()
    if extension == "msg":
        raise UnreadableMail(f"“{name}” is not an Outlook mail. Save the mail again, or forward it instead.")
    if extension == "txt":
        mail = read_text(decode(raw[:MAX_RAW]).text)
        if mail is None:
            raise UnreadableMail(f"“{name}” holds no mail: it needs at least “From: …” and “Subject: …” at its top.")
        return mail
    if not raw.strip():
        raise UnreadableMail(f"“{name}” is empty. Save the mail again, or forward it instead.")
    mail = read_eml(raw)
    if mail.sender is None and not mail.subject and mail.date is None and not mail.message_ids:
        raise UnreadableMail(f"“{name}” is not a mail. Save the mail as .eml or .msg, or forward it instead.")
    return mail
