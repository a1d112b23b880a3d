"""What the settings name, opened: the database, the CRMs with their shared access tokens, the mailboxes.

Imports `bot.crm`, `bot.mail` and `storage`.
"""

from bot.connections.channels import ChannelChoice, Channels, Rules
from bot.connections.crms import create_crms
from bot.connections.mailboxes import Finder, MailboxFinder, account, add, check, create_locator, opening
from bot.connections.stores import Storage, create_storage
from storage.installations import Installations
from storage.tables import Installation

__all__ = [
    "ChannelChoice",
    "Channels",
    "Finder",
    "Installation",
    "Installations",
    "MailboxFinder",
    "Rules",
    "Storage",
    "account",
    "add",
    "check",
    "create_crms",
    "create_locator",
    "create_storage",
    "opening",
]
