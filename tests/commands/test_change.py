from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.crm.port import Outcome
from bot.records import Category, Record, RecordRef
from bot.surface import FileView, LinkedView, ProposalView
from commands.cards.change import (
    attachments,
    first_select,
    is_looking,
    message_modal,
    modal,
    options,
    picks,
    removals,
    still_linked,
    with_more,
    wrong_select,
)
from commands.ids import MORE, parse_pick_action, pick_action
from commands.mrkdwn import shorten
from sandbox.slack.blockkit import check_options
from tests.commands.shown import HOSTILE, VIEWS, candidate, outcome, say, view
from tests.commands.slack_reads import marked_up, taken_view

MAX = Record(
    RecordRef("onoffice", "address", "601"),
    Category.PERSON,
    "Max Mustermann",
    company="Beispiel GmbH",
    emails=("max@example.de", "privat@example.de"),
    street="Lindenstraße",
    house_number="12",
    postal_code="12345",
    city="Berlin",
)
LINDEN = Record(RecordRef("onoffice", "estate", "2649"), Category.PROPERTY, "Lindenstraße 12", reference="NL-2649")
EMILY = Record(RecordRef("zoho", "Contacts", "41"), Category.PERSON, "Emily Carter")
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
RECORDS = st.builds(
    Record,
    ref=st.builds(
        RecordRef,
        st.sampled_from(["onoffice", "zoho"]),
        st.sampled_from(["address", "Contacts", "x" * 140]),
        st.uuids().map(str),
    ),
    category=st.sampled_from(Category),
    name=HOSTILE,
    company=HOSTILE,
    reference=HOSTILE,
    street=HOSTILE,
    emails=st.lists(HOSTILE, max_size=2).map(tuple),
)


def selects(*chosen: Record, words: str = "") -> dict[str, dict[str, object]]:
    shown = modal(view(), say, chosen, words=words, more=True)
    taken_view(shown)
    return {block["block_id"]: block["element"] for block in shown["blocks"] if block["type"] == "input"}


def test_there_is_a_select_for_each_thing_that_a_crm_can_link() -> None:
    found = selects()
    assert list(found) == [
        "pick.onoffice.person", "pick.onoffice.company", "pick.onoffice.property",
        "pick.zoho.person", "pick.zoho.company", "pick.zoho.deal",
    ]  # fmt: skip
    assert all(element["action_id"] == block_id for block_id, element in found.items())
    assert {element["min_query_length"] for element in found.values()} == {0}


def fields(shown: dict[str, Any]) -> list[str]:
    return [block["block_id"] for block in shown["blocks"] if block.get("block_id", "").startswith("pick.")]


def test_at_first_there_are_the_fields_of_what_the_mail_is_about_and_more_brings_the_rest() -> None:
    about = view(candidates=(candidate(),))
    shown = modal(about, say, [], looking=["onoffice"])
    taken_view(shown)
    assert fields(shown) == ["pick.onoffice.person", "pick.onoffice.company", "pick.onoffice.property"]
    assert is_looking(shown)
    whole = with_more({**shown, "id": "V1", "hash": "1", "state": {"values": {}}}, about, say)
    taken_view(whole)
    assert sorted(fields(whole)) == sorted(fields(modal(about, say, [], more=True)))
    assert MORE not in [block.get("block_id") for block in whole["blocks"]]
    assert whole["private_metadata"] == shown["private_metadata"]


def test_of_a_mail_that_says_nothing_four_fields_are_there() -> None:
    assert fields(modal(view(), say, [])) == [
        "pick.onoffice.person", "pick.onoffice.property", "pick.zoho.person", "pick.zoho.deal",
    ]  # fmt: skip
    unsure = candidate(ref=RecordRef("zoho", "Accounts", "7"), category=Category.COMPANY, picked=False)
    assert fields(modal(view(candidates=(unsure,)), say, [])) == [
        "pick.onoffice.person", "pick.onoffice.property", "pick.zoho.person", "pick.zoho.company",
    ]  # fmt: skip
    assert "pick.zoho.company" in fields(modal(view(), say, [replace(EMILY, category=Category.COMPANY)]))


def test_what_was_linked_wrongly_is_asked_for_and_taken_back() -> None:
    linked = view(outcomes=(outcome(), outcome("2", name="Erika"), outcome("3", ref=RecordRef("zoho", "Deals", "3"))))
    shown = modal(linked, say, [], refile=True)
    taken_view(shown)
    (wrong,) = [block for block in shown["blocks"] if block.get("block_id") == "wrong.onoffice"]
    assert [option["text"]["text"] for option in wrong["element"]["options"]] == ["Max Mustermann", "Erika"]
    assert "initial_options" not in wrong["element"], "of several a person says which"
    assert wrong_select(shown) == "wrong.onoffice" and wrong_select(modal(linked, say, [])) == ""
    (second,) = [one["value"] for one in wrong["element"]["options"]][1:]
    said = {"wrong.onoffice": {"wrong.onoffice": {"selected_options": [{"value": second}]}}}
    assert removals({**shown, "state": {"values": said}}) == [RecordRef("onoffice", "address", "2")]
    assert removals({**shown, "state": {"values": {}}}) == []
    (one,) = [
        b
        for b in modal(view(outcomes=(outcome(),)), say, [], refile=True)["blocks"]
        if "wrong" in str(b.get("block_id"))
    ]
    assert one["element"]["initial_options"] == one["element"]["options"]


