"""What doctor says of creating: whether the unique field is there, is missing, or cannot be told."""

from __future__ import annotations

from typing import Any

import pytest

from bot.crm.zoho import Zoho
from bot.crm.zoho.scopes import SCOPES
from tests.crm.outside import Outside
from tests.saying import english


@pytest.mark.parametrize(
    ("rules", "scopes", "fine", "words"),
    [
        ({"own": ["Linkbot_Ref"]}, SCOPES, True, "each creation has a unique name (Linkbot_Ref)"),
        ({}, SCOPES, True, "without a unique field Linkbot_Ref"),
        ({}, [one for one in SCOPES if "settings.fields" not in one], False, "a permission is missing"),
    ],
    ids=["there", "missing", "no right to see"],
)
def test_the_unique_field(
    crm: Zoho, outside: Outside, rules: dict[str, Any], scopes: list[str], fine: bool, words: str
) -> None:
    outside.post("zoho/rules", rules)
    outside.post("zoho/connection", {"scopes": list(scopes)})
    (line,) = [one for one in crm.checks() if english(one.name) == "Zoho CRM creating"]
    assert words in english(line.detail)
    assert line.ok is fine, "without the right to see fields nothing can be created"
