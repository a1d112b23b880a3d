"""What the value of a setting may be, and how a wrong one is refused: the types of the fields of `Settings`."""

from __future__ import annotations

import re
import ssl
from ipaddress import ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from phonenumbers import SUPPORTED_REGIONS
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_core import ErrorDetails

from bot.language import LANGUAGES, Sentence, plain, sentence

VENDORS = ("onoffice", "zoho", "csv")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
ZOHO_DATA_CENTRES = ("com", "eu", "in", "com.au", "jp", "com.cn", "ca", "sa")
# Those that `bot.crm.zoho` reads by itself.
ZOHO_STANDARD_MODULES = (
    "Contacts",
    "Leads",
    "Accounts",
    "Deals",
    "Quotes",
    "Invoices",
    "Sales_Orders",
    "Purchase_Orders",
)
MODULE = re.compile(r"-?[A-Za-z][A-Za-z0-9_]*")
PERSON_OR_GROUP = re.compile(r"[UWS][A-Z0-9]+")
CHANNEL = re.compile(r"[CG][A-Z0-9]+")
# An address, a domain, or words of at least two letters.
NEVER = re.compile(r"[^\s<>@]*@?[^\s<>@]+\.[^\W\d_]{2,}|\*?[^\W_]{2,}\*?([ -]\*?[^\W_]{2,}\*?)*")
HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?")
# The largest that make sense: numbers beyond what clocks and calendars hold would stop a running bot.
MOST_MINUTES = 7 * 24 * 60
MOST_DAYS = 3650


class WrongError(ValueError):
    """What is wrong with a setting, without its name and its value; in a form that Pydantic lets through."""

    def __init__(self, message: Sentence) -> None:
        super().__init__(message.id)
        self.message = message


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and parts.port != 0 and not any(letter.isspace() for letter in text)
    except ValueError:  # brackets that belong to nothing, a port that is no number
        return False


def _zone(value: Any) -> Any:
    try:
        return ZoneInfo(value) if isinstance(value, str) else value
    except (ZoneInfoNotFoundError, ValueError):
        raise WrongError(sentence("settings.time_zone")) from None


def _address(value: str) -> str:
    if value and not value.lower().startswith(("https://", "http://")):
        raise WrongError(sentence("settings.https"))
    if value and not _is_address(value):
        raise WrongError(sentence("settings.web_address"))
    return value


