"""What `linkbot doctor` says about Zoho's errors."""

from __future__ import annotations

import pytest

from bot.crm.port import CRMError
from bot.crm.zoho import Zoho, errors
from bot.crm.zoho.advice import CONNECT, failed
from bot.crm.zoho.checks import ACCESS
from bot.crm.zoho.errors import Fault
from bot.language import plain
from tests.crm.outside import Outside
from tests.crm.third_person import speaks_to_whoever_set_it_up
from tests.crm.zoho.world import config
from tests.saying import english


@pytest.mark.parametrize("code", sorted({rule.code for rule in errors.rules()} | {"SOMETHING_NEW"}))
def test_every_code_is_said_to_whoever_set_it_up(code: str) -> None:
    check = failed(ACCESS, errors.error(Fault(code)))
    assert not check.ok
    assert speaks_to_whoever_set_it_up(check, code), check


def test_an_address_without_zoho_names_the_settings() -> None:
    check = failed(ACCESS, CRMError(plain("There is none (404)."), permanent=True, code="404"))
    assert "ZOHO_API_URL" in english(check.remedy)


def test_what_is_missing_is_said_once(outside: Outside) -> None:
    outside.post("zoho/connection", {"scopes": ["ZohoCRM.modules.contacts.READ", "ZohoCRM.settings.ALL"]})
    wrong = [check for check in Zoho(config(outside)).checks() if not check.ok]
    assert len(wrong) > 3
    assert [english(check.name) for check in wrong if check.remedy == CONNECT] == ["Zoho CRM permissions"]
