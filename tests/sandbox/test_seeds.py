"""The invented world is what the other tests and the demo rely on, and nobody in it is real."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.onoffice.fields import CONTACT_KINDS, fields
from sandbox.seeds import World
from sandbox.vendors import MAILBOXES
from sandbox.zoho.modules import modules

NOW = datetime(2026, 3, 18, 8, 0, tzinfo=UTC).timestamp()
SEEDS = Path(__file__).parents[2] / "sandbox" / "seeds"
INVENTED = re.compile(r"@(?:[\w-]+\.)*(?:example\.(?:com|de|org|net)|[\w-]+\.example)$")


@pytest.fixture(scope="module")
def world() -> World:
    return World(NOW)


def originals(world: World) -> dict[str, Message]:
    return {mail.id: message_from_bytes(mail.raw, policy=default) for mail in world.mails()}


def test_everybody_lives_at_an_example_domain() -> None:
    for file in SEEDS.rglob("*"):
        if file.suffix in (".json", ".eml"):
            text = file.read_text(encoding="utf-8")
            for address in re.findall(r"(?<![<\w.+$=-])[\w.+-]+@[\w.-]+\w", text):
                assert INVENTED.search(address), (file.name, address)


def test_the_people_that_are_named(world: World) -> None:
    office = world.onoffice()
    people = {row["id"]: row for row in office["addresses"]}
    estates = {row["id"]: row for row in office["estates"]}
    assert (len(people), len(estates)) == (200, 60)
    assert people[601]["email"][0] == "max.mustermann@example.de"
    assert people[601]["Ort"] != "Berlin"
    assert (people[523]["Vorname"], people[523]["Name"]) == ("Erika", "Hausmann")
    hero = estates[2649]
    assert (hero["objektnr_extern"], hero["strasse"], hero["hausnummer"]) == ("NL-2649", "Lindenstraße", "12")
    assert (hero["plz"], hero["ort"], hero["owners"]) == ("12345", "Berlin", [523])
    assert [row["Vorname"] for row in people.values() if row.get("Name") == "Müller"] == ["Stefan", "Stefanie"]
    towns = {(row["strasse"], row.get("hausnummer"), row["ort"]) for row in estates.values()}
    assert {("Lindenstraße", "12", "Berlin"), ("Lindenstraße", "12", "Potsdam")} <= towns
    assert any("GmbH" in row.get("Zusatz1", "") for row in people.values())


def test_every_field_and_relation_exists(world: World) -> None:
    office = world.onoffice()
    ids = {row["id"] for row in office["addresses"]}
    for row in office["addresses"]:
        assert set(row) <= {"id", *fields("address"), *CONTACT_KINDS}
    for row in office["estates"]:
        assert set(row) <= {"id", "owners", "interested", *fields("estate")}
        assert {*row.get("owners", []), *row.get("interested", [])} <= ids
        assert row["objektnr_extern"] == f"NL-{row['id']}"
    addresses = [address for row in office["addresses"] for address in row.get("email", [])]
    assert len(addresses) == len(set(addresses))


def test_the_sales_side(world: World) -> None:
    zoho = world.zoho()
    counts = {name: len(rows) for name, rows in zoho.items()}
    assert (counts["Contacts"], counts["Accounts"], counts["Deals"]) == (60, 30, 40)
    ids = {name: {row["id"] for row in rows} for name, rows in zoho.items()}
    for name, rows in zoho.items():
        if name == "users":
            continue
        module = modules()[name]
        assert len(ids[name]) == counts[name]
        for row in rows:
            assert len(row["id"]) == 19
            assert set(row) <= {"id", *module.fields}
            assert row["Owner"] in ids["users"]
            for field in module.of_type("lookup"):
                target = module.fields[field][2] or ""
                assert row.get(field) is None or row[field] in ids[target]
    assert {f"{row['First_Name']} {row['Last_Name']}" for row in zoho["Contacts"]} >= {"Emily Carter", "Emily Karter"}
    assert "Brightwater - office fit-out" in {row["Deal_Name"] for row in zoho["Deals"]}


def test_where_the_mails_lie(world: World) -> None:
    folders = {(account.identity, folder) for account in MAILBOXES for folder in ("INBOX", *account.folders)}
    mails = world.mails()
    assert len(mails) == 12
    places = {mail.id: (mail.identity, mail.folder) for mail in mails if mail.identity}
    assert set(places.values()) <= folders
    assert {folder for _, folder in places.values()} >= {"INBOX", "Archiv", "Anfragen & Büro"}
    assert "finance-brandt" not in places  # the one that no mailbox has
    ids = [str(message["Message-ID"]) for message in originals(world).values()]
    assert len(set(ids)) == 12
    assert all(re.fullmatch(r"<[^<>\s]+@[\w.-]+>", id_) for id_ in ids)


def test_a_forward_tells_of_its_original_as_its_mail_program_does(world: World) -> None:
    mails = originals(world)
    for forward in world.forwards():
        mail, original = forward["mail"], mails[forward["id"]]
        assert str(original["Subject"]) in mail["subject"]
        sender = getaddresses([str(original["From"])])[0][1]
        assert sender in mail["from"] + mail["text"]
        assert "$" not in re.sub(r"<[^>]*>", "", mail["text"])
        if "in_reply_to" in mail:
            assert mail["in_reply_to"] == str(original["Message-ID"])
        else:
            apple_or_direct = ("Anfang der weitergeleiteten", "Begin forwarded message", original["Subject"])
            assert any(mark in mail["text"] + mail["subject"] for mark in apple_or_direct)
    assert {forward["language"] for forward in world.forwards()} == {"de", "en"}
    assert sum("html" in forward["mail"] for forward in world.forwards()) >= 2
    assert any(forward["mail"].get("attachments") for forward in world.forwards())
    json.dumps(world.forwards())


def test_dates_in_the_forward_are_those_of_the_original(world: World) -> None:
    texts = {forward["id"]: forward["mail"]["text"] for forward in world.forwards()}
    assert "Gesendet: Dienstag, 17. März 2026 09:14" in texts["viewing-lindenstrasse"]
    assert "Date: Tue, 17 Mar 2026 at 10:02" in texts["quote-brightwater"]
    assert "Datum: 15. März 2026 um 08:05:32 MEZ" in texts["keys-hausmann"]
    assert "Am 16.03.26, 21:37 schrieb" in texts["finance-brandt"]
    assert str(originals(world)["viewing-lindenstrasse"]["Date"]) == "Tue, 17 Mar 2026 09:14:32 +0100"


@given(st.datetimes(datetime(2025, 1, 1), datetime(2035, 1, 1)))  # noqa: DTZ001 - hypothesis wants them so
@settings(max_examples=25)
def test_nothing_lies_in_the_future_and_the_mails_are_fresh(moment: datetime) -> None:
    now = moment.replace(tzinfo=UTC)
    world = World(now.timestamp())
    for mail in world.mails():
        date = parsedate_to_datetime(str(message_from_bytes(mail.raw)["Date"]))
        assert timedelta(0) < now - date < timedelta(days=8)
    for rows in world.zoho().values():
        assert all(datetime.fromisoformat(row["Modified_Time"]) < now for row in rows if "Modified_Time" in row)


def test_the_same_moment_gives_the_same_world() -> None:
    one, other = World(NOW), World(NOW)
    assert one.onoffice() == other.onoffice()
    assert one.zoho() == other.zoho()
    assert [mail.raw for mail in one.mails()] == [mail.raw for mail in other.mails()]
    assert one.forwards() == other.forwards()
