from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bot.crm.port import Outcome
from bot.language import SILENCE, plain
from bot.mail import Kind
from bot.records import Category, RecordRef
from bot.surface import (
    CreationView,
    EvidenceView,
    InterestView,
    InTheWayView,
    NamedView,
    ProposalState,
    ProposalView,
    WokenBy,
)
from commands.cards.card import card
from commands.cards.icons import ICONS
from commands.cards.why import why
from commands.cards.woken import woken_words
from commands.ids import Action, parse_record_value, parse_value
from tests.commands.shown import ANNA, AT, SAID, VIEWS, candidate, outcome, say, view
from tests.commands.slack_reads import formatting, marked_up, taken

ZOHO = RecordRef("zoho", "Contacts", "41")


def words(shown: ProposalView) -> str:
    return "\n".join(marked_up(card(shown, say)[1]))


def buttons(shown: ProposalView) -> list[tuple[str, str]]:
    """Labels and actions."""
    blocks: list[dict[str, Any]] = card(shown, say)[1]
    found = [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
    assert all(element["value"].split(" ")[0] == "p1" for element in found)
    return [(element["text"]["text"], element["action_id"]) for element in found]


def test_a_new_mail_with_a_certain_match() -> None:
    shown = view(candidates=(candidate(),))
    text, blocks = card(shown, say)
    taken(text, blocks)
    assert text == (
        "Mail from Max Mustermann &lt;max.mustermann@example.de&gt;: Besichtigung Lindenstr. 12. "
        "I would link it to: Max Mustermann"
    )  # fmt: skip
    assert "*I would link it to:* (onOffice)\n👤 *Max Mustermann*\n> name “Max Mustermann”" in words(shown)
    assert f"<!date^{int(AT.timestamp())}^" in words(shown)
    assert buttons(shown) == [
        (say("button.link"), Action.LINK),
        (say("button.change"), Action.CHANGE),
        (say("button.not_now"), Action.DISMISS),
    ]


def test_near_equals_are_shown_unselected_and_nothing_can_be_linked_by_one_press() -> None:
    shown = view(candidates=(candidate("1", picked=False), candidate("2", picked=False, detail="Gartenweg 7")))
    assert say("card.not_sure", vendor=" (onOffice)") in words(shown)
    assert say("card.will_link", vendor="") not in words(shown)
    assert "👤 Max Mustermann (Gartenweg 7)\n> " in words(shown), "what tells namesakes apart"
    assert "*Which Mustermann?*" in words(shown)
    assert buttons(shown) == [
        ("Max Mustermann, max.mustermann@example.de", "proposal.which.0"),
        ("Max Mustermann, Gartenweg 7", "proposal.which.1"),
        (say("button.choose"), Action.CHANGE),
        (say("button.not_now"), Action.DISMISS),
        (say("button.later"), Action.PARK),
    ]
    (_, other) = card(shown, say)[1][-2]["elements"]
    assert parse_record_value(other["value"]) == ("p1", RecordRef("onoffice", "address", "2"))


def test_only_of_what_nothing_is_chosen_it_is_asked_which() -> None:
    house = candidate("7", category=Category.PROPERTY, name="Lindenstr. 12", picked=False)
    shown = view(candidates=(candidate("1"), candidate("2", picked=False), house))
    assert [action for _, action in buttons(shown)][:1] == ["proposal.which.0"]
    assert say("meant.this_one") in words(shown) and buttons(shown)[0][0] == "Lindenstr. 12"
    assert Action.LINK in {action for _, action in buttons(shown)}
    assert not [a for _, a in buttons(view(candidates=(candidate("1"), candidate("2", picked=False)))) if "which" in a]


def test_a_press_says_which_picks_it_saw() -> None:
    first, second = candidate("1"), candidate("2", name="Erika Muster")
    marks = [parse_value(card(view(candidates=c), say)[1][-1]["elements"][0]["value"])[2] for c in (
        (first, second), (second, first), (first,), (first, candidate("2", name="Erika Muster", picked=False)),
    )]  # fmt: skip
    assert marks[0] == marks[1] and marks[2] == marks[3]
    assert marks[0] != marks[2] and all(marks)


def test_the_strongest_reason_stands_on_the_card_and_the_others_behind_a_press() -> None:
    reasons = (EvidenceView("name", "Max", "Max"), EvidenceView("email", "max@example.de", "max@example.de"))
    shown = view(candidates=(candidate(evidence=reasons), candidate("2", name="Erika Muster", picked=False)))
    assert "> e-mail address “max@example.de”" in words(shown) and "“Max”" not in words(shown)
    assert buttons(shown)[-1] == (say("button.why"), Action.WHY)
    (told,) = marked_up(why(shown, say))
    assert "*Max Mustermann* · chosen\n• e-mail address “max@example.de”\n• name “Max”\n*Erika Muster*\n• " in told
    assert list(marked_up(why(view(), say))) == [say("why.gone")]


def test_what_was_put_aside_can_be_taken_up_again() -> None:
    assert buttons(view(ProposalState.DISMISSED, candidates=(candidate(),))) == [
        (say("button.take_up"), Action.TAKE_UP)
    ]


def test_a_notification_names_of_a_link_taken_back_in_part_what_still_stands() -> None:
    ended = (outcome("1"), outcome("2", "unlinked", name="Erika Muster"), outcome("3", "not undone", name="Otto"))
    text, _ = card(view(ProposalState.LINKED, outcomes=ended), say)
    assert text.endswith("Linked: Max Mustermann, Otto")


def test_the_order_of_records_is_the_same_before_and_after() -> None:
    people = [candidate(str(n), name=f"Nummer {n}.") for n in (3, 1, 2)]
    ended = tuple(
        outcome(c.ref.id, name=c.name, said=said)
        for c, said in zip(sorted(people, key=lambda c: c.name), ("linked", "refused", "linked"), strict=True)
    )
    for shown in (
        view(candidates=tuple(people)),
        view(ProposalState.PARTLY_LINKED, candidates=tuple(people), outcomes=ended),
    ):
        places = [words(shown).index(c.name) for c in people]
        assert places == sorted(places)


def test_every_picked_record_is_shown() -> None:
    many = tuple(candidate(str(n), name=f"Nummer {n}.") for n in range(10))
    unsure = tuple(candidate(str(n), name=f"Vielleicht {n}.", picked=False) for n in range(20, 30))
    text = words(view(candidates=many + unsure))
    assert all(f"Nummer {n}." in text for n in range(10))
    assert text.count("Vielleicht") == 5


def test_nothing_found() -> None:
    shown = view()
    assert say("card.nothing_found", vendors="onOffice or Zoho CRM") in words(shown)
    assert buttons(shown)[0] == (say("button.choose"), Action.CHANGE)


def test_what_cannot_be_undone_is_said_before_the_press() -> None:
    warning = say("undo.not_all", vendors="Zoho CRM")
    assert warning in words(view(candidates=(candidate(ref=ZOHO),)))
    assert warning not in words(view(candidates=(candidate(),)))
    assert warning not in words(view(candidates=(candidate(ref=ZOHO, picked=False),)))


def test_with_one_crm_its_name_is_not_repeated() -> None:
    shown = view(candidates=(candidate(),), vendors={"onoffice": "onOffice"})
    assert "in onOffice" not in words(shown)


@pytest.mark.parametrize(
    ("field", "mail", "record", "expected"),
    [
        ("street", "Lindenstr. 12", "Lindenstraße 12", "address “Lindenstr. 12” ≈ Lindenstraße 12"),
        ("name", "Max Mustermann", "max mustermann", "name “Max Mustermann”"),
        ("phone", "030 123", "+49 30 123", "phone number “030 123”"),
        ("related", "", "Lindenstraße 12", "belongs to Lindenstraße 12"),
    ],
)
def test_the_reason_is_said_in_words(field: str, mail: str, record: str, expected: str) -> None:
    evidence = (EvidenceView(field, mail, record),) * 2
    text = words(view(candidates=(candidate(evidence=evidence),)))
    assert f"> {expected}" in text
    assert text.count(expected) == 1


def test_a_record_without_evidence_or_name_can_still_be_told() -> None:
    text = words(view(candidates=(candidate(evidence=(), name=" ", detail=""),)))
    assert say("card.no_evidence") in text
    assert "*601*" in text


@pytest.mark.parametrize("state", list(ProposalState))
@pytest.mark.parametrize("said", SAID)
def test_every_state_with_every_outcome(state: ProposalState, said: str) -> None:
    shown = view(
        state,
        candidates=(candidate(),),
        outcomes=(
            outcome(said=said, message=plain("So ist es.") if said == Outcome.REFUSED else SILENCE),
            outcome("2", ref=ZOHO),
        ),
    )
    text, blocks = card(shown, say)
    taken(text, blocks)
    offered = {action for _, action in buttons(shown)}
    if state in (ProposalState.CONFIRMED, ProposalState.LINKING):
        assert not offered, "a button that cannot be pressed"
    if state == ProposalState.DISMISSED:
        assert offered == {Action.TAKE_UP}
    if Action.UNDO in offered:
        assert said in (Outcome.LINKED, "not undone"), "nothing to undo"
    if state in (ProposalState.LINKED, ProposalState.PARTLY_LINKED, ProposalState.FAILED):
        assert say(f"outcome.{said.replace(' ', '_') or 'under_way'}") in words(shown)
        assert f"<@{ANNA}>" in words(shown)


@pytest.mark.parametrize(("verified", "expected"), [(True, say("card.verified")), (None, say("card.not_verified"))])
def test_linked_means_verified_or_says_that_it_could_not_be(verified: bool | None, expected: str) -> None:
    assert f"linked, {expected}" in words(view(ProposalState.LINKED, outcomes=(outcome(verified=verified),)))


def test_only_a_link_that_is_the_bots_own_can_be_undone() -> None:
    for item in (outcome(said=Outcome.ALREADY), outcome(ref=ZOHO)):
        assert Action.UNDO not in {a for _, a in buttons(view(ProposalState.LINKED, outcomes=(item,)))}
    assert buttons(view(ProposalState.LINKED, outcomes=(outcome(),))) == [
        (say("button.add"), Action.CHANGE),
        (say("button.refile"), Action.REFILE),
        (say("button.undo"), Action.UNDO),
    ]


def test_undo_asks_first() -> None:
    blocks = card(view(ProposalState.LINKED, outcomes=(outcome(),)), say)[1]
    (*_, undo) = blocks[-1]["elements"]
    assert undo["confirm"]["text"]["text"] == say("undo.text")


def test_a_failure_says_why_and_what_to_do() -> None:
    shown = view(
        ProposalState.FAILED, outcomes=(outcome(said=Outcome.REFUSED, message=plain("Ask its administrator.")),)
    )
    assert "> Ask its administrator." in words(shown)
    assert (say("button.try_again"), Action.LINK) in buttons(shown)
    shown = view(ProposalState.FAILED, outcomes=(outcome(said=Outcome.NOT_SET),))
    assert "Try again" in words(shown)


def test_what_is_perhaps_linked_cannot_be_put_aside() -> None:
    shown = view(ProposalState.FAILED, outcomes=(outcome(said="uncertain"),))
    assert Action.DISMISS not in {action for _, action in buttons(shown)}
    assert "Perhaps linked" in words(shown)
    assert "Not linked" not in words(shown)


def test_the_records_page_is_one_press_away() -> None:
    shown = view(ProposalState.LINKED, outcomes=(outcome(url="https://crm.example.com/address/601?a=1&b=2"),))
    assert "<https://crm.example.com/address/601?a=1&amp;b=2|Max Mustermann>" in words(shown)


def test_after_an_undo_another_record_can_be_chosen() -> None:
    shown = view(undone=True, candidates=(candidate(),), outcomes=(outcome(said=Outcome.UNLINKED),))
    assert f"Taken back by <@{ANNA}>" in words(shown)
    assert buttons(shown) == [(say("button.choose"), Action.CHANGE), (say("button.not_now"), Action.DISMISS)]


def test_an_undo_that_failed_names_who_pressed() -> None:
    shown = view(ProposalState.LINKED, undo_failed_by="U0BEN", outcomes=(outcome(said="not undone"),))
    assert say("card.undo_failed", user="U0BEN") in words(shown)
    assert buttons(shown)[-1] == (say("button.undo"), Action.UNDO)


def test_an_undo_that_went_half_way_does_not_say_that_nothing_was_taken_back() -> None:
    outcomes = (outcome(said=Outcome.UNLINKED), outcome(said=Outcome.LINKED))
    shown = words(view(ProposalState.LINKED, undo_failed_by="U0BEN", outcomes=outcomes))
    assert say("card.undo_partly", user="U0BEN") in shown
    assert say("card.undo_failed", user="U0BEN") not in shown


def test_why_what_is_perhaps_linked_cannot_be_asked_about_is_shown() -> None:
    said = outcome(said="uncertain", message=plain("Move it back into the mailbox."))
    assert "> Move it back into the mailbox." in words(view(ProposalState.FAILED, outcomes=(said,)))


def test_what_is_perhaps_linked_beside_others_is_explained() -> None:
    outcomes = (outcome(said="uncertain"), outcome(said=Outcome.LINKED))
    assert say("card.uncertain_partly") in words(view(ProposalState.PARTLY_LINKED, outcomes=outcomes))
    assert say("card.uncertain_partly") not in words(view(ProposalState.PARTLY_LINKED, outcomes=outcomes[1:]))


NOW = InTheWayView(RecordRef("onoffice", "estate", "2651"), "NL-2651 · Gartenweg 3", "Lindenstraße 12")


def test_what_gives_way_is_named_before_the_press_and_the_press_tells_that_it_was() -> None:
    shown = view(candidates=(candidate(),), in_the_way=(NOW,))
    taken(*card(shown, say))
    said = "In onOffice this mail belongs to *NL-2651 · Gartenweg 3* now. *Link* replaces it with *Lindenstraße 12*."
    assert said in words(shown)
    (link, *_) = card(shown, say)[1][-1]["elements"]
    assert parse_value(link["value"])[:2] == ("p1", [NOW.ref])
    assert parse_value("p1") == ("p1", [], "")


@pytest.mark.parametrize("state", [ProposalState.PARTLY_LINKED, ProposalState.FAILED])
def test_what_was_left_out_can_be_put_in_the_place_of_the_other(state: ProposalState) -> None:
    house = outcome("2649", Outcome.REFUSED, category=Category.PROPERTY, name="Lindenstraße 12", message=plain("Nein."))
    shown = view(state, outcomes=(outcome(), house), in_the_way=(NOW,))
    taken(*card(shown, say))
    assert "Press *Replace the property* to link *Lindenstraße 12*" in words(shown)
    (replace, again, *_) = card(shown, say)[1][-1]["elements"]
    assert (replace["action_id"], parse_value(replace["value"])) == (Action.REPLACE, ("p1", [NOW.ref], ""))
    assert (again["action_id"], again["value"]) == (Action.LINK, "p1"), "trying again is no consent"


def test_an_undo_that_links_again_names_what() -> None:
    taken_off = outcome(said=Outcome.UNLINKED, remove=True, can_undo=True)
    shown = view(outcomes=(taken_off,), undo_restores=("Erika", "Max", "Bernd"), undo_takes_off=("Anna",))
    assert "Taken off by" in words(shown)
    (undo,) = [e for e in card(shown, say)[1][-1]["elements"] if e["action_id"] == Action.UNDO]
    assert undo["confirm"]["text"]["text"] == (
        "Linked again: Erika, Max and 1 more. No longer linked: Anna. What others linked since stays."
    )


@pytest.mark.parametrize(
    ("said", "verified", "expected"),
    [
        (Outcome.REFUSED, None, say("removal.not_taken_off")),
        (Outcome.UNLINKED, False, say("removal.not_taken_off")),
        (Outcome.UNLINKED, True, say("outcome.unlinked")),
        ("not undone", None, say("removal.not_restored")),
        ("uncertain", None, say("removal.perhaps_taken_off")),
        (Outcome.RESTORED, True, f"linked again, {say('card.verified')}"),
    ],
)
def test_of_a_removal_it_is_said_what_became_of_the_removal(said: str, verified: bool | None, expected: str) -> None:
    shown = view(ProposalState.FAILED, outcomes=(outcome(said=said, verified=verified, remove=True),))
    assert f"– {expected}" in words(shown)


def test_a_removal_that_failed_is_not_said_to_be_a_link_that_did() -> None:
    shown = view(ProposalState.FAILED, outcomes=(outcome(said=Outcome.REFUSED, remove=True),))
    assert "Not taken off." in words(shown) and "Not linked." not in words(shown)


def test_what_is_written_down_beside_a_failure_is_called_that() -> None:
    for items in (
        (outcome(said=Outcome.NOTED), outcome("2", Outcome.REFUSED)),
        (outcome(said=Outcome.REFUSED, noted=True),),
    ):
        shown = words(view(ProposalState.PARTLY_LINKED, outcomes=items))
        assert "Written down as an activity" in shown and "Linked in part" not in shown
    assert "not linked; an activity is written down" in shown
    both = (outcome(said=Outcome.NOTED), outcome("2", Outcome.LINKED), outcome("3", Outcome.REFUSED))
    assert "Linked in part" in words(view(ProposalState.PARTLY_LINKED, outcomes=both))


def test_every_category_has_its_icon() -> None:
    text = words(view(candidates=tuple(candidate(str(n), category=c) for n, c in enumerate(Category))))
    assert all(ICONS[category] in text for category in Category)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VIEWS)
