"""Names and looks at onOffice's stand-in that its tests share."""

from __future__ import annotations

from bot.crm.onoffice import OnOffice
from bot.crm.port import Page
from bot.mail import Mail, MailPlace
from bot.records import Category, Record, RecordRef
from tests.crm.outside import Outside

INFO = "info@nordlicht.example"
MAIL = Mail()
MAX = Record(RecordRef("onoffice", "address", "601"), Category.PERSON, "Max Mustermann")
ERIKA = Record(RecordRef("onoffice", "address", "523"), Category.PERSON, "Erika Hausmann")
FLAT = Record(RecordRef("onoffice", "estate", "2649"), Category.PROPERTY, "Altbauwohnung am Lindenpark")


def other_estate(outside: Outside) -> Record:
    row = next(row for row in outside.state()["onoffice"]["estates"] if str(row["id"]) != FLAT.ref.id)
    return Record(RecordRef("onoffice", "estate", str(row["id"])), Category.PROPERTY, row["objekttitel"])


def links(outside: Outside, place: MailPlace) -> tuple[list[int], int | None]:
    for link in outside.state()["onoffice"]["links"]:
        if link["messageid"] == place.message_id:
            return sorted(link["addressIds"]), link["estateid"]
    return [], None


def run(crm: OnOffice, cursor: str | None) -> list[Page]:
    return list(crm.changes(cursor))


def ids(pages: list[Page]) -> set[RecordRef]:
    return {record.ref for page in pages for record in page.records}
