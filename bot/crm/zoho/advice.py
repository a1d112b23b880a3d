"""What Zoho's errors mean to whoever sets Linkbot up."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.crm import advice
from bot.crm.advice import Advice
from bot.crm.port import Check, CRMError
from bot.crm.zoho import errors
from bot.crm.zoho.errors import ZohoError

ADDRESSES = "ZOHO_API_URL and ZOHO_ACCOUNTS_URL"
CONNECT = "Run: linkbot zoho connect"
_WITHDRAWN = "It may have been withdrawn, or be another data centre's. Check ZOHO_DC, or run: linkbot zoho connect"
_CLIENT = "Check ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and ZOHO_DC against Zoho's API console."
_PAUSE = "Wait a few minutes, and try again."
_KNOWN: Mapping[str, Advice] = MappingProxyType(
    {
        "INVALID_CLIENT": Advice("the client is not known", _CLIENT),
        "INVALID_CLIENT_SECRET": Advice("the client secret is not accepted", _CLIENT),
        "INVALID_CODE": Advice("the refresh token is not accepted", _WITHDRAWN),
        "INVALID_TOKEN": Advice("the access is not accepted", CONNECT),
        "AUTHENTICATION_FAILURE": Advice("the access is not accepted", CONNECT),
        "MISSING_ORG_INFO": Advice("the access names no organisation", CONNECT),
        errors.SCOPE: Advice("a permission is missing", CONNECT),
        errors.NO_PERMISSION: Advice(
            "Linkbot's user in Zoho CRM may not see this", "In Zoho CRM, give its profile the right to see it."
        ),
        "FEATURE_NOT_SUPPORTED": Advice("this edition of Zoho CRM does not offer it", "Linkbot does without."),
        "INVALID_MODULE": Advice("Linkbot may not see this module", "Leave it out: ZOHO_MODULES=-ItsName"),
        "INVALID_URL_PATTERN": Advice(
            "Zoho CRM does not know the address that is called", f"Check ZOHO_API_VERSION, {ADDRESSES}."
        ),
        errors.ACCESS_DENIED: Advice("Zoho asks to wait before signing in again", "Try again in ten minutes."),
        "TOO_MANY_REQUESTS": Advice("Zoho CRM asks for a pause because of too many calls", _PAUSE),
        "RATE_LIMIT_EXCEEDED": Advice("Zoho CRM asks for a pause because of too many calls", _PAUSE),
        errors.INTERNAL: Advice("Zoho CRM has a fault of its own at the moment", _PAUSE),
    }
)


def known(error: CRMError) -> Advice | None:
    """What an error of Zoho's own means; None for others."""
    return _KNOWN.get(error.code) if isinstance(error, ZohoError) else None


def failed(name: str, error: CRMError) -> Check:
    """The line about a question that Zoho did not answer."""
    return advice.failed(name, error, known(error), ADDRESSES)
