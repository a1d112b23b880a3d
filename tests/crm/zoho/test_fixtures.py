"""Answers in the shapes that Zoho's documents show, from the fixtures beside the code, read by the whole adapter."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from bot.crm.cursor import Cursor
from bot.crm.port import CRMError, Outcome
from bot.crm.zoho import Zoho, ZohoConfig, exchange, mapping
from bot.crm.zoho.associate import path
from bot.crm.zoho.errors import Kind, error, faults
from bot.crm.zoho.querying import listed
from bot.language import plain
from bot.mail import Attachment, IdSource, Mail, MessageId, Participant
from bot.records import Category, Record, RecordRef

FOLDER = files("bot.crm.zoho") / "fixtures"
CONTACT, DEAL = RecordRef("zoho", "Contacts", "4876876000001355087"), RecordRef("zoho", "Deals", "4876876000000333267")
CONFIG = ZohoConfig("1000.CLIENT", "secret", "1000.refresh", data_centre="eu")
EMILY = Record(CONTACT, Category.PERSON, "Emily Großmann")
FIT_OUT = Record(DEAL, Category.DEAL, "Büroausbau", related=(CONTACT,))
MAIL = Mail(
    sender=Participant("Emily Großmann", "emily@brightwater.example"),
    to=(Participant("Ben Okafor", "ben.okafor@nordlicht.example"),),
    cc=(Participant("Clara Nowak", "clara.nowak@nordlicht.example"),),
    bcc=(Participant(None, "archiv@nordlicht.example"),),
    subject="Besichtigung Lindenstraße 12",
    date=datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=1))),
    message_ids=(MessageId("<plan.0421@mail.brightwater.example>", IdSource.OWN),),
    html='<p onclick="x()">Anbei der Plan: <img src="cid:plan@1"></p>',
    attachments=(
        Attachment("Grundriss.pdf", "application/pdf", 4, b"%PDF"),
        Attachment("plan.png", "image/png", 3, b"png", content_id="<plan@1>", inline=True),
    ),
)


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


class Vendor:
    """Answers each call with its fixture, and keeps what was asked."""

    def __init__(self, **other: str) -> None:
        """`other` names another fixture for a call: `emails="emails_without_deal"`."""
        self.asked: list[httpx.Request] = []
        self.answers = {"emails": "emails", "associate_email": "associate_email", **other}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        name = self._fixture(request)
        if name is None:
            return httpx.Response(204)
        body = load(name)
        return httpx.Response(400 if name.startswith("error") else 200, json=body)

    def _fixture(self, request: httpx.Request) -> str | None:
        path, query = request.url.path, request.url.params
        if path.endswith("/oauth/v2/token"):
            return "token_refreshed"
        if path.endswith("/users"):
            return "users_current" if query["type"] == "CurrentUser" else "users"
        if path.endswith(("/org", "/deleted")):
            return "org" if path.endswith("org") else "records_deleted"
        if path.endswith("/files"):
            return "files_inline" if query.get("type") == "inline" else "files_attachment"
        if path.endswith("/associate_email"):
            return self.answers["associate_email"]
        if path.endswith("/link_record"):
            self.answers["emails"] = "emails_without_deal"
            return "link_record"
        if path.endswith(f"{CONTACT.id}/Emails"):
            return self.answers["emails"]
        if path.endswith(("/settings/modules", "/settings/fields")):
            return "settings_modules" if path.endswith("modules") else "settings_fields"
        return None

    def requests(self, ending: str) -> list[httpx.Request]:
        return [request for request in self.asked if request.url.path.endswith(ending)]


def zoho(vendor: Callable[[httpx.Request], httpx.Response]) -> Zoho:
    return Zoho(CONFIG, transport=httpx.MockTransport(vendor), clock=lambda: datetime(2026, 11, 21, tzinfo=UTC))


def test_the_link_call_is_the_documented_one_to_the_letter() -> None:
    vendor = Vendor()
    receipts = zoho(vendor).link(MAIL, None, [EMILY, FIT_OUT], None)
    (call,) = vendor.requests("/associate_email")
    assert json.loads(call.content) == load("associate_email_request")
    assert str(call.url) == f"https://www.zohoapis.eu/crm/v7/{path(CONTACT)}"
    assert call.headers["Authorization"] == "Zoho-oauthtoken 1000.access.one"
    assert [receipt.outcome for receipt in receipts] == [Outcome.LINKED] * 2
    message_id = load("associate_email")["Emails"][0]["details"]["message_id"]
    assert {receipt.vendor_ref for receipt in receipts} == {message_id}


def test_what_was_linked_is_seen_and_the_deal_taken_off_again() -> None:
    vendor = Vendor()
    crm = zoho(vendor)
    receipts = crm.verify(MAIL, None, crm.link(MAIL, None, [EMILY, FIT_OUT], None))
    assert [receipt.verified for receipt in receipts] == [True, True]
    (undone,) = crm.unlink(None, receipts[1:])
    assert (undone.outcome, undone.verified) == (Outcome.UNLINKED, True)
    (call,) = vendor.requests("/link_record")
    assert (call.method, call.url.path.split("/")[2]) == ("DELETE", "v8")
    assert parse_qs(call.url.query.decode()) == {"owner_id": ["4876876000001360002"]}


@pytest.mark.parametrize("name", ["error_scope", "error_token", "error_too_many_requests"])
def test_what_another_try_or_another_access_mends_is_raised(name: str) -> None:
    with pytest.raises(CRMError):
        zoho(Vendor(associate_email=name)).link(MAIL, None, [EMILY], None)


@pytest.mark.parametrize(
    ("name", "code", "kind"),
    [
        ("error_item", "MANDATORY_NOT_FOUND", Kind.OURS),
        ("error_flat", "INVALID_DATA", Kind.PERMANENT),
        ("error_flat_with_place", "INVALID_DATA", Kind.PERMANENT),
        ("error_too_many_mails", "INVALID_DATA", Kind.OURS),
        ("error_duplicate", "DUPLICATE_DATA", Kind.PERMANENT),
        ("error_storage", "STORAGE_SPACE_EXCEEDS", Kind.PERMANENT),
        ("error_module", "INVALID_MODULE", Kind.PERMANENT),
        ("error_scope", "OAUTH_SCOPE_MISMATCH", Kind.CREDENTIALS),
        ("error_token", "INVALID_TOKEN", Kind.CREDENTIALS),
        ("error_too_many_requests", "TOO_MANY_REQUESTS", Kind.RETRY),
        ("files_refused", "FAILURE_IN_ATTACHMENT_HANDLING", Kind.PERMANENT),
        ("files_too_large", "FILE_SIZE_MORE_THAN_ALLOWED_SIZE", Kind.PERMANENT),
        ("token_invalid_code", "INVALID_CODE", Kind.CREDENTIALS),
        ("token_access_denied", "ACCESS_DENIED", Kind.RETRY),
    ],
)
def test_errors_in_all_their_envelopes(name: str, code: str, kind: Kind) -> None:
    (fault,) = faults(load(name))
    found = error(fault)
    assert (found.code, found.kind) == (code, kind)


@pytest.mark.parametrize("name", ["associate_email", "files_inline", "records", "emails", "users", "token_refreshed"])
def test_what_is_no_error_is_none(name: str) -> None:
    assert faults(load(name)) == []


def test_records_of_lists_and_of_queries_are_the_same() -> None:
    known = mapping.fields(load("settings_fields")["fields"])
    assert known.emails == ("Email", "Secondary_Email", "Invoice_Email_X")
    (item,) = load("records")["data"]
    found = mapping.record("Contacts", item, known)
    assert found.emails == ("emily@brightwater.example", "rechnung@brightwater.example")
    assert (found.name, found.company, found.street, found.house_number) == (
        "Emily Großmann",
        "Brightwater Ltd",
        "Königstraße",
        "24",
    )
    assert mapping.record("Contacts", listed(load("coql")["data"][0]), known) == found


def test_what_was_deleted_has_vanished() -> None:
    crm = Zoho(replace(CONFIG, modules=("-Deals",)), transport=httpx.MockTransport(Vendor()))
    last = Cursor(full=True, started=datetime.now(UTC).isoformat(), position="Contacts", done=True)
    gone = [ref for page in crm.changes(last.dump()) for ref in page.vanished]
    assert gone == [replace(CONTACT, id="4876876000001355099"), replace(CONTACT, id="4876876000001355098")]


def test_the_doctor_names_the_company() -> None:
    assert zoho(Vendor()).checks()[0].detail == plain("Nordlicht Immobilien")


def test_a_code_is_exchanged() -> None:
    granted = exchange(
        CONFIG, "1000.code", httpx.MockTransport(lambda _: httpx.Response(200, json=load("token_exchanged")))
    )
    assert (granted.refresh_token, granted.scopes) == ("1000.refresh.two", ())


def test_no_fixture_is_idle() -> None:
    source = (files("tests.crm.zoho") / "test_fixtures.py").read_text(encoding="utf-8")
    idle = {entry.name.removesuffix(".json") for entry in FOLDER.iterdir() if f'"{entry.name[:-5]}"' not in source}
    assert idle == set()
