"""The CRMs that the settings name, ready to be called. Without the rest of the bot, which most commands do not need."""

from __future__ import annotations

from pathlib import Path

from bot.connections.shared_token import StoredToken
from bot.connections.stores import Storage
from bot.crm import CRM
from bot.crm.csvfile import CsvConfig
from bot.crm.onoffice import OnOfficeConfig
from bot.crm.registry import VendorConfig, build
from bot.crm.zoho import ZohoConfig
from bot.settings import Settings


def create_crms(settings: Settings, storage: Storage) -> dict[str, CRM]:
    """The CRMs that the settings name."""
    configs: dict[str, VendorConfig] = {
        "onoffice": OnOfficeConfig(
            token=settings.onoffice_token.get_secret_value(),
            secret=settings.onoffice_secret.get_secret_value(),
            api_url=settings.onoffice_api_url,
            timeout=settings.linkbot_vendor_timeout,
            archived=settings.onoffice_archived,
            single_address=settings.onoffice_single_address,
            inbox_names=settings.onoffice_inbox_names,
            activity_kind=settings.onoffice_activity_kind,
            activity_type=settings.onoffice_activity_type,
            mandatory_fields=settings.onoffice_mandatory_fields,
        ),
        "zoho": ZohoConfig(
            client_id=settings.zoho_client_id,
            client_secret=settings.zoho_client_secret.get_secret_value(),
            refresh_token=settings.zoho_refresh_token.get_secret_value(),
            data_centre=settings.zoho_dc,
            accounts_url=settings.zoho_accounts_url or None,
            api_url=settings.zoho_api_url or None,
            timeout=settings.linkbot_vendor_timeout,
            api_version=settings.zoho_api_version,
            modules=settings.zoho_modules,
            creates=settings.zoho_creates,
            contact_role=settings.zoho_contact_role,
            automations=settings.zoho_automations,
        ),
        "csv": CsvConfig(
            files=tuple(map(Path, settings.csv_files)),
            links=Path(settings.csv_links),
            staff=settings.csv_staff,
        ),
    }
    url = storage.engine.url
    return build(settings.crm, configs, lambda vendor: StoredToken(vendor, storage.tokens, storage.locks, url))
