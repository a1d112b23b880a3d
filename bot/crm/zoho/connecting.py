"""From a code that the API console makes to a refresh token that lasts.

https://www.zoho.com/crm/developer/docs/api/v8/auth-request.html (self client), …/access-refresh.html
"""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx

from bot.crm.http import Http
from bot.crm.port import CRMError
from bot.crm.zoho import oauth
from bot.crm.zoho.crm import Zoho, ZohoConfig
from bot.crm.zoho.data_centres import data_centre
from bot.crm.zoho.errors import ZohoError
from bot.language import sentence

CODE_REFUSED = sentence("zoho.code_refused")
NOTHING_LASTING = sentence("zoho.nothing_lasting")


@dataclass(frozen=True, slots=True)
class Granted:
    """What a code was exchanged for. `scopes` are empty where Zoho doesn't tell them."""

    refresh_token: str = field(repr=False)
    scopes: tuple[str, ...]


def exchange(config: ZohoConfig, code: str, transport: httpx.BaseTransport | None = None) -> Granted:
    """The refresh token for a code; `config` has none yet. Raises CRMError; ValueError for a data centre that doesn't
    exist."""
    centre = data_centre(config.data_centre)
    http = Http(Zoho.label, config.timeout, transport)
    form = {
        "grant_type": "authorization_code",
        "client_id": config.client_id,
        "client_secret": config.client_secret,
        "code": code,
    }
    try:
        body = oauth.ask(http, oauth.token_url(config.accounts_url or centre.accounts), form)
    except ZohoError as error:
        if error.code != "INVALID_CODE":
            raise
        raise CRMError(CODE_REFUSED, permanent=True, code=error.code) from error
    finally:
        http.close()
    if not body.get("refresh_token"):
        raise CRMError(NOTHING_LASTING, permanent=True, code="no refresh_token")
    return Granted(str(body["refresh_token"]), tuple(oauth.told_scopes(body)))
