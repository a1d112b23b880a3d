"""Reads the seed files and moves their dates close before now, so that nothing lies in the future."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from string import Template
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.seeds.dates import written

_FOLDER = Path(__file__).parent
_ZONES = {"de": "Europe/Berlin", "en": "Europe/London"}


@dataclass(frozen=True)
class SeedMail:
    """An original mail, and where it lies: nowhere (None) if no mailbox of the office has it."""

    id: str
    identity: str | None
    folder: str | None
    raw: bytes


class World:
    """The seeds as seen at the moment `now` (seconds since the epoch)."""

    def __init__(self, now: float) -> None:
        self._now = datetime.fromtimestamp(now, UTC)

    def onoffice(self) -> dict[str, Any]:
        """`users`, `addresses` and `estates`; times as onOffice writes them, in German wall clock."""
        table = _table("onoffice.json")
        return {
            "users": table["users"],
            "addresses": [self._changed(row, "Aenderung") for row in table["addresses"]],
            "estates": [self._changed(row, "geaendert_am") for row in table["estates"]],
        }

    def zoho(self) -> dict[str, Any]:
        """`users`, and under each module's name its records; times as ISO 8601 with an offset."""
        table = _table("zoho.json")
        modules = {name: [self._modified(row) for row in rows] for name, rows in table.items() if name != "users"}
        return {"users": table["users"], **modules}

    def mails(self) -> list[SeedMail]:
        """The dozen original mails."""
        return [
            SeedMail(seed["id"], seed.get("identity"), seed.get("folder"), self._original(seed))
            for seed in _table("forwards.json")
        ]

    def forwards(self) -> list[dict[str, Any]]:
        """The same mails as colleagues send them to Slack: `id`, `title`, `language`, and `mail`, the arguments of
        `/_control/mail`."""
        return [
            {"id": seed["id"], "title": seed["title"], "language": seed["language"], "mail": self._forward(seed)}
            for seed in _table("forwards.json")
        ]

    def _original(self, seed: Mapping[str, Any]) -> bytes:
        template = (_FOLDER / "mails" / f"{seed['id']}.eml").read_text(encoding="utf-8")
        return Template(template).substitute(self._dates(seed)).encode()

    def _forward(self, seed: Mapping[str, Any]) -> dict[str, Any]:
        dates = self._dates(seed)

        def fill(value: Any) -> Any:
            if isinstance(value, list):
                return [fill(each) for each in value]
            if isinstance(value, dict):
                return {key: fill(each) for key, each in value.items()}
            return Template(value).substitute(dates)

        mail = {key: fill(value) for key, value in seed["mail"].items()}
        return {**mail, **{key: "\n".join(mail[key]) for key in ("text", "html") if key in mail}}

    def _dates(self, seed: Mapping[str, Any]) -> dict[str, str]:
        zone = ZoneInfo(_ZONES[seed["language"]])
        hour, minute = map(int, seed["time"].split(":"))
        day = self._now.astimezone(zone) - timedelta(days=seed["days_ago"])
        return written(day.replace(hour=hour, minute=minute, second=32, microsecond=0))

    def _changed(self, row: Mapping[str, Any], field: str) -> dict[str, Any]:
        when = self._ago(row).astimezone(ZoneInfo(_ZONES["de"])).strftime("%Y-%m-%d %H:%M:%S")
        return {**_without_offsets(row), field: when}

    def _modified(self, row: Mapping[str, Any]) -> dict[str, Any]:
        when = self._ago(row).replace(microsecond=0)
        record = {**_without_offsets(row), "Modified_Time": when.isoformat()}
        record["Created_Time"] = (when - timedelta(days=30)).isoformat()
        if "closing_in_days" in row:
            record["Closing_Date"] = (self._now + timedelta(days=row["closing_in_days"])).date().isoformat()
        return record

    def _ago(self, row: Mapping[str, Any]) -> datetime:
        return self._now - timedelta(days=row["changed_days_ago"])


def _without_offsets(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in ("changed_days_ago", "closing_in_days")}


@cache
def _table(name: str) -> Any:
    return json.loads((_FOLDER / name).read_text(encoding="utf-8"))
