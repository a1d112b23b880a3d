"""Reading mail: from bytes, a Slack mail file or pasted text to a `Mail`; and finding it in an IMAP mailbox.

Imports nothing of the bot but `bot.language`, and `bot.records` where it must; knows neither matching, nor storage, nor
Slack's libraries.
"""

from bot.mail.contact import Contact, contact_named, contact_of
from bot.mail.dates import parse_date
from bot.mail.eml import read_eml
from bot.mail.enquirer import Understood, customer, understand
from bot.mail.files import read_all, read_file, read_msg
from bot.mail.forwarded import Unwrapped, unwrap
from bot.mail.html import sanitize, to_text
from bot.mail.identity import fingerprint, from_json, to_json
from bot.mail.imap import ImapAccount, MailboxError
from bot.mail.kind import Kind
from bot.mail.locate import Locator
from bot.mail.mbox import MOST_MAILS
from bot.mail.model import Attachment, Forward, IdSource, Mail, MailPlace, MessageId, Participant
from bot.mail.msg import UnreadableMail
from bot.mail.never import NeverList
from bot.mail.pasted import read_text
from bot.mail.report import jsonl_answer, to_dict
from bot.mail.signatures import without_own_signatures
from bot.mail.slack import (
    attached_mails,
    is_mail_object,
    mails_in_slack_message,
    needs_html,
    read_slack_file,
    structured_parts,
)
from bot.mail.subjects import base_subject
from bot.mail.wording import Wording, wording

__all__ = [
    "MOST_MAILS",
    "Attachment",
    "Contact",
    "Forward",
    "IdSource",
    "ImapAccount",
    "Kind",
    "Locator",
    "Mail",
    "MailPlace",
    "MailboxError",
    "MessageId",
    "NeverList",
    "Participant",
    "Understood",
    "UnreadableMail",
    "Unwrapped",
    "Wording",
    "attached_mails",
    "base_subject",
    "contact_named",
    "contact_of",
    "customer",
    "fingerprint",
    "from_json",
    "is_mail_object",
    "jsonl_answer",
    "mails_in_slack_message",
    "needs_html",
    "parse_date",
    "read_all",
    "read_eml",
    "read_file",
    "read_msg",
    "read_slack_file",
    "read_text",
    "sanitize",
    "structured_parts",
    "to_dict",
    "to_json",
    "to_text",
    "understand",
    "unwrap",
    "without_own_signatures",
    "wording",
]
