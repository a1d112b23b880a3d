"""The sandbox's world as matching sees it: the CRMs' records over their connectors, and the dozen mails."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import getaddresses
from pathlib import Path
from typing import Any

import httpx

from bot.crm.onoffice import OnOffice, OnOfficeConfig
from bot.crm.port import CRM
from bot.crm.zoho import Zoho, ZohoConfig
from bot.intake import words_of
from bot.mail import read_eml, read_slack_file
from bot.matching import MailWords, Matcher
from sandbox.seeds import World

ROOT = Path(__file__).parents[2]


def matcher() -> Matcher:
    """A matcher over all records and own people that the two stand-ins hold."""
    with _sandbox() as env:
        crms: list[CRM] = [
            OnOffice(OnOfficeConfig(env["ONOFFICE_TOKEN"], env["ONOFFICE_SECRET"], env["ONOFFICE_API_URL"])),
            Zoho(
                ZohoConfig(
                    env["ZOHO_CLIENT_ID"],
                    env["ZOHO_CLIENT_SECRET"],
                    env["ZOHO_REFRESH_TOKEN"],
                    accounts_url=env["ZOHO_ACCOUNTS_URL"],
                    api_url=env["ZOHO_API_URL"],
                )
            ),
        ]
        records = [record for crm in crms for page in crm.changes(None) for record in page.records]
        staff = {text for crm in crms for one in crm.staff() for text in (one.address, one.name) if text}
    return Matcher(records, sorted(staff))


@contextmanager
def _sandbox() -> Iterator[Mapping[str, str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "ready" in line, f"the sandbox did not start: {line}"
        url = line.split()[-1].rstrip("/")
        env: Mapping[str, str] = httpx.get(f"{url}/_control/environment", timeout=20).json()["env"]
        yield env
    finally:
        process.terminate()
        process.wait(timeout=10)


def forwarded() -> dict[str, MailWords]:
    """The mails as colleagues forward them to Slack, by id."""
    return {
        one["id"]: words_of(read_slack_file(_file(one["mail"]), one["mail"].get("html"))) for one in _world().forwards()
    }


def originals() -> dict[str, MailWords]:
    """The mails as they lie in a mailbox, by id."""
    return {one.id: words_of(read_eml(one.raw)) for one in _world().mails()}


def _world() -> World:
    return World(time.time())


def _file(mail: Mapping[str, Any]) -> Mapping[str, Any]:
    """The file object that Slack makes of a mail."""
    people = {
        key: [{"address": address, "name": name} for name, address in getaddresses(_listed(mail.get(key)))]
        for key in ("from", "to", "cc")
    }
    headers = {"message_id": mail.get("message_id"), "in_reply_to": mail.get("in_reply_to")}
    return {"mode": "email", **people, "subject": mail["subject"], "plain_text": mail["text"], "headers": headers}


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])