@QUICK
@given(VIEWS, st.lists(RECORDS, max_size=12), st.booleans(), st.booleans())
def test_slack_takes_the_window_whatever_it_holds(
    shown: ProposalView, chosen: list[Record], refile: bool, more: bool
) -> None:
    window = modal(shown, say, chosen, refile=refile, more=more)
    taken_view(window)
    taken_view(with_more(window, shown, say))


def test_where_one_can_be_linked_one_can_be_chosen() -> None:
    found = selects()
    assert found["pick.onoffice.property"]["type"] == "external_select"
    assert found["pick.onoffice.person"]["type"] == "multi_external_select"
    assert "max_selected_items" not in found["pick.onoffice.person"]
    three = view(limits={("onoffice", Category.PERSON): 3}, vendors={"onoffice": "onOffice"})
    many = [Record(RecordRef("onoffice", "address", str(n)), Category.PERSON, str(n)) for n in range(5)]
    shown = modal(three, say, many)
    taken_view(shown)
    element = shown["blocks"][1]["element"]
    assert (element["max_selected_items"], len(element["initial_options"])) == (3, 3)


def test_what_the_card_shows_as_picked_is_in_the_selects_already() -> None:
    found = selects(MAX, LINDEN, EMILY)
    assert found["pick.onoffice.person"]["initial_options"] == options([MAX])
    assert found["pick.onoffice.property"]["initial_option"] == options([LINDEN])[0]
    assert found["pick.zoho.person"]["initial_options"] == options([EMILY])
    assert not {"initial_option", "initial_options"} & set(found["pick.zoho.deal"])


def test_the_modal_carries_what_it_is_about() -> None:
    assert json.loads(modal(view(), say, [], words="Max")["private_metadata"]) == {
        "proposal": "p1",
        "seen": 0,
        "words": "Max",
    }


def test_the_modal_says_what_was_searched_for_and_what_cannot_be_undone() -> None:
    shown = modal(view(), say, [], words="Max", named=[MAX])
    assert say("window.searched", words="Max", names=MAX.name) in list(marked_up(shown))
    assert not any("initial_option" in json.dumps(block) for block in shown["blocks"]), "nothing is linked by habit"
    assert say("window.unsure", words="Max") in list(marked_up(modal(view(), say, [], words="Max")))
    assert say("undo.not_all", vendors="Zoho CRM") in list(marked_up(modal(view(), say, [])))
    assert say("undo.not_all", vendors="Zoho CRM") not in list(
        marked_up(modal(view(vendors={"onoffice": "onOffice"}), say, []))
    )


def test_an_option_has_what_tells_it_apart() -> None:
    (option,) = options([MAX])
    assert option["text"]["text"] == "Max Mustermann"
    assert option["description"]["text"] == "Beispiel GmbH · Lindenstraße 12, 12345 Berlin · max@example.de"
    assert RecordRef.parse(option["value"]) == MAX.ref
    (bare,) = options([EMILY])
    assert "description" not in bare


@pytest.mark.parametrize("name", ["", " ", "\u202e", "\x00"])
def test_a_record_without_a_name_is_offered_by_its_number(name: str) -> None:
    (option,) = options([Record(RecordRef("zoho", "Deals", "77"), Category.DEAL, name)])
    assert option["text"]["text"] == "77"


def test_a_reference_that_slack_cannot_carry_back_is_not_offered() -> None:
    assert options([Record(RecordRef("zoho", "Deals", "7" * 150), Category.DEAL, "x"), EMILY]) == options([EMILY])


def test_no_more_options_than_slack_takes() -> None:
    many = [Record(RecordRef("zoho", "Deals", str(n)), Category.DEAL, "x") for n in range(120)]
    assert len(options(many)) == 100


@QUICK
@given(st.lists(RECORDS, max_size=8))
def test_whatever_records_are_offered(records: list[Record]) -> None:
    offered = options(records)
    assert check_options({"options": offered}) == []
    assert [RecordRef.parse(option["value"]) for option in offered] == [
        record.ref for record in records if len(str(record.ref)) <= 150
    ]


@QUICK
@given(st.lists(RECORDS, max_size=6), HOSTILE, HOSTILE, HOSTILE)
def test_whatever_the_modal_is_opened_with(records: list[Record], words: str, sender: str, subject: str) -> None:
    shown = modal(view(sender=sender, subject=subject), say, records, words=words)
    taken_view(shown)
    about = json.loads(shown["private_metadata"])
    assert about["proposal"] == "p1"
    assert about["words"] == shorten(words, 500)


