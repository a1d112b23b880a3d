"""What `linkbot doctor` says about onOffice's errors, and about settings that onOffice can tell to be wrong."""

from __future__ import annotations

import logging

import pytest

from bot.crm.onoffice import OnOffice, OnOfficeConfig, errors
from bot.crm.onoffice.advice import failed
from bot.crm.onoffice.checks import ACCESS as ACCESS_LINE
from bot.crm.port import CRMError
from bot.language import plain
from tests.crm.onoffice.tenant import ACCESS, IDENTITY, Tenant
from tests.crm.third_person import speaks_to_whoever_set_it_up
from tests.saying import Line, english, line

URL = "http://onoffice.example/"


@pytest.mark.parametrize("code", [*sorted(errors.meanings()), 9999])
def test_every_code_is_said_to_whoever_set_it_up(code: int) -> None:
    check = failed(ACCESS_LINE, errors.error(code))
    assert not check.ok
    assert speaks_to_whoever_set_it_up(check, str(code)), check


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (CRMError(plain("There is no onOffice at the address."), permanent=True, code="404"), "ONOFFICE_API_URL"),
        (CRMError(plain("The address is not a web address."), permanent=True, code="url"), "ONOFFICE_API_URL"),
        (CRMError(plain("onOffice can't be reached."), permanent=False, code="ConnectError"), "network"),
    ],
)
def test_what_is_no_error_of_onoffices(error: CRMError, words: str) -> None:
    check = failed(ACCESS_LINE, error)
    assert words in english(check.remedy)
    assert speaks_to_whoever_set_it_up(check, error.code)


def test_the_code_is_in_the_log_for_who_wants_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "bot"):
        failed(ACCESS_LINE, errors.error(137))
    assert "onOffice access: code 137" in caplog.text


def lines(tenant: Tenant, kind: str = "Email", type_: str = "Eingang") -> dict[str, Line]:
    config = OnOfficeConfig(ACCESS.token, ACCESS.secret, URL, activity_kind=kind, activity_type=type_)
    return {check.name: check for check in map(line, OnOffice(config, tenant.transport()).checks())}


@pytest.mark.parametrize(("kind", "type_"), [("Quatsch", "Eingang"), ("Email", "Quatsch")])
def test_a_kind_of_activity_that_is_not_there_is_wrong(kind: str, type_: str) -> None:
    tenant = Tenant((601,), (2649,))
    assert lines(tenant)["onOffice activities"].ok
    wrong = lines(tenant, kind, type_)["onOffice activities"]
    assert not wrong.ok
    assert f"no {kind}, {type_}. There are: " in wrong.detail
    assert "Email: Eingang" in wrong.detail
    assert "ONOFFICE_ACTIVITY_KIND" in wrong.remedy


def test_an_onoffice_that_lists_no_kinds_is_not_wrong() -> None:
    tenant = Tenant((601,), (2649,))
    tenant.refuse["get", "actionkindtypes"] = 25
    assert lines(tenant, "Quatsch")["onOffice activities"].ok


def test_without_access_a_probe_says_so_once() -> None:
    config = OnOfficeConfig(ACCESS.token, "another", URL)
    (check,) = OnOffice(config, Tenant((601,)).transport()).probe()
    assert (english(check.name), check.ok) == ("onOffice access", False)
    assert "ONOFFICE_SECRET" in english(check.remedy)


@pytest.mark.parametrize(("names", "right"), [(("Quatsch",), False), (("INBOX",), True), (("Quatsch", "INBOX"), True)])
def test_an_inbox_that_is_called_otherwise_says_how(names: tuple[str, ...], right: bool) -> None:
    config = OnOfficeConfig(ACCESS.token, ACCESS.secret, URL, inbox_names=names)
    check = OnOffice(config, Tenant((601,)).transport()).check_identity(IDENTITY)
    assert check is not None
    assert check.ok is right
    if not right:
        assert "INBOX" in english(check.detail)
        assert "ONOFFICE_INBOX_NAMES" in english(check.remedy)


def test_a_mailbox_that_is_not_assigned_says_where_to_assign_it() -> None:
    check = Tenant((601,)).bot().check_identity("somebody@elsewhere.example")
    assert check is not None
    assert not check.ok
    assert english(check.remedy).startswith("Assign the mailbox")
