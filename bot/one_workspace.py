"""Of an installation for several workspaces: the settings of one of them. Pure; `bot.settings` reads and validates."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from pathlib import Path

FOLDER = "workspaces"
ENV_FILE = ".env"
# An id of Slack's, and no way out of the folder.
TEAM = re.compile(r"T[A-Z0-9]{2,30}")
# What belongs to the app in Slack, to the process and to the machine: one workspace cannot change it.
SHARED = (
    *("SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_API_URL", "SLACK_FILE_HOSTS"),
    *("LINKBOT_SECRET_KEY", "LINKBOT_WORKSPACES", "LINKBOT_METRICS_TOKEN", "LINKBOT_LOG_LEVEL", "LINKBOT_CA_FILE"),
    *("PORT", "LINKBOT_BIND"),
)
# What holds for all unless a workspace says otherwise. Nothing that names a CRM, a person, a channel or a database.
INHERITED = (
    *("LINKBOT_LANGUAGE", "LINKBOT_PHONE_REGION", "LINKBOT_TIME_ZONE", "LINKBOT_SYNC_MINUTES", "LINKBOT_KEEP_DAYS"),
    *("LINKBOT_TICK_PROBABILITY", "LINKBOT_TICK_LEAD", "LINKBOT_LOG_NAMES_DAYS", "LINKBOT_RETRY_SECONDS"),
    *("LINKBOT_LATER_SECONDS", "LINKBOT_SETTLE_SECONDS", "LINKBOT_VENDOR_TIMEOUT"),
)


def folder_of(source: Mapping[str, str], team: str) -> Path:
    """Where a workspace has its settings and its database."""
    return Path(source.get("LINKBOT_WORKSPACES") or FOLDER) / team


def of_workspace(source: Mapping[str, str], own: Mapping[str, str], team: str, key: str) -> dict[str, str]:
    """The settings of the workspace `team`, by name: its `own` ones, those that all share, and of what is left to it
    nothing that could reach another's customers. `source` is what the whole installation has, `key` its secret."""
    found = {name: source[name] for name in _with_files(INHERITED) if source.get(name)}
    found |= {name: value for name, value in own.items() if name not in _with_files(SHARED)}
    found |= {name: source[name] for name in _with_files(SHARED) if source.get(name)}
    if not own.get("DATABASE_URL") and not own.get("DATABASE_URL_FILE"):
        found["DATABASE_URL"] = f"sqlite:///{folder_of(source, team).absolute()}/linkbot.db"
    for name in ("LINKBOT_SECRET_KEY_FILE", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "LINKBOT_METRICS_PORT"):
        found.pop(name, None)  # the token is kept in the installation's database
    return found | {"LINKBOT_WORKSPACE": team, "LINKBOT_SECRET_KEY": own_key(key, team)}


def own_key(key: str, team: str) -> str:
    """A workspace's own secret, from the installation's, whose parts rotate (see `storage.vault`): what was sealed for
    one workspace opens nowhere else. "" where there is none."""
    parts = [part.strip() for part in key.split(",") if part.strip()]
    return ",".join(
        hmac.new(part.encode(), f"linkbot workspace {team}".encode(), hashlib.sha256).hexdigest() for part in parts
    )


def _with_files(names: tuple[str, ...]) -> list[str]:
    return [*names, *(f"{name}_FILE" for name in names)]
