"""What Zoho's errors mean to whoever sets Linkbot up."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.crm import advice
from bot.crm.advice import Advice
from bot.crm.port import Check, CRMError
from bot.crm.zoho import errors
from bot.crm.zoho.errors import ZohoError
from bot.language import Sentence, sentence

ADDRESSES = ("ZOHO_API_URL", "ZOHO_ACCOUNTS_URL")
CONNECT = sentence("zoho.advice.connect")
_WITHDRAWN = sentence("zoho.advice.withdrawn")
_CLIENT = sentence("zoho.advice.check_client")
_PAUSE = sentence("zoho.advice.pause")
_KNOWN: Mapping[str, Advice] = MappingProxyType(
    {
        "INVALID_CLIENT": Advice(sentence("zoho.advice.client"), _CLIENT),
        "INVALID_CLIENT_SECRET": Advice(sentence("zoho.advice.client_secret"), _CLIENT),
        "INVALID_CODE": Advice(sentence("zoho.advice.refresh_token"), _WITHDRAWN),
        "INVALID_TOKEN": Advice(sentence("zoho.advice.access"), CONNECT),
        "AUTHENTICATION_FAILURE": Advice(sentence("zoho.advice.access"), CONNECT),
        "MISSING_ORG_INFO": Advice(sentence("zoho.advice.no_organisation"), CONNECT),
        errors.SCOPE: Advice(sentence("zoho.advice.permission"), CONNECT),
        errors.NO_PERMISSION: Advice(sentence("zoho.advice.may_not_see"), sentence("zoho.advice.give_right")),
        "FEATURE_NOT_SUPPORTED": Advice(sentence("zoho.advice.edition"), sentence("zoho.advice.does_without")),
        "INVALID_MODULE": Advice(sentence("zoho.advice.module"), sentence("zoho.advice.leave_module_out")),
        "INVALID_URL_PATTERN": Advice(
            sentence("zoho.advice.address"), sentence("zoho.advice.check_addresses", addresses=ADDRESSES)
        ),
        errors.ACCESS_DENIED: Advice(sentence("zoho.advice.wait"), sentence("zoho.advice.ten_minutes")),
        "TOO_MANY_REQUESTS": Advice(sentence("zoho.advice.too_many_calls"), _PAUSE),
        "RATE_LIMIT_EXCEEDED": Advice(sentence("zoho.advice.too_many_calls"), _PAUSE),
        errors.INTERNAL: Advice(sentence("zoho.advice.fault"), _PAUSE),
    }
)


def known(error: CRMError) -> Advice | None:
    """What an error of Zoho's own means; None for others."""
    return _KNOWN.get(error.code) if isinstance(error, ZohoError) else None


def failed(name: Sentence, error: CRMError) -> Check:
    """The line about a question that Zoho did not answer."""
    return advice.failed(name, error, known(error), ADDRESSES)
