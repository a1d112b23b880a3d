"""onOffice enterprise: links mails that lie in one of its mailboxes. README.md maps the vendor's pages to this code."""

from bot.crm.onoffice.crm import OnOffice, OnOfficeConfig, connect

__all__ = ["OnOffice", "OnOfficeConfig", "connect"]