def test_whatever_a_mail_or_a_crm_holds(shown: ProposalView) -> None:
    """Names, subjects and messages with mentions, links, markup, thousands of characters, or nothing at all."""
    text, blocks = card(shown, say)
    taken(text, blocks)
    assert all(behind == "\u200b" for behind in formatting(text))


def test_the_card_says_what_kind_of_mail_it_is() -> None:
    for kind in Kind:
        shown = view(kind=kind, about="Erika <erika@example.de>", candidates=(candidate(),))
        taken(*card(shown, say))
        said = (
            say(f"kind.{kind}", who=say("mail.about", name="Erika &lt;erika@example.de&gt;")) if kind != "mail" else ""
        )
        assert said in words(shown)
        assert ("Erika" in words(shown)) is (kind is not Kind.MAIL)
    assert words(view(kind="of another version")) == words(view())


def test_a_mail_that_was_put_off_says_by_whom_and_what_it_waits_for() -> None:
    shown = view(state=ProposalState.PARKED, acted_by=ANNA)
    assert f"Put off by <@{ANNA}>" in words(shown) and "comes into onOffice" in words(shown)
    assert buttons(shown) == [(say("button.take_up"), Action.TAKE_UP), (say("button.not_now"), Action.DISMISS)]


def test_what_woke_a_mail_is_named_where_only_we_read() -> None:
    one = WokenBy((("Runa <Holm>", "onOffice"),), ANNA, "key")
    assert woken_words(one, say).startswith(f"🔔 <@{ANNA}> *Runa &lt;Holm&gt;* is in onOffice now")
    several = WokenBy(tuple((f"N{n}", "Zoho CRM") for n in range(5)), "", "key")
    assert woken_words(several, say).startswith("🔔 *N0, N1, N2")
    assert "Zoho CRM now" in woken_words(several, say)
    assert "Runa" not in woken_words(one, say, bare=True) and "N0" not in woken_words(several, say, bare=True)


def test_interest_that_was_noted_has_its_own_undo_where_no_link_can_be_taken_back() -> None:
    made = CreationView(
        id="c1",
        vendor="zoho",
        category=Category.PERSON,
        state="created",
        name="Nora Newman",
        asked_by=ANNA,
        record=NamedView(ZOHO, "Nora Newman"),
        verified=True,
        linked=True,
        interest=InterestView("noted", "Brightwater"),
    )
    linked = outcome(ref=ZOHO, name="Nora Newman", can_undo=False)
    shown = view(state=ProposalState.LINKED, outcomes=(linked,), creations=(made,), undoable=frozenset({"onoffice"}))
    taken(*card(shown, say))
    assert [action for _, action in buttons(shown)][-2:] == [Action.UNDO, Action.UNDO_HOW]
    assert "The interest in Brightwater is taken back. The mail stays linked." in str(card(shown, say)[1])
    back = replace(made, interest=InterestView("taken back", "Brightwater"))
    assert Action.UNDO not in [action for _, action in buttons(replace(shown, creations=(back,)))]
