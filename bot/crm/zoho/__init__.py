"""Zoho CRM: puts a copy of a mail onto a record. README.md maps the vendor's pages to this code."""

from bot.crm.zoho.crm import Zoho, ZohoConfig, connect

__all__ = ["Zoho", "ZohoConfig", "connect"]
