"""What the app was granted and what it subscribed to, from its manifest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


class ManifestError(ValueError):
    """The manifest cannot be used; the message says why."""


@dataclass(frozen=True)
class Command:
    name: str
    should_escape: bool


@dataclass(frozen=True)
class Manifest:
    """The bot's scopes, the events it subscribed to, its message shortcuts (callback ids) and its slash commands."""

    scopes: frozenset[str]
    events: frozenset[str]
    shortcuts: frozenset[str]
    commands: tuple[Command, ...]

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read a manifest file in YAML or JSON. Raises ManifestError with a sentence."""
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ManifestError(f"The app manifest {path} cannot be read ({error.strerror}).") from error
        except yaml.YAMLError as error:
            raise ManifestError(f"The app manifest {path} is not YAML.") from error
        if not isinstance(content, dict):
            raise ManifestError(f"The app manifest {path} is not a mapping.")
        return cls.of(content)

    @classmethod
    def of(cls, content: dict[str, Any]) -> Manifest:
        features = content.get("features", {})
        settings = content.get("settings", {})
        return cls(
            scopes=frozenset(content.get("oauth_config", {}).get("scopes", {}).get("bot", [])),
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
            shortcuts=frozenset(
                one["callback_id"] for one in features.get("shortcuts", []) if one.get("type") == "message"
            ),
            commands=tuple(
                Command(one["command"], bool(one.get("should_escape"))) for one in features.get("slash_commands", [])
            ),
        )
