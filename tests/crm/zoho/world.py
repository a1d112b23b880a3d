"""Names and looks at Zoho CRM's stand-in that its tests share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.crm.port import Outcome, Page, Receipt
from bot.crm.zoho import ZohoConfig
from bot.mail import IdSource, Mail, MessageId, Participant
from bot.records import Category, Record, RecordRef
from tests.crm.outside import Outside

BEN = Participant("Ben Okafor", "ben.okafor@nordlicht.example")
ANNA = Participant("Anna Berger", "anna.berger@nordlicht.example")
MAIL = Mail(
    sender=Participant("Emily Carter", "emily.carter@brightwater.example"),
    to=(ANNA,),
    subject="Brightwater office fit-out - revised quote",
    date=datetime.now(UTC) - timedelta(days=1),
    message_ids=(MessageId("<CAF+bright.0421@mail.brightwater.example>", IdSource.OWN),),
    text="Hi, thanks for the quote.",
)


def config(outside: Outside, **more: Any) -> ZohoConfig:
    env = outside.env
    given = {"refresh_token": env["ZOHO_REFRESH_TOKEN"], "timeout": 2, **more}
    urls = {"accounts_url": env["ZOHO_ACCOUNTS_URL"], "api_url": env["ZOHO_API_URL"]}
    return ZohoConfig(env["ZOHO_CLIENT_ID"], env["ZOHO_CLIENT_SECRET"], **{**urls, **given})


def named(seeds: dict[str, list[dict[str, Any]]], module: str, field: str, value: str) -> Record:
    row = next(row for row in seeds[module] if row[field] == value)
    return Record(RecordRef("zoho", module, row["id"]), Category.PERSON, value)


def emails(outside: Outside) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = outside.state()["zoho"]["emails"]
    return found


def outcomes(receipts: Sequence[Receipt]) -> list[Outcome]:
    return [receipt.outcome for receipt in receipts]


def ids(pages: list[Page]) -> set[RecordRef]:
    return {record.ref for page in pages for record in page.records}
