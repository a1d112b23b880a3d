"""The `linkbot` command, against the sandbox."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.journeys.modes import over_the_socket
from tests.journeys.world import ANNA, INFO, World, german_mail

# The command is the same whichever way Slack reaches the bot.
pytestmark = over_the_socket


@pytest.fixture
def mail_file(tmp_path: Path) -> Path:
    path = tmp_path / "mail.eml"
    path.write_text(german_mail().raw(), "utf-8")
    return path


def test_doctor_finds_everything_in_order(world: World) -> None:
    said = world.linkbot("doctor")
    for name in ("Settings", "Database", "Slack", "Slack scopes", "Directory", f"Mailbox {INFO}", "onOffice", "Zoho"):
        assert f"✓ {name}" in said, said
    assert "✗" not in said


def test_codes_are_said_to_whoever_asks_for_them(world: World) -> None:
    kept = world.environment["ONOFFICE_SECRET"]
    world.environment["ONOFFICE_SECRET"] = "0" * 64
    try:
        assert "onOffice access: code 137" in world.linkbot("doctor", "--verbose", status=1)
        told = world.linkbot("sync", status=1)
    finally:
        world.environment["ONOFFICE_SECRET"] = kept
    assert "onOffice could not be read." in told and "→ Copy both from onOffice" in told
    assert "Zoho CRM: read " in told, "the other CRM is read all the same"


def test_doctor_says_how_to_mend(world: World) -> None:
    kept = world.environment["ONOFFICE_SECRET"]
    world.environment["ONOFFICE_SECRET"] = "0" * 64
    try:
        said = world.linkbot("doctor", status=1)
    finally:
        world.environment["ONOFFICE_SECRET"] = kept
    assert "✗ onOffice access: the token or the secret is not accepted" in said and "→" in said
    assert kept not in said
    assert "137" not in said


def test_a_dry_run_shows_the_request_and_sends_none(world: World, tmp_path: Path) -> None:
    mail = german_mail()
    world.lay(mail)
    file = tmp_path / "mail.eml"
    file.write_text(mail.raw(), "utf-8")
    before = world.counter("onoffice.emailassignments")
    said = world.linkbot("link", str(file), "--dry-run")
    request = json.loads(said[said.index("{\n") :])
    (action,) = request["request"]["actions"]
    assert action["resourcetype"] == "emailassignments"
    parameters = action["parameters"]
    assert parameters["messageid"] == mail.message_id
    assert parameters["emailidentity"] == INFO and parameters["folder"] == "INBOX"
    assert parameters["addressIds"] == [601] and parameters["estateid"] == 2649
    assert "hmac" not in action and "token" not in request
    assert world.counter("onoffice.emailassignments") == before


def test_a_link_without_a_person_is_refused(world: World, mail_file: Path) -> None:
    assert "--dry-run" in world.linkbot("link", str(mail_file), status=1)


def test_parse_shows_the_mail_as_json(world: World, mail_file: Path) -> None:
    told = json.loads(world.linkbot("parse", str(mail_file)))
    assert told["from"]["address"] == "max.mustermann@example.de"
    assert "cannot be read" in world.linkbot("parse", str(mail_file.with_name("absent.eml")), status=1)


def test_parse_refuses_lines_that_are_no_cases(world: World) -> None:
    case = {"id": 1, "subject": "Haus", "text": "Hallo"}
    assert json.loads(world.linkbot("parse", "--jsonl", given=json.dumps(case)))["id"] == 1
    said = world.linkbot("parse", "--jsonl", given='{"a": 1}', status=1)
    assert "Line 1 is not a JSON object with id, subject and text." in said


def test_mailboxes_are_listed_checked_and_forgotten(world: World) -> None:
    assert INFO in world.linkbot("mailbox", "list")
    assert "Anfragen & Büro" in world.linkbot("mailbox", "check", INFO)
    server = world.control.get("/_control/environment").json()["imap"]
    where = ["--host", server["host"], "--port", str(server["port"]), "--tls", "none", "--password-stdin"]
    refused = world.linkbot("mailbox", "add", "spare@nordlicht.example", *where, given="wrong", status=1)
    assert (
        "Nothing was stored" in refused
        and refused.count("password") == 1
        and "wrong" not in refused.replace("wrong password", "")
    )
    assert "spare@" not in world.linkbot("mailbox", "list")
    user = ["--user", INFO]
    world.linkbot("mailbox", "add", "spare@nordlicht.example", *where, *user, given="sandbox-mail")
    assert "sandbox-mail" not in world.linkbot("mailbox", "list")
    world.linkbot("mailbox", "remove", "spare@nordlicht.example")
    assert "There is no mailbox" in world.linkbot("mailbox", "remove", "spare@nordlicht.example", status=1)


def test_a_mailbox_without_its_folder_is_not_in_order(world: World) -> None:
    server = world.control.get("/_control/environment").json()["imap"]
    name = "spare@nordlicht.example"
    where = ["--host", server["host"], "--port", str(server["port"]), "--tls", "none", "--user", INFO]
    add = ["mailbox", "add", name, *where, "--folder", "Gibtsnicht", "--password-stdin"]
    refused = world.linkbot(*add, given="sandbox-mail", status=1)
    assert "no folder Gibtsnicht. It has: INBOX" in refused and "Nothing was stored" in refused
    world.linkbot(*add, "--no-check", given="sandbox-mail")
    try:
        assert "no folder Gibtsnicht" in world.linkbot("mailbox", "check", name, status=1)
        assert f"✗ Mailbox {name}" in world.linkbot("doctor", status=1)
    finally:
        world.linkbot("mailbox", "remove", name)


def test_sync_reads_only_what_changed(world: World) -> None:
    made = world.call("onoffice/address", fields={"Vorname": "Wilma", "Name": "Wandel"})
    assert "onOffice: read changes:" in world.sync()
    everything = world.linkbot("sync", "--full")
    assert "onOffice: read everything:" in everything
    world.call("onoffice/address", id=made["id"], delete=True)
    assert "1 vanished" in world.sync("--full")


def test_the_command_says_what_is_not_set(world: World, tmp_path: Path) -> None:
    kept = dict(world.environment)
    world.environment = {"DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}
    try:
        said = world.linkbot("run", status=1)
    finally:
        world.environment = kept
    assert "SLACK_BOT_TOKEN" in said and "LINKBOT_SECRET_KEY" in said and ".env" in said


def test_the_log_is_exported_and_a_person_purged(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    world.press(world.card(ts, "I would link it to"), "Link")
    world.card(ts, "Linked by")
    rows = [json.loads(line) for line in world.linkbot("log", "export", "--format", "jsonl").splitlines()]
    mine = [row for row in rows if row["message_id"] == mail.message_id]
    assert [(row["record_name"], row["linked_by"], row["verified"]) for row in mine] == [
        ("Max Mustermann", ANNA, True),
        ("Altbauwohnung am Lindenpark", ANNA, True),
    ]
    listed = world.linkbot("log", "list", "--last", "2").splitlines()
    assert [line.split(", ", 2)[1:] for line in listed] == [
        ["Max Mustermann (onoffice address 601)", f"linked by {ANNA}, verified"],
        ["Altbauwohnung am Lindenpark (onoffice estate 2649)", f"linked by {ANNA}, verified"],
    ]
    why = world.linkbot("log", "why", listed[0].partition(":")[0])
    assert "chosen it beforehand: number 1 of" in why and "+ the mail has the record's e-mail address" in why
    assert "There is no link with the number 9x" in world.linkbot("log", "why", "9x", status=1)
    stats = world.linkbot("stats", "--weeks", "1")
    assert "onoffice: " in stats and "Together" in stats
    table = world.linkbot("log", "export")
    assert table.splitlines()[0].startswith("linked_at,linked_by,team")
    assert mail.message_id in table
    said = world.linkbot("purge", "--person", "max.mustermann@example.de")
    assert "Removed: text, subject and sender" in said and "in the log" not in said and "of the log" in said
    assert "Max Mustermann" not in world.linkbot("log", "export")
    assert "Nothing is kept" in world.linkbot("purge", "--person", "niemand@example.de")
    assert "csv or jsonl" in world.linkbot("log", "export", "--format", "xml", status=1)
