"""Reading mail: from bytes, a Slack mail file or pasted text to a `Mail`; and finding it in an IMAP mailbox."""

from bot.mail.model import Attachment, Forward, IdSource, Mail, MailPlace, MessageId, Participant

__all__ = ["Attachment", "Forward", "IdSource", "Mail", "MailPlace", "MessageId", "Participant"]
