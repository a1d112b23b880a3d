"""`linkbot zoho connect`: from a code of the API console to the lines of `.env` that connect Linkbot to Zoho CRM."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.crm import Check
from bot.crm.zoho import CONNECT, Zoho, ZohoConfig, exchange, explained_scope, missing_scopes
from bot.language import Sentence, plain, sentence
from bot.settings import Settings


@dataclass(frozen=True)
class Connection:
    """What to save, what is missing, and whether the new access works.

    `lines` go into `.env`; `missing` are scopes with what each is for, and then `checks` holds only what works. Where
    Zoho doesn't tell the granted ones, the checks show what they allow.
    """

    lines: tuple[Sentence, ...]
    missing: tuple[Sentence, ...]
    checks: tuple[Check, ...]

    @property
    def complete(self) -> bool:
        return not self.missing and all(check.ok for check in self.checks)

    @property
    def lacks_scopes(self) -> bool:
        """Whether Zoho says so, or, where it doesn't tell the granted ones, refuses for lack of them."""
        return bool(self.missing) or any(not check.ok and check.remedy == CONNECT for check in self.checks)


def connect(settings: Settings, client_id: str, client_secret: str, data_centre: str, code: str) -> Connection:
    """Exchange the code, and try the access that it gives. Raises CRMError where Zoho refuses the code."""
    config = ZohoConfig(
        client_id,
        client_secret,
        refresh_token="",
        data_centre=data_centre,
        accounts_url=settings.zoho_accounts_url or None,
        api_url=settings.zoho_api_url or None,
        timeout=settings.linkbot_vendor_timeout,
        api_version=settings.zoho_api_version,
        modules=settings.zoho_modules,
    )
    granted = exchange(config, code.strip())
    lines = [plain(f"ZOHO_REFRESH_TOKEN={granted.refresh_token}")]
    if client_id != settings.zoho_client_id:
        lines.insert(0, plain(f"ZOHO_CLIENT_ID={client_id}"))
    if client_secret != settings.zoho_client_secret.get_secret_value():
        lines.append(sentence("cli.zoho.secret_line"))
    if data_centre != settings.zoho_dc:
        lines.append(plain(f"ZOHO_DC={data_centre}"))
    lacking = missing_scopes(granted.scopes) if granted.scopes else []
    checks = Zoho(replace(config, refresh_token=granted.refresh_token)).checks()
    if lacking:  # what fails for lack of them says nothing else
        checks = [check for check in checks if check.ok]
    return Connection(tuple(lines), tuple(map(explained_scope, lacking)), tuple(checks))
