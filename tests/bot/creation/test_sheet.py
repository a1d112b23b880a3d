"""What the form offers is what the CRM can do with such a record."""

from __future__ import annotations

from dataclasses import replace

from bot.records import Category
from tests.bot.bench import LINDEN
from tests.bot.creation.bench import bench


def test_interest_is_offered_only_for_a_record_that_can_have_it() -> None:
    one = bench()
    one.onoffice.capabilities = replace(
        one.onoffice.capabilities,
        creatable={"address": (Category.PERSON,), "lead": (Category.PERSON,)},
        relatable={"address": frozenset({Category.PROPERTY})},
    )
    for kind, offered in (("address", (str(LINDEN.ref),)), ("lead", ())):
        sheet = one.creating.sheet("p1", "onoffice", kind)
        assert sheet is not None
        assert tuple(str(about.ref) for about in sheet.abouts) == offered
        assert sheet.interested == offered
