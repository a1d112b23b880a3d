"""Zoho CRM: puts a copy of a mail onto a record. README.md maps the vendor's pages to this code."""

from bot.crm.zoho.advice import CONNECT
from bot.crm.zoho.connecting import exchange
from bot.crm.zoho.crm import Zoho, ZohoConfig, connect
from bot.crm.zoho.data_centres import UnknownDataCentreError, data_centre
from bot.crm.zoho.scopes import CONSENT
from bot.crm.zoho.scopes import explained as explained_scope
from bot.crm.zoho.scopes import missing as missing_scopes

__all__ = [
    "CONNECT",
    "CONSENT",
    "UnknownDataCentreError",
    "Zoho",
    "ZohoConfig",
    "connect",
    "data_centre",
    "exchange",
    "explained_scope",
    "missing_scopes",
]
