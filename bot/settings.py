"""Every setting, read once from the environment and `.env`. Nothing else in Linkbot reads the environment."""

from __future__ import annotations

import os
import re
import ssl
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

from bot.language import ENGLISH, LANGUAGES, Sentence, SpokenError, Value, enumerated, plain, sentence
from bot.one_workspace import ENV_FILE, FOLDER, TEAM, folder_of, of_workspace

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


class SettingsError(SpokenError):
    """A setting is missing or wrong; the message says which and how to mend it."""


class _WrongError(ValueError):
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


MODULE = re.compile(r"-?[A-Za-z][A-Za-z0-9_]*")
PERSON_OR_GROUP = re.compile(r"[UWS][A-Z0-9]+")
CHANNEL = re.compile(r"[CG][A-Z0-9]+")
# An address, a domain, or words of at least two letters.
NEVER = re.compile(r"[^\s<>@]*@?[^\s<>@]+\.[^\W\d_]{2,}|\*?[^\W_]{2,}\*?([ -]\*?[^\W_]{2,}\*?)*")
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
    slack_client_id: str = ""
    slack_client_secret: SecretStr = NO_SECRET
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

    csv_files: Names = ()
    csv_links: str = "linkbot-links.csv"
    csv_staff: Names = ()

    database_url: str = "sqlite:///linkbot.db"
    linkbot_secret_key: SecretStr = NO_SECRET
    port: int = Field(default=3000, ge=1, le=65535)
    linkbot_bind: str = "0.0.0.0"  # noqa: S104 - in a container, whose own address nobody knows

    linkbot_workspaces: str = FOLDER
    # The one that these settings are of, where there are several.
    linkbot_workspace: str = ""

    linkbot_language: str = ENGLISH
    linkbot_metrics_token: SecretStr = NO_SECRET
    linkbot_metrics_port: int = Field(default=0, ge=0, le=65535)
    linkbot_may_link: Names = ()
    linkbot_may_undo: Names = ()
    linkbot_may_create: Names = ()
    linkbot_may_set: Names = ()
    linkbot_channels: Names = ()
    linkbot_admin_channel: str = ""
    linkbot_private_channels: Names = ()
    linkbot_never: Names = ()

    linkbot_phone_region: str = "DE"
    linkbot_time_zone: ZoneInfo = ZoneInfo("Europe/Berlin")
    linkbot_tick_probability: float = Field(default=0.9, ge=0.5, le=1)
    linkbot_tick_lead: float = Field(default=1.25, ge=0, le=100)
    linkbot_index_folder: str = ""
    linkbot_sync_minutes: float = Field(default=15.0, gt=0, le=MOST_MINUTES)
    linkbot_morning_hour: int = Field(default=8, ge=0, le=23)
    linkbot_together_seconds: float = Field(default=10.0, ge=0, le=600)
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
    linkbot_people_seconds: Seconds = 300.0
    linkbot_vendor_timeout: float = Field(default=30.0, gt=0, le=600)
    linkbot_log_level: str = "INFO"
    linkbot_ca_file: str = ""

    @field_validator("linkbot_time_zone", mode="before")
    @classmethod
    def _known_zone(cls, value: Any) -> Any:
        try:
            return ZoneInfo(value) if isinstance(value, str) else value
        except (ZoneInfoNotFoundError, ValueError):
            raise _WrongError(sentence("settings.time_zone")) from None

    @field_validator("slack_api_url", "onoffice_api_url", "zoho_accounts_url", "zoho_api_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.lower().startswith(("https://", "http://")):
            raise _WrongError(sentence("settings.https"))
        if value and not _is_address(value):
            raise _WrongError(sentence("settings.web_address"))
        return value

    @field_validator("slack_file_hosts")
    @classmethod
    def _hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or not all(HOST.fullmatch(host) for host in value):
            raise _WrongError(sentence("settings.hosts"))
        return value

    @field_validator(
        "slack_bot_token",
        "slack_app_token",
        "slack_signing_secret",
        "slack_client_id",
        "slack_client_secret",
        "linkbot_metrics_token",
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
            raise _WrongError(sentence("settings.copied_badly"))
        return value

    @field_validator("linkbot_ca_file")
    @classmethod
    def _certificates(cls, value: str) -> str:
        try:
            if value:
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(value)
        except (OSError, ValueError):  # OSError: also what OpenSSL says of a file without certificates
            raise _WrongError(sentence("settings.ca_file")) from None
        return value

    @field_validator("linkbot_bind")
    @classmethod
    def _own_address(cls, value: str) -> str:
        try:
            return str(ip_address("127.0.0.1" if value == "localhost" else value))
        except ValueError:
            raise _WrongError(sentence("settings.own_address")) from None

    @field_validator("linkbot_language")
    @classmethod
    def _known_language(cls, value: str) -> str:
        if value.casefold() not in LANGUAGES:
            raise _WrongError(sentence("settings.one_of", names=", ".join(LANGUAGES)))
        return value.casefold()

    @field_validator("linkbot_may_link", "linkbot_may_undo", "linkbot_may_create", "linkbot_may_set")
    @classmethod
    def _people(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(PERSON_OR_GROUP.fullmatch(one) for one in value):
            raise _WrongError(sentence("settings.people"))
        return value

    @field_validator("linkbot_channels", "linkbot_private_channels")
    @classmethod
    def _channels(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(CHANNEL.fullmatch(one) for one in value):
            raise _WrongError(sentence("settings.channels"))
        return value

    @field_validator("linkbot_never")
    @classmethod
    def _never(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """How entries are read: `bot.mail.never`."""
        if not all(NEVER.fullmatch(one) for one in value):
            raise _WrongError(sentence("settings.never"))
        return value

    @field_validator("linkbot_admin_channel")
    @classmethod
    def _channel(cls, value: str) -> str:
        if value and not CHANNEL.fullmatch(value):
            raise _WrongError(sentence("settings.channel"))
        return value

    @field_validator("linkbot_phone_region")
    @classmethod
    def _known_region(cls, value: str) -> str:
        if value not in SUPPORTED_REGIONS:
            raise _WrongError(sentence("settings.country"))
        return value

    @field_validator("linkbot_log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in LOG_LEVELS:
            raise _WrongError(sentence("settings.one_of", names=", ".join(LOG_LEVELS)))
        return value.upper()

    @field_validator("zoho_api_version")
    @classmethod
    def _known_version(cls, value: str) -> str:
        if value not in ("v7", "v8"):
            raise _WrongError(sentence("settings.zoho_version"))
        return value

    @field_validator("zoho_creates")
    @classmethod
    def _known_kind(cls, value: str) -> str:
        if value not in ("Contacts", "Leads"):
            raise _WrongError(sentence("settings.zoho_creates"))
        return value

    @field_validator("zoho_dc")
    @classmethod
    def _known_data_centre(cls, value: str) -> str:
        if value.lower().removeprefix(".") not in (*ZOHO_DATA_CENTRES, "us", "au", "cn"):
            raise _WrongError(sentence("settings.one_of", names=", ".join(ZOHO_DATA_CENTRES)))
        return value

    @field_validator("zoho_modules")
    @classmethod
    def _modules(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(MODULE.fullmatch(name) for name in value):
            raise _WrongError(sentence("settings.modules"))
        if any(name.startswith("-") and name[1:] not in ZOHO_STANDARD_MODULES for name in value):
            raise _WrongError(sentence("settings.leave_out", names=", ".join(ZOHO_STANDARD_MODULES)))
        return value

    @field_validator("crm")
    @classmethod
    def _known_vendors(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or set(value) - set(VENDORS):
            raise _WrongError(sentence("settings.crm", names=", ".join(VENDORS)))
        return tuple(dict.fromkeys(value))

    @property
    def socket_mode(self) -> bool:
        return bool(self.slack_app_token.get_secret_value())

    @property
    def several_workspaces(self) -> bool:
        """Whether workspaces install the app by OAuth, and these are the settings of them all."""
        return bool(self.slack_client_id) and not self.linkbot_workspace

    def missing_for_several(self) -> list[Value]:
        """The names of settings without which no workspace can install the app."""
        wanted = {
            "SLACK_CLIENT_SECRET": self.slack_client_secret.get_secret_value(),
            "SLACK_SIGNING_SECRET": self.slack_signing_secret.get_secret_value(),
        }
        return [name for name, value in wanted.items() if not value] + self.missing_key()

    def missing(self) -> list[Value]:
        """The names of settings without which the bot cannot run, in the order in which to set them."""
        wanted: dict[Value, str] = {"SLACK_BOT_TOKEN": self.slack_bot_token.get_secret_value()}
        if not self.socket_mode:
            wanted[sentence("settings.slack_way_in")] = self.slack_signing_secret.get_secret_value()
        return [name for name, value in (wanted | self._wanted_by_crm()).items() if not value] + self.missing_key()

    def missing_key(self) -> list[Value]:
        return [] if self.linkbot_secret_key.get_secret_value() else ["LINKBOT_SECRET_KEY"]

    def missing_for_crm(self) -> list[Value]:
        """The names of settings without which no CRM can be reached."""
        return [name for name, value in self._wanted_by_crm().items() if not value]

    def _wanted_by_crm(self) -> dict[Value, str]:
        wanted: dict[Value, str] = {}
        if "onoffice" in self.crm:
            wanted["ONOFFICE_TOKEN"] = self.onoffice_token.get_secret_value()
            wanted["ONOFFICE_SECRET"] = self.onoffice_secret.get_secret_value()
        if "zoho" in self.crm:
            wanted["ZOHO_CLIENT_ID"] = self.zoho_client_id
            wanted["ZOHO_CLIENT_SECRET"] = self.zoho_client_secret.get_secret_value()
            wanted["ZOHO_REFRESH_TOKEN"] = self.zoho_refresh_token.get_secret_value()
        if "csv" in self.crm:
            wanted["CSV_FILES"] = ",".join(self.csv_files)
        return wanted


def load(
    environment: Mapping[str, str] | None = None,
    env_file: Path | None = Path(".env"),
    answers: Mapping[str, str] | None = None,
    workspace: str | None = None,
) -> Settings:
    """Settings from the environment (by default the process's own), over those of a `.env` file, and under `answers`
    that a person gives. With a `workspace` (by default the one that LINKBOT_WORKSPACE names; "" for none) those of this
    one of several.

    For each NAME a file named by NAME_FILE is read where NAME itself is not set. Raises SettingsError.
    """
    source: dict[str, str] = {}
    if env_file is not None and env_file.exists():
        source |= _read_env_file(env_file)
    source |= dict(os.environ if environment is None else environment)
    if team := source.get("LINKBOT_WORKSPACE") if workspace is None else workspace:
        source = _of_workspace(source, team)
    else:
        source.pop("LINKBOT_WORKSPACE", None)
    source |= dict(answers or {})
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
        wrong = [sentence("settings.wrong", name=str(e["loc"][0]).upper(), why=_why(e)) for e in error.errors()]
        listed = enumerated(wrong, by="enumerated.semicolon")
        raise SettingsError(sentence("settings.all_wrong", settings=listed)) from None


def _of_workspace(source: Mapping[str, str], team: str) -> dict[str, str]:
    if not TEAM.fullmatch(team):
        raise SettingsError(sentence("settings.workspace"))
    key = source.get("LINKBOT_SECRET_KEY") or ""
    if not key and source.get("LINKBOT_SECRET_KEY_FILE"):
        key = _read_secret("LINKBOT_SECRET_KEY", Path(source["LINKBOT_SECRET_KEY_FILE"]))
    file = folder_of(source, team) / ENV_FILE
    found = of_workspace(source, _read_env_file(file) if file.exists() else {}, team, key)
    if found.get("DATABASE_URL") == source.get("DATABASE_URL"):
        raise SettingsError(sentence("settings.own_database", file=str(file)))
    return found


def own_env_file() -> Path:
    """The file in which these settings stand: of one of several workspaces its own."""
    source = {**(_read_env_file(Path(ENV_FILE)) if Path(ENV_FILE).exists() else {}), **os.environ}
    team = source.get("LINKBOT_WORKSPACE", "")
    return folder_of(source, team) / ENV_FILE if team else Path(ENV_FILE)


def choose_workspace(team: str) -> None:
    """From here on this process and those that it starts work for one of several workspaces. Raises SettingsError."""
    if not TEAM.fullmatch(team):
        raise SettingsError(sentence("settings.workspace"))
    os.environ["LINKBOT_WORKSPACE"] = team
    # Bolt takes these from the environment by itself, and would then look for installations of its own.
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        os.environ.pop(name, None)


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


def _why(error: ErrorDetails) -> Sentence:
    """What is wrong with a setting, without its value."""
    context = error.get("ctx", {})
    if isinstance(own := context.get("error"), _WrongError):
        return own.message
    kind = error["type"]
    if kind in _LIMITED:
        return sentence(_LIMITED[kind], limit=context[_LIMITS[kind]])
    return sentence(_KINDS[kind]) if kind in _KINDS else plain(error["msg"])


def _read_env_file(path: Path) -> dict[str, str]:
    try:
        return {name: value for name, value in dotenv_values(path).items() if value is not None}
    except OSError as error:
        raise SettingsError(sentence("settings.cannot_read", file=str(path), reason=str(error.strerror))) from None
    except UnicodeDecodeError:
        raise SettingsError(sentence("settings.no_text", file=str(path))) from None


def _read_secret(name: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise SettingsError(sentence("settings.secret_unreadable", name=name, reason=str(error.strerror))) from None
    except UnicodeDecodeError:
        raise SettingsError(sentence("settings.secret_no_text", name=name)) from None
