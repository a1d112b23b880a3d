"""The office's mailboxes: a real IMAP server on a port of its own."""

from sandbox.mailbox.part import MailboxPart
from sandbox.mailbox.server import Account, FolderView, MailServer, MailView

__all__ = ["Account", "FolderView", "MailServer", "MailView", "MailboxPart"]
