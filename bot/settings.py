"""Every setting, read once from the environment and `.env`. Nothing else in Linkbot reads the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from phonenumbers import SUPPORTED_REGIONS
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails

from bot.language import ENGLISH, LANGUAGES

VENDORS = ("onoffice", "zoho")
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


class SettingsError(Exception):
    """A setting is missing or wrong; the text says which and how to mend it."""


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and parts.port != 0 and not any(letter.isspace() for letter in text)
    except ValueError:  # brackets that belong to nothing, a port that is no number
        return False


MODULE = re.compile(r"-?[A-Za-z][A-Za-z0-9_]*")
HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?")
Names = Annotated[tuple[str, ...], BeforeValidator(_split)]
Seconds = Annotated[float, Field(ge=0, le=3600)]
# The largest that make sense: numbers beyond what clocks and calendars hold would stop a running bot.
MOST_MINUTES = 7 * 24 * 60
MOST_DAYS = 3650
NO_SECRET = SecretStr("")


class Settings(BaseModel):
    """One frozen, validated object. Field names are the environment's names in lower case."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True, allow_inf_nan=False, str_strip_whitespace=True)

    slack_bot_token: SecretStr = NO_SECRET
    slack_app_token: SecretStr = NO_SECRET
    slack_signing_secret: SecretStr = NO_SECRET
    slack_api_url: str = "https://slack.com/api/"
    slack_file_hosts: Names = ("files.slack.com", "files-origin.slack.com")

    crm: Names = ("onoffice",)

    onoffice_token: SecretStr = NO_SECRET
    onoffice_secret: SecretStr = NO_SECRET
    onoffice_api_url: str = "https://api.onoffice.de/api/stable/api.php"
    onoffice_archived: bool = False
    onoffice_single_address: bool = False
    onoffice_inbox_names: Names = Field(default=("INBOX", "Posteingang"), min_length=1)
    onoffice_activity_kind: str = "Email"
    onoffice_activity_type: str = "Eingang"
    onoffice_mandatory_fields: Names = ()

    zoho_client_id: str = ""
    zoho_client_secret: SecretStr = NO_SECRET
    zoho_refresh_token: SecretStr = NO_SECRET
    zoho_dc: str = "com"
    zoho_accounts_url: str = ""
    zoho_api_url: str = ""
    zoho_api_version: str = "v7"
    zoho_modules: Names = ()
    zoho_creates: str = "Contacts"
    zoho_contact_role: str = ""
    zoho_automations: bool = False

    database_url: str = "sqlite:///linkbot.db"
    linkbot_secret_key: SecretStr = NO_SECRET
    port: int = Field(default=3000, ge=1, le=65535)
    linkbot_bind: str = "0.0.0.0"  # noqa: S104 - in a container, whose own address nobody knows

    linkbot_language: str = ENGLISH
    linkbot_phone_region: str = "DE"
    linkbot_time_zone: ZoneInfo = ZoneInfo("Europe/Berlin")
    linkbot_tick_probability: float = Field(default=0.9, ge=0.5, le=1)
    linkbot_tick_lead: float = Field(default=1.25, ge=0, le=100)
    linkbot_index_folder: str = ""
    linkbot_sync_minutes: float = Field(default=15.0, gt=0, le=MOST_MINUTES)
    linkbot_keep_days: float = Field(default=30.0, gt=0, le=MOST_DAYS)
    linkbot_log_names_days: float = Field(default=0.0, ge=0, le=MOST_DAYS)
    linkbot_retry_seconds: Annotated[tuple[Seconds, ...], BeforeValidator(_split), Field(min_length=1)] = (
        1.0,
        4.0,
        15.0,
    )
    # Behind those: before a mail that could not be read or shown is tried again, the last of them again and again.
    linkbot_later_seconds: Annotated[tuple[Seconds, ...], BeforeValidator(_split), Field(min_length=1)] = (
        30.0,
        60.0,
        120.0,
        300.0,
        900.0,
        1800.0,
        3600.0,
    )
    linkbot_settle_seconds: Seconds = 2.0
    linkbot_vendor_timeout: float = Field(default=30.0, gt=0, le=600)
    linkbot_log_level: str = "INFO"

    @field_validator("linkbot_time_zone", mode="before")
    @classmethod
    def _known_zone(cls, value: Any) -> Any:
        try:
            return ZoneInfo(value) if isinstance(value, str) else value
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("must be a time zone's name, like Europe/Berlin") from None

    @field_validator("slack_api_url", "onoffice_api_url", "zoho_accounts_url", "zoho_api_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.lower().startswith(("https://", "http://")):
            raise ValueError("must begin with https://")
        if value and not _is_address(value):
            raise ValueError("must be a web address, like https://crm.example.com/api")
        return value

    @field_validator("slack_file_hosts")
    @classmethod
    def _hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or not all(HOST.fullmatch(host) for host in value):
            raise ValueError("must be names of servers with commas between them, without https://")
        return value

    @field_validator(
        "slack_bot_token",
        "slack_app_token",
        "slack_signing_secret",
        "onoffice_token",
        "onoffice_secret",
        "zoho_client_id",
        "zoho_client_secret",
        "zoho_refresh_token",
    )
    @classmethod
    def _copied_whole(cls, value: str | SecretStr) -> str | SecretStr:
        """What a vendor gives out is one word. Libraries print a header that they cannot send."""
        text = value if isinstance(value, str) else value.get_secret_value()
        if not all("!" <= letter <= "~" for letter in text):
            raise ValueError("holds a space, a line end or another letter that it cannot have; copy it once more")
        return value

    @field_validator("linkbot_bind")
    @classmethod
    def _own_address(cls, value: str) -> str:
        try:
            return str(ip_address("127.0.0.1" if value == "localhost" else value))
        except ValueError:
            raise ValueError("must be an address of this machine, like 127.0.0.1, or 0.0.0.0 for all") from None

    @field_validator("linkbot_language")
    @classmethod
    def _known_language(cls, value: str) -> str:
        if value.casefold() not in LANGUAGES:
            raise ValueError(f"must be one of {', '.join(LANGUAGES)}")
        return value.casefold()

    @field_validator("linkbot_phone_region")
    @classmethod
    def _known_region(cls, value: str) -> str:
        if value not in SUPPORTED_REGIONS:
            raise ValueError("must be a country's two capital letters, like DE")
        return value

    @field_validator("linkbot_log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in LOG_LEVELS:
            raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
        return value.upper()

    @field_validator("zoho_api_version")
    @classmethod
    def _known_version(cls, value: str) -> str:
        if value not in ("v7", "v8"):
            raise ValueError("must be v7 or v8")
        return value

    @field_validator("zoho_creates")
    @classmethod
    def _known_kind(cls, value: str) -> str:
        if value not in ("Contacts", "Leads"):
            raise ValueError("must be Contacts or Leads")
        return value

    @field_validator("zoho_dc")
    @classmethod
    def _known_data_centre(cls, value: str) -> str:
        if value.lower().removeprefix(".") not in (*ZOHO_DATA_CENTRES, "us", "au", "cn"):
            raise ValueError(f"must be one of {', '.join(ZOHO_DATA_CENTRES)}")
        return value

    @field_validator("zoho_modules")
    @classmethod
    def _modules(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(MODULE.fullmatch(name) for name in value):
            raise ValueError("must be API names with commas between them, like Projects_X,-Invoices")
        if any(name.startswith("-") and name[1:] not in ZOHO_STANDARD_MODULES for name in value):
            raise ValueError(f"can leave out, with a minus, only {', '.join(ZOHO_STANDARD_MODULES)}")
        return value

    @field_validator("crm")
    @classmethod
    def _known_vendors(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or set(value) - set(VENDORS):
            raise ValueError(f"must be {' or '.join(VENDORS)}, or both with a comma between them")
        return tuple(dict.fromkeys(value))

    @property
    def socket_mode(self) -> bool:
        return bool(self.slack_app_token.get_secret_value())

    def missing(self) -> list[str]:
        """The names of settings without which the bot cannot run, in the order in which to set them."""
        wanted = {"SLACK_BOT_TOKEN": self.slack_bot_token.get_secret_value()}
        if not self.socket_mode:
            wanted["SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP mode)"] = (
                self.slack_signing_secret.get_secret_value()
            )
        return [name for name, value in (wanted | self._wanted_by_crm()).items() if not value] + self.missing_key()

    def missing_key(self) -> list[str]:
        return [] if self.linkbot_secret_key.get_secret_value() else ["LINKBOT_SECRET_KEY"]

    def missing_for_crm(self) -> list[str]:
        """The names of settings without which no CRM can be reached."""
        return [name for name, value in self._wanted_by_crm().items() if not value]

    def _wanted_by_crm(self) -> dict[str, str]:
        wanted = {}
        if "onoffice" in self.crm:
            wanted["ONOFFICE_TOKEN"] = self.onoffice_token.get_secret_value()
            wanted["ONOFFICE_SECRET"] = self.onoffice_secret.get_secret_value()
        if "zoho" in self.crm:
            wanted["ZOHO_CLIENT_ID"] = self.zoho_client_id
            wanted["ZOHO_CLIENT_SECRET"] = self.zoho_client_secret.get_secret_value()
            wanted["ZOHO_REFRESH_TOKEN"] = self.zoho_refresh_token.get_secret_value()
        return wanted


def load(environment: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")) -> Settings:
    """Settings from the environment (by default the process's own), over those of a `.env` file.

    For each NAME a file named by NAME_FILE is read where NAME itself is not set. Raises SettingsError.
    """
    source: dict[str, str] = {}
    if env_file is not None and env_file.exists():
        source |= _read_env_file(env_file)
    source |= dict(os.environ if environment is None else environment)
    values: dict[str, str] = {}
    for field in Settings.model_fields:
        name = field.upper()
        if source.get(name):
            values[field] = source[name]
        elif source.get(f"{name}_FILE"):
            values[field] = _read_secret(name, Path(source[f"{name}_FILE"]))
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        # Pydantic's own text would print the value, which may be a secret.
        lines = [f"{str(e['loc'][0]).upper()} {_plain(e)}" for e in error.errors()]
        raise SettingsError(f"Wrong settings: {'; '.join(lines)}. Correct it in the environment or in .env.") from None


# Pydantic's kinds of errors (docs.pydantic.dev/latest/errors/validation_errors) in words of the people who set them.
_PLAIN = {
    "float_parsing": "must be a number, with a point: 0.5",
    "int_parsing": "must be a whole number",
    "bool_parsing": "must be true or false",
    "finite_number": "must be a number",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than_equal": "must be {le:g} or less",
    "too_short": "must not be empty",
}


def _plain(error: ErrorDetails) -> str:
    """What is wrong with a setting, without its value."""
    words = _PLAIN.get(error["type"])
    return words.format(**error.get("ctx", {})) if words else error["msg"].removeprefix("Value error, ")


def _read_env_file(path: Path) -> dict[str, str]:
    try:
        return {name: value for name, value in dotenv_values(path).items() if value is not None}
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path} is no text in UTF-8. Save it as such in your editor.") from None


def _read_secret(name: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name}_FILE names a file that cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{name}_FILE names a file that is no text in UTF-8") from None