@pytest.mark.parametrize("words", ["", "Max"])
def test_what_is_linked_now_leaves_the_words_that_were_typed_alone(words: str) -> None:
    linked = {"onoffice": [LinkedView(LINDEN.ref, LINDEN.name)]}
    shown = modal(view(limits={("onoffice", Category.PROPERTY): 1}), say, [], words=words, linked=linked)
    assert any("only" in text for text in marked_up(shown)), "the window says that another gives way"
    assert json.loads(shown["private_metadata"])["words"] == words


@pytest.mark.parametrize("letter", ["ä", "🏠", '"', "\x00", "\n"])
def test_long_words_fit_into_what_slack_keeps_for_us(letter: str) -> None:
    shown = modal(view(), say, [], words=letter * 4_000)
    assert len(shown["private_metadata"].encode("utf-16-le")) // 2 <= 3_000


# What comes back


def test_chosen_records_come_back_each_once() -> None:
    one, two = options([MAX])[0], options([LINDEN])[0]
    values: dict[str, Any] = {
        "pick.onoffice.person": {"pick.onoffice.person": {"selected_options": [one, one]}},
        "pick.onoffice.property": {"pick.onoffice.property": {"selected_option": two}},
        "pick.zoho.person": {"pick.zoho.person": {"selected_options": []}},
        "pick.zoho.deal": {"pick.zoho.deal": {"selected_option": None}},
        "somebody": {"elses": {"selected_option": {"value": "no|reference|here"}}},
    }
    assert picks(values) == [MAX.ref, LINDEN.ref]


def test_nothing_chosen() -> None:
    assert picks({}) == []
    assert picks({"pick.onoffice.person": {"pick.onoffice.person": {"type": "multi_external_select"}}}) == []


def test_an_error_is_shown_at_the_first_select() -> None:
    assert first_select(modal(view(), say, [])) == "pick.onoffice.person"


@given(st.sampled_from(["onoffice", "zoho"]), st.sampled_from(Category))
def test_the_name_of_a_select_tells_vendor_and_category(vendor: str, category: Category) -> None:
    assert parse_pick_action(pick_action(vendor, category)) == (vendor, category)


@pytest.mark.parametrize("action", ["proposal.link", "other.onoffice.person", "pick.onoffice.planet"])
def test_other_names_are_no_selects(action: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_pick_action(action)


@pytest.mark.parametrize(
    "text", [say("press.proposal_gone"), say("press.nothing_picked"), say("press.taken_linked", user="U0X", when="")]
)
def test_a_modal_that_has_only_something_to_say(text: str) -> None:
    taken_view(message_modal(text, say))


def test_only_what_a_person_took_out_is_taken_off() -> None:
    now = [LinkedView(MAX.ref, "Max Mustermann"), LinkedView(LINDEN.ref, "")]
    shown = modal(view(), say, [], linked={"onoffice": now})
    taken_view(shown)
    kept = {"selected_options": [{"value": str(MAX.ref)}]}
    assert removals({**shown, "state": {"values": {"keep.onoffice": {"keep.onoffice": kept}}}}) == [LINDEN.ref]
    empty: dict[str, list[Any]] = {"selected_options": []}
    assert removals({**shown, "state": {"values": {"keep.onoffice": {"keep.onoffice": empty}}}}) == [
        MAX.ref,
        LINDEN.ref,
    ]
    assert removals({**shown, "state": {"values": {}}}) == [], "where nothing is said nothing goes"


def test_what_the_window_shows_as_linked_gives_way_and_it_says_so() -> None:
    now = [LinkedView(MAX.ref, "Max Mustermann"), LinkedView(LINDEN.ref, "")]
    shown = modal(view(), say, [], linked={"onoffice": now})
    assert still_linked(shown) == [MAX.ref, LINDEN.ref]
    assert say("window.one_only", vendor="onOffice", slot="property") in list(marked_up(shown))
    assert still_linked(modal(view(), say, [])) == []


def test_what_is_written_down_is_not_offered_as_new() -> None:
    shown = modal(view(outcomes=(outcome(said=Outcome.NOTED),)), say, [])
    assert say("window.noted", names="Max Mustermann") in list(marked_up(shown))


def test_attachments_that_go_along() -> None:
    files = (FileView(0, "Plan.pdf", 2_000_000, goes=True), FileView(2, "x" * 200, 900, goes=False))
    shown = modal(view(files=files, carriers={"zoho": 10_485_760}), say, [])
    taken_view(shown)
    assert "Plan.pdf (1.9 MB)" in str(shown)
    chosen = {"files": {"files": {"selected_options": [{"value": "2"}]}}}
    assert attachments(chosen) == [2]
    assert attachments({}) is None


def test_what_could_not_be_looked_up_is_said_and_stays() -> None:
    shown = modal(view(), say, [], linked={"onoffice": None})
    assert say("window.look_failed", vendor="onOffice") in str(shown)
    assert removals({**shown, "state": {"values": {}}}) == []
    taken_view(shown)
