"""Zoho's own Python client against the Zoho stand-in: what one of them sends, the other understands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.vendors import ZOHO
from tests.needs import leave_out
from tests.sandbox.vendorbox import VendorBox
from tests.sandbox.zoho_calls import ANNA, BEN, CAR_PARK, CARTER, CONTACTS_MODULE, FIT_OUT, KARTER, mail
from tests.sandbox.zoho_sdk.installed import NotToBeHadError, installed

DRIVER = Path(__file__).parent / "zoho_sdk" / "driver.py"
SDK_SECONDS = 60

Drive = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def packages(request: pytest.FixtureRequest) -> Path:
    try:
        return installed(request.config.cache.mkdir("zoho-sdk"))
    except NotToBeHadError as reason:
        leave_out(str(reason))


@pytest.fixture
def drive(box: VendorBox, packages: Path, tmp_path: Path) -> Drive:
    """Run the client through some steps, in a process of its own, signed in anew."""

    def run(*steps: dict[str, Any]) -> list[dict[str, Any]]:
        told = {
            "accounts": f"{box.url}/zoho/accounts",
            "api": f"{box.url}/zoho/api",
            "client_id": ZOHO.id,
            "client_secret": ZOHO.secret,
            "refresh_token": ZOHO.refresh_token,
            "folder": str(tmp_path),
            "steps": steps,
        }
        environment = {**os.environ, "PYTHONPATH": str(packages), "TZ": "Europe/Berlin"}
        done = subprocess.run(
            [sys.executable, str(DRIVER)],
            input=json.dumps(told),
            capture_output=True,
            text=True,
            timeout=SDK_SECONDS,
            env=environment,
            cwd=tmp_path,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        return answers

    return run


def test_it_signs_in_uploads_associates_and_reads(drive: Drive, box: VendorBox, tmp_path: Path) -> None:
    file = tmp_path / "Größe.pdf"
    file.write_bytes(b"%PDF")
    (uploaded,) = drive({"do": "upload", "path": str(file)})
    assert (uploaded["status"], uploaded["type"]) == (200, "ActionWrapper")
    id_ = uploaded["items"][0]["details"]["id"]
    linked = {"id": CARTER, "module": {"api_name": "Contacts", "id": CONTACTS_MODULE}}
    cc = [{"user_name": "Clara", "email": "clara@example.org"}]
    step = {
        "do": "associate",
        "module": "Deals",
        "id": FIT_OUT,
        "mail": mail(attachments=[id_], linked_record=linked, cc=cc),
    }
    done, twice, listed, none = drive(
        step,
        step,
        {"do": "emails", "module": "Deals", "id": FIT_OUT},
        {"do": "emails", "module": "Deals", "id": CAR_PARK},
    )
    assert (done["status"], done["items"][0]["code"]) == (201, "SUCCESS")
    assert (twice["status"], twice["items"][0]["code"]) == (400, "DUPLICATE_DATA")
    (shown,) = listed["items"]
    assert shown["message_id"] == done["items"][0]["details"]["message_id"]
    assert (shown["sent"], shown["has_attachment"], shown["linked_record"]["id"]) == (False, True, int(CARTER))
    assert shown["owner"]["id"] == int(ANNA)
    assert none["status"] == 204
    (kept,) = box.state()["zoho"]["emails"]
    assert kept["attachments"] == ["Größe.pdf"]
    assert kept["date_time"] == "2026-03-04T07:42:12+01:00", "it tells times in its own zone"
    assert box.state()["counters"]["zoho.token"] == 1, "the second process reads the token that the first one kept"


def test_it_reads_records_users_modules_and_coql(drive: Drive) -> None:
    contacts, users, modules, found = drive(
        {"do": "records", "module": "Contacts", "fields": "Full_Name,Email,Account_Name"},
        {"do": "users"},
        {"do": "modules"},
        {"do": "query", "query": "select Email from Contacts where Last_Name = 'Karter'"},
    )
    assert {each["status"] for each in (contacts, users, modules, found)} == {200}
    assert int(CARTER) in [each["id"] for each in contacts["items"]]
    assert [each["id"] for each in users["items"]] == [int(ANNA), int(BEN)]
    assert "Projects_X" in [each["api_name"] for each in modules["items"] if each["generated_type"] == "custom"]
    assert [each["id"] for each in found["items"]] == [int(KARTER)]


def test_it_understands_refusals(drive: Drive) -> None:
    future, file = mail(date_time="2999-01-01T00:00:00+00:00"), mail(attachments=["0" * 64])
    answers = drive(
        {"do": "associate", "module": "Deals", "id": FIT_OUT, "mail": future},
        {"do": "associate", "module": "Deals", "id": FIT_OUT, "mail": file},
        {"do": "associate", "module": "Products", "id": FIT_OUT, "mail": mail()},
    )
    assert {answer["status"] for answer in answers} == {400}
    codes = [answer["items"][0]["code"] for answer in answers]
    assert codes == ["INVALID_DATA", "INVALID_DATA", "INVALID_MODULE"]


def test_it_understands_a_missing_scope(drive: Drive, box: VendorBox) -> None:
    box.control("zoho/connection", scopes=["ZohoCRM.modules.READ", "ZohoCRM.users.READ"])
    (refused,) = drive({"do": "associate", "module": "Deals", "id": FIT_OUT, "mail": mail()})
    assert (refused["status"], refused["items"][0]["code"]) == (401, "OAUTH_SCOPE_MISMATCH")
