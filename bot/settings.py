"""Every setting, read once from the environment and `.env`. Nothing else in Linkbot reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from bot.language import ENGLISH, SpokenError, Value, enumerated, sentence
from bot.one_workspace import ENV_FILE, FOLDER, TEAM, folder_of, of_workspace
from bot.setting_values import (
    MOST_DAYS,
    MOST_MINUTES,
    CertificateFile,
    Channel,
    Channels,
    Hosts,
    LanguageCode,
    LogLevel,
    Names,
    NeverList,
    OwnAddress,
    People,
    Region,
    Seconds,
    Secret,
    SeveralSeconds,
    TimeZone,
    Vendors,
    WebAddress,
    Word,
    ZohoDataCentre,
    ZohoKind,
    ZohoModules,
    ZohoVersion,
    why,
)

NO_SECRET = SecretStr("")


class SettingsError(SpokenError):
    """A setting is missing or wrong; the message says which and how to mend it."""


class Settings(BaseModel):
    """One frozen, validated object. Field names are the environment's names in lower case."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True, allow_inf_nan=False, str_strip_whitespace=True)

    slack_bot_token: Secret = NO_SECRET
    slack_app_token: Secret = NO_SECRET
    slack_signing_secret: Secret = NO_SECRET
    slack_client_id: Word = ""
    slack_client_secret: Secret = NO_SECRET
    slack_api_url: WebAddress = "https://slack.com/api/"
    slack_file_hosts: Hosts = ("files.slack.com", "files-origin.slack.com")

    crm: Vendors = ("onoffice",)

    onoffice_token: Secret = NO_SECRET
    onoffice_secret: Secret = NO_SECRET
    onoffice_api_url: WebAddress = "https://api.onoffice.de/api/stable/api.php"
    onoffice_archived: bool = False
    onoffice_single_address: bool = False
    onoffice_inbox_names: Names = Field(default=("INBOX", "Posteingang"), min_length=1)
    onoffice_activity_kind: str = "Email"
    onoffice_activity_type: str = "Eingang"
    onoffice_mandatory_fields: Names = ()

    zoho_client_id: Word = ""
    zoho_client_secret: Secret = NO_SECRET
    zoho_refresh_token: Secret = NO_SECRET
    zoho_dc: ZohoDataCentre = "com"
    zoho_accounts_url: WebAddress = ""
    zoho_api_url: WebAddress = ""
    zoho_api_version: ZohoVersion = "v7"
    zoho_modules: ZohoModules = ()
    zoho_creates: ZohoKind = "Contacts"
    zoho_contact_role: str = ""
    zoho_automations: bool = False

    csv_files: Names = ()
    csv_links: str = "linkbot-links.csv"
    csv_staff: Names = ()

    database_url: str = "sqlite:///linkbot.db"
    linkbot_secret_key: SecretStr = NO_SECRET
    port: int = Field(default=3000, ge=1, le=65535)
    linkbot_bind: OwnAddress = "0.0.0.0"  # noqa: S104 - in a container, whose own address nobody knows

    linkbot_workspaces: str = FOLDER
    # The one that these settings are of, where there are several.
    linkbot_workspace: str = ""

    linkbot_language: LanguageCode = ENGLISH
    linkbot_metrics_token: Secret = NO_SECRET
    linkbot_metrics_port: int = Field(default=0, ge=0, le=65535)
    linkbot_may_link: People = ()
    linkbot_may_undo: People = ()
    linkbot_may_create: People = ()
    linkbot_may_set: People = ()
    linkbot_channels: Channels = ()
    linkbot_admin_channel: Channel = ""
    linkbot_private_channels: Channels = ()
    linkbot_never: NeverList = ()

    linkbot_phone_region: Region = "DE"
    linkbot_time_zone: TimeZone = ZoneInfo("Europe/Berlin")
    linkbot_tick_probability: float = Field(default=0.9, ge=0.5, le=1)
    linkbot_tick_lead: float = Field(default=1.25, ge=0, le=100)
    linkbot_index_folder: str = ""
    linkbot_sync_minutes: float = Field(default=15.0, gt=0, le=MOST_MINUTES)
    linkbot_morning_hour: int = Field(default=8, ge=0, le=23)
    linkbot_together_seconds: float = Field(default=10.0, ge=0, le=600)
    linkbot_keep_days: float = Field(default=30.0, gt=0, le=MOST_DAYS)
    linkbot_log_names_days: float = Field(default=0.0, ge=0, le=MOST_DAYS)
    linkbot_retry_seconds: SeveralSeconds = (1.0, 4.0, 15.0)
    # Behind those: before a mail that could not be read or shown is tried again, the last of them again and again.
    linkbot_later_seconds: SeveralSeconds = (30.0, 60.0, 120.0, 300.0, 900.0, 1800.0, 3600.0)
    linkbot_settle_seconds: Seconds = 2.0
    linkbot_people_seconds: Seconds = 300.0
    linkbot_vendor_timeout: float = Field(default=30.0, gt=0, le=600)
    linkbot_log_level: LogLevel = "INFO"
    linkbot_ca_file: CertificateFile = ""

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
        wrong = [sentence("settings.wrong", name=str(e["loc"][0]).upper(), why=why(e)) for e in error.errors()]
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