def _hosts(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value or not all(HOST.fullmatch(host) for host in value):
        raise WrongError(sentence("settings.hosts"))
    return value


def _copied_whole(value: str | SecretStr) -> str | SecretStr:
    """What a vendor gives out is one word. Libraries print a header that they cannot send."""
    text = value if isinstance(value, str) else value.get_secret_value()
    if not all("!" <= letter <= "~" for letter in text):
        raise WrongError(sentence("settings.copied_badly"))
    return value


def _certificates(value: str) -> str:
    try:
        if value:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(value)
    except (OSError, ValueError):  # OSError: also what OpenSSL says of a file without certificates
        raise WrongError(sentence("settings.ca_file")) from None
    return value


def _own_address(value: str) -> str:
    try:
        return str(ip_address("127.0.0.1" if value == "localhost" else value))
    except ValueError:
        raise WrongError(sentence("settings.own_address")) from None


def _known_language(value: str) -> str:
    if value.casefold() not in LANGUAGES:
        raise WrongError(sentence("settings.one_of", names=", ".join(LANGUAGES)))
    return value.casefold()


def _people(value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(PERSON_OR_GROUP.fullmatch(one) for one in value):
        raise WrongError(sentence("settings.people"))
    return value


def _channels(value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(CHANNEL.fullmatch(one) for one in value):
        raise WrongError(sentence("settings.channels"))
    return value


def _never(value: tuple[str, ...]) -> tuple[str, ...]:
    """How entries are read: `bot.mail.never`."""
    if not all(NEVER.fullmatch(one) for one in value):
        raise WrongError(sentence("settings.never"))
    return value


def _channel(value: str) -> str:
    if value and not CHANNEL.fullmatch(value):
        raise WrongError(sentence("settings.channel"))
    return value


def _known_region(value: str) -> str:
    if value not in SUPPORTED_REGIONS:
        raise WrongError(sentence("settings.country"))
    return value


def _known_level(value: str) -> str:
    if value.upper() not in LOG_LEVELS:
        raise WrongError(sentence("settings.one_of", names=", ".join(LOG_LEVELS)))
    return value.upper()


def _known_version(value: str) -> str:
    if value not in ("v7", "v8"):
        raise WrongError(sentence("settings.zoho_version"))
    return value


def _known_kind(value: str) -> str:
    if value not in ("Contacts", "Leads"):
        raise WrongError(sentence("settings.zoho_creates"))
    return value


def _known_data_centre(value: str) -> str:
    if value.lower().removeprefix(".") not in (*ZOHO_DATA_CENTRES, "us", "au", "cn"):
        raise WrongError(sentence("settings.one_of", names=", ".join(ZOHO_DATA_CENTRES)))
    return value


def _modules(value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(MODULE.fullmatch(name) for name in value):
        raise WrongError(sentence("settings.modules"))
    if any(name.startswith("-") and name[1:] not in ZOHO_STANDARD_MODULES for name in value):
        raise WrongError(sentence("settings.leave_out", names=", ".join(ZOHO_STANDARD_MODULES)))
    return value


def _known_vendors(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value or set(value) - set(VENDORS):
        raise WrongError(sentence("settings.crm", names=", ".join(VENDORS)))
    return tuple(dict.fromkeys(value))


# The types

Names = Annotated[tuple[str, ...], BeforeValidator(_split)]
Seconds = Annotated[float, Field(ge=0, le=3600)]
SeveralSeconds = Annotated[tuple[Seconds, ...], BeforeValidator(_split), Field(min_length=1)]
TimeZone = Annotated[ZoneInfo, BeforeValidator(_zone)]
Word = Annotated[str, AfterValidator(_copied_whole)]
Secret = Annotated[SecretStr, AfterValidator(_copied_whole)]
WebAddress = Annotated[str, AfterValidator(_address)]
Hosts = Annotated[Names, AfterValidator(_hosts)]
CertificateFile = Annotated[str, AfterValidator(_certificates)]
OwnAddress = Annotated[str, AfterValidator(_own_address)]
LanguageCode = Annotated[str, AfterValidator(_known_language)]
People = Annotated[Names, AfterValidator(_people)]
Channels = Annotated[Names, AfterValidator(_channels)]
NeverList = Annotated[Names, AfterValidator(_never)]
Channel = Annotated[str, AfterValidator(_channel)]
Region = Annotated[str, AfterValidator(_known_region)]
LogLevel = Annotated[str, AfterValidator(_known_level)]
ZohoVersion = Annotated[str, AfterValidator(_known_version)]
ZohoKind = Annotated[str, AfterValidator(_known_kind)]
ZohoDataCentre = Annotated[str, AfterValidator(_known_data_centre)]
ZohoModules = Annotated[Names, AfterValidator(_modules)]
Vendors = Annotated[Names, AfterValidator(_known_vendors)]

# Pydantic's kinds of errors (docs.pydantic.dev/latest/errors/validation_errors) in words of the people who set them.
_KINDS = {
    "float_parsing": "settings.decimal",
    "int_parsing": "settings.whole_number",
    "bool_parsing": "settings.true_or_false",
    "finite_number": "settings.number",
    "too_short": "settings.empty",
}
# Those with a limit, and what Pydantic calls it.
_LIMITED = {
    "greater_than": "settings.more_than",
    "greater_than_equal": "settings.at_least",
    "less_than_equal": "settings.at_most",
}
_LIMITS = {"greater_than": "gt", "greater_than_equal": "ge", "less_than_equal": "le"}


def why(error: ErrorDetails) -> Sentence:
    """What is wrong with a setting, without its value."""
    context = error.get("ctx", {})
    if isinstance(own := context.get("error"), WrongError):
        return own.message
    kind = error["type"]
    if kind in _LIMITED:
        return sentence(_LIMITED[kind], limit=context[_LIMITS[kind]])
    return sentence(_KINDS[kind]) if kind in _KINDS else plain(error["msg"])
