"""What the form offers is what the CRM can do with such a record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.creation import Sheet
from bot.language import words
from bot.proposals import link_ref
from bot.proposals.creations import unknown_people
from bot.records import Category
from commands.cards.create import missing_in
from commands.cards.create_window import WHO, window
from tests.bot.bench import LINDEN, MAX
from tests.bot.creation.bench import CreationBench, bench


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


NAMED = ("Jonas Tannhof", "Tannhof Bau GmbH", "wiebke@tannhof.example", "Lindenstr. 12", "NL-2649")


def test_each_person_and_company_that_was_not_found_can_be_created() -> None:
    one = CreationBench((MAX, LINDEN), not_found=NAMED)
    view = one.cards.view(one.proposal)
    assert view.unknown == NAMED[:3]
    assert missing_in(view) == ["onoffice"], "also beside somebody who is known"
    first = sheet_of(one)
    assert first.people == (*NAMED[:3], "Max Mustermann") and first.who == NAMED[0]
    assert (first.draft.given_name, first.draft.family_name, first.draft.email) == ("Jonas", "Tannhof", "")
    assert sheet_of(one, who=NAMED[1]).draft.company == NAMED[1]
    assert sheet_of(one, who=NAMED[2]).draft.email == NAMED[2]
    assert sheet_of(one, who="Max Mustermann").draft.email == "max.mustermann@example.de"
    assert options(window(first, words()), WHO) == list(first.people)


def test_who_is_created_beside_somebody_takes_nobodys_place() -> None:
    one = CreationBench((MAX, LINDEN), not_found=NAMED)
    assert [about.ref for about in sheet_of(one).also] == [MAX.ref, LINDEN.ref]
    assert [about.ref for about in sheet_of(one, who="Max Mustermann").also] == [LINDEN.ref]
    one.press(draft=sheet_of(one).draft, also=[str(MAX.ref), str(LINDEN.ref)])
    assert {link_ref(link) for link in one.links.standing("p1")} == {MAX.ref, LINDEN.ref, one.creator.made[0]}
    assert missing_in(one.cards.view(one.proposal)) == [], "with the link the mail's words are forgotten"


def test_whom_somebody_picked_or_created_is_not_named_again() -> None:
    assert unknown_people(NAMED, ["Dr. Jonas Tannhof", "Somebody Else"]) == NAMED[1:3]


def test_a_mail_that_names_one_person_asks_nobody_who_is_meant() -> None:
    one = CreationBench((LINDEN,), not_found=("Max Mustermann",))
    sheet = sheet_of(one)
    assert sheet.people == ("Max Mustermann",) and sheet.draft.email == "max.mustermann@example.de"
    assert options(window(sheet, words()), WHO) == []


def sheet_of(one: CreationBench, who: str = "") -> Sheet:
    one.onoffice.capabilities = replace(one.onoffice.capabilities, creatable={"address": (Category.PERSON,)})
    sheet = one.creating.sheet("p1", "onoffice", who=who)
    assert sheet is not None
    return sheet


def options(view: dict[str, Any], block_id: str) -> list[str]:
    blocks = [block for block in view["blocks"] if block.get("block_id") == block_id]
    return [option["value"] for block in blocks for option in block["accessory"]["options"]]
